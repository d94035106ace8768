"""The neutral age gate: who was refused for age cannot go back and pick another date in the same browser, or with the
same address, for a day."""

import time
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.errors import AgeRequired
from accounts.services.age import NEUTRAL, NEUTRAL_NEXT, require_age

COOKIE = "ovation_gate"
SALT = "accounts.age_gate"
CLOSED_FOR_S = 86_400
NOTED = "age_gate_noted"  # an attribute of the request


def note_refusal(request: HttpRequest | None, email: str = "") -> None:
    """Remember that a sign-up was refused for age: in this browser by a signed cookie, and for this address."""
    if request is not None:
        setattr(request, NOTED, True)
    if email:
        cache.set(_key(email), 1, CLOSED_FOR_S)


def pass_age_gate(
    *, request: HttpRequest | None, email: str, birth_date: date, country: str, today: date
) -> None:
    """Let a sign-up through by age, unless this browser or this address was refused in the last 24 hours.

    Raises:
        AgeRequired: in neutral words; the refusal is remembered.
    """
    if is_address_refused(email) or (request is not None and is_refused(request)):
        raise AgeRequired(NEUTRAL, next_step=NEUTRAL_NEXT)
    try:
        require_age(birth_date=birth_date, country=country, today=today)
    except AgeRequired:
        note_refusal(request, email)
        raise


def is_refused(request: HttpRequest) -> bool:
    """Whether this browser was refused in the last 24 hours. A cookie that was changed counts as none."""
    value = request.COOKIES.get(COOKIE)
    if value is None:
        return False
    try:
        signing.loads(value, salt=SALT, max_age=CLOSED_FOR_S)
    except signing.BadSignature:
        return False
    return True


def is_address_refused(email: str) -> bool:
    """Whether a sign-up with this address was refused in the last 24 hours."""
    return bool(email) and cache.get(_key(email)) is not None


class AgeGateMiddleware:
    """Gives the browser of who was just refused the cookie that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, NOTED, False):
            response.set_cookie(
                COOKIE,
                signing.dumps(int(time.time()), salt=SALT),
                max_age=CLOSED_FOR_S,
                secure=settings.SITE_IS_HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return response


def _key(email: str) -> str:
    return "age-gate:" + salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()
