"""A creator's page: gifts whose payment a bank disputes, and what became of their diamonds."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from rest_framework.request import Request

from accounts.models import User
from care.api.dispute_views import GiftPages
from care.dispute_pages import gift_line
from care.dispute_selectors import disputed_gifts_of, held_diamonds_of


@login_required
@require_GET
def disputed_gifts(request: HttpRequest) -> HttpResponse:
    """Which gifts, how many diamonds, and why."""
    creator, pager = cast(User, request.user), GiftPages()
    found = pager.paginate_queryset(disputed_gifts_of(creator), Request(request))
    facts = {
        "lines": [gift_line(row) for row in found or []],
        "sums": held_diamonds_of(creator),
        "previous_url": pager.get_previous_link(),
        "next_url": pager.get_next_link(),
    }
    return render(request, "care/disputed_gifts.html", facts)
