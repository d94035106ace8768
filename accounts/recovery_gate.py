"""The gate of accounts.recovery for whoever comes with a browser's session."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.errors import RecoveryRequired
from accounts.models import User
from accounts.recovery import require_recovered
from ground.problems import API_PREFIXES, problem_response


class RecoveryMiddleware:
    """Send whoever must secure the account to the page that says how; a program is refused in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        try:
            require_recovered(cast(User, request.user), request.path)
        except RecoveryRequired as refusal:
            if request.path.startswith(API_PREFIXES):
                return problem_response(refusal)
            return HttpResponseRedirect(reverse(settings.RECOVERY_PAGE))
        return self.get_response(request)
