"""A fresh proof of who somebody is: their second factor if they have one, else the password or a sign-in just now.

For what everybody must be able to do, also those without a second factor. Where money leaves, only a second factor
counts (accounts.step_up).
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.errors import NotSignedIn, StepUpRequired
from accounts.models import User
from accounts.selectors import has_second_factor
from accounts.step_up import is_recent, require_recent_second_factor, session_of, sign_in_age_s
from ground import clock

REAUTHENTICATE_PATH = "/_allauth/app/v1/auth/reauthenticate"


def require_recent_proof(request: HttpRequest | Request) -> None:
    """Let the request through only if its person proved who they are in the last STEP_UP_MAX_AGE_S seconds.

    Raises:
        NotSignedIn, StepUpRequired: who or what is missing; `reauthenticate` says how a program goes on.
    """
    if not request.user.is_authenticated:
        raise NotSignedIn()
    if has_second_factor(request.user):
        require_recent_second_factor(request)
    elif not is_recent(_proof_age_s(request, request.user)):
        raise StepUpRequired(
            "This needs your password again, given in the last five minutes.",
            next_step="Give your password, then repeat this.",
            reauthenticate={"method": "POST", "path": REAUTHENTICATE_PATH},
            max_age_s=settings.STEP_UP_MAX_AGE_S,
        )


def recent_proof_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages: ask for the code or the password; allauth then replays the request, a POST too."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            require_recent_proof(request)
        except NotSignedIn:
            return redirect_to_login(request.get_full_path())
        except StepUpRequired:
            with_factor = has_second_factor(request.user)  # type: ignore[arg-type]  # signed in, so a User
            asked: HttpResponse = suspend_request(
                request, reverse("mfa_reauthenticate" if with_factor else "account_reauthenticate")
            )
            return asked
        return view(request, *args, **kwargs)

    return guarded


class RecentProof(BasePermission):
    """For the API: as `require_recent_proof`, else 401 step_up_required."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        require_recent_proof(request)
        return True


def _proof_age_s(request: HttpRequest | Request, user: User) -> float | None:
    """How long ago the person gave any proof in this session, signing in included."""
    session = session_of(request)
    if session.get(_AUTHENTICATION_METHODS_USER_SESSION_KEY) == user_id_to_str(user):
        records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
        if records:
            return clock.wall().timestamp() - max(record["at"] for record in records)
    return sign_in_age_s(session)
