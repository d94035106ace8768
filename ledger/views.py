"""The public page of the sealed books."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ledger.models import Block

PAGE_SIZE = 25


def blocks(request: HttpRequest) -> HttpResponse:
    """Show the newest blocks, or with `?before=N` those before block N, and how anybody checks them."""
    before = request.GET.get("before", "")
    found = Block.objects.defer("leaf_marks").order_by("-number")
    if before.isdecimal():
        found = found.filter(number__lt=int(before))
    rows = list(found[: PAGE_SIZE + 1])
    page, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    return render(
        request,
        "ledger/blocks.html",
        {
            "blocks": page,
            "previous_url": reverse("ledger:blocks") if before else "",
            "next_url": f"?before={page[-1].number}" if more else "",
        },
    )
