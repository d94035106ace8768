"""Taking the trust in browsers back."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import services
from accounts.models import User
from accounts.step_up import recent_second_factor_required


@login_required
@require_POST
@recent_second_factor_required
def distrust_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one browser for the second factor again."""
    services.distrust_browser(user=cast(User, request.user), pk=pk, now=timezone.now(), request=request)
    messages.success(request, "That browser is asked for the second factor again.")
    return redirect("accounts:security")


@login_required
@require_POST
@recent_second_factor_required
def distrust_all(request: HttpRequest) -> HttpResponse:
    """Ask every browser for the second factor again."""
    services.distrust_browsers(user=cast(User, request.user), now=timezone.now(), request=request)
    messages.success(request, "Every browser is asked for the second factor again.")
    return redirect("accounts:security")
