"""The gate of accounts.recovery for browsers' sessions, and for tokens at the routes of allauth."""

from collections.abc import Callable
from typing import cast

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.errors import RecoveryRequired
from accounts.models import User
from accounts.recovery import require_recovered
from ground.problems import API_PREFIXES, problem_response

ALLAUTHS_DOOR = "/_allauth/"


class RecoveryMiddleware:
    """Send whoever must secure the account to the page that says how; a program is refused in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = _caller(request)
        if person is None:
            return self.get_response(request)
        try:
            require_recovered(person, request.path)
        except RecoveryRequired as refusal:
            if request.path.startswith(API_PREFIXES):
                return problem_response(refusal)
            return HttpResponseRedirect(reverse(settings.RECOVERY_PAGE))
        return self.get_response(request)


def _caller(request: HttpRequest) -> User | None:
    """Who calls with a browser's session, or with a token at allauth's own door; our API asks for itself.

    allauth lets anybody without a password and a second factor pass as just proven: its door is not enough here.
    """
    token = request.headers.get("X-Session-Token")
    if token and request.path.startswith(ALLAUTHS_DOOR):
        found = authenticate_by_x_session_token(token)
        return cast(User, found[0]) if found else None
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return cast(User, request.user)
    return None
