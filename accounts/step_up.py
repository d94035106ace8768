"""Step-up: what moves money out or weakens security needs a second factor used a short while ago.

The age is read from the session, so it is the same question for a page's session and for an API token's. A password
given again does not count.
"""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from rest_framework.request import Request

from accounts.errors import NotSignedIn, SecondFactorRequired, StepUpRequired
from accounts.models import User
from accounts.selectors import factors_of, has_second_factor

SIGNED_IN_AT_KEY = "accounts.signed_in_at"  # wall time, seconds since the epoch
REAUTHENTICATE_PATH = "/_allauth/app/v1/auth/2fa/reauthenticate"
KEY_PATH = "/_allauth/app/v1/auth/webauthn/reauthenticate"  # GET answers the challenge
ENROL_PATH = "/_allauth/app/v1/account/authenticators/totp"


def second_factor_age_s(session: SessionBase, user: User) -> float | None:
    """How many seconds ago `user` last used a second factor in `session`; None if never."""
    if session.get(_AUTHENTICATION_METHODS_USER_SESSION_KEY) != user_id_to_str(user):
        return None
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    used_at = [record["at"] for record in records if record["method"] == "mfa"]
    return time.time() - max(used_at) if used_at else None


def sign_in_age_s(session: SessionBase) -> float | None:
    """How many seconds ago `session` was signed in; None if it never was."""
    signed_in_at = session.get(SIGNED_IN_AT_KEY)
    return None if signed_in_at is None else time.time() - signed_in_at


def is_recent(age_s: float | None) -> bool:
    """Whether an age is within STEP_UP_MAX_AGE_S."""
    return age_s is not None and 0 <= age_s <= settings.STEP_UP_MAX_AGE_S


def session_of(request: HttpRequest | Request) -> SessionBase:
    """The API token's session, or the page's."""
    token_session = getattr(request, "auth", None)
    return token_session if isinstance(token_session, SessionBase) else request.session


def require_recent_second_factor(request: HttpRequest | Request) -> None:
    """Let the request through only if its person used a second factor in the last STEP_UP_MAX_AGE_S seconds.

    Raises:
        NotSignedIn, SecondFactorRequired, StepUpRequired: who, what or when is missing.
    """
    if not request.user.is_authenticated:
        raise NotSignedIn()
    user = request.user
    if not has_second_factor(user):
        raise SecondFactorRequired(enrol={"method": "POST", "path": ENROL_PATH})
    if not is_recent(second_factor_age_s(session_of(request), user)):
        raise _step_up_required(user)


def _step_up_required(user: User) -> StepUpRequired:
    by_key = factors_of(user).filter(type=Authenticator.Type.WEBAUTHN).exists()
    ways = {"reauthenticate_by_key": {"method": "POST", "path": KEY_PATH}} if by_key else {}
    return StepUpRequired(
        reauthenticate={"method": "POST", "path": REAUTHENTICATE_PATH},
        max_age_s=settings.STEP_UP_MAX_AGE_S,
        **ways,
    )


def recent_second_factor_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages: send the person to give a code; the request, a POST too, is then replayed by allauth."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            require_recent_second_factor(request)
        except NotSignedIn:
            return redirect_to_login(request.get_full_path())
        except SecondFactorRequired:
            messages.warning(request, SecondFactorRequired.message)
            return HttpResponseRedirect(reverse("accounts:security"))
        except StepUpRequired:
            asked: HttpResponse = suspend_request(request, reverse("mfa_reauthenticate"))
            return asked
        return view(request, *args, **kwargs)

    return guarded
