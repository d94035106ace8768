"""How often somebody may try: passwords, codes, mails and texts. docs/decisions/0015-sign-in-limits.md says why so.

Counting is allauth's (timestamps in Valkey). What is counted here is keyed by the account *and* where the try comes
from, so that a stranger who guesses stops themselves and not the right person, whose device is known.
"""

import math
from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from accounts.errors import TooManyAttempts
from accounts.known_devices import known_device
from accounts.models import User
from ground.problems import refusal_response

# action → rates of allauth's kind. `place` is one account from one address, `account` one account from everywhere.
RATES = {
    "password:device": "10/5m/key",
    "password:place": "5/5m/key",
    "password:account": "100/h/key",
    "password:address": "20/m/ip",
    "mail:device": "5/m/key,20/h/key",
    "mail:place": "5/m/key,10/h/key",
    "mail:account": "30/h/key",
    "text:device": "1/30s/key,6/h/key",
    "text:place": "1/30s/key,4/h/key",
    "text:account": "12/h/key",
    "text:address": "5/m/ip,30/h/ip",
    "any": "120/m/ip",  # whatever is sent to a route below, besides its own limits
}
CREDENTIAL_PREFIXES = ("/accounts/", "/_allauth/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNKNOWN_WAIT_S = 60  # for a limit that did not say how long
WAIT_KEY = "_ovation_limited_for_s"

Usages = list[ratelimit.RateLimitUsage]


def count_password(request: HttpRequest, *, login: str, person: User | None) -> Usages:
    """Count one try of a password for `login` (an address or number); roll the answer back if it was right.

    Raises:
        TooManyAttempts: the password must not be looked at.
    """
    return _count(request, "password", login, person)


def count_mail(request: HttpRequest, *, address: str, person: User | None) -> None:
    """Count one code asked for by mail.

    Raises:
        TooManyAttempts: no mail may be sent.
    """
    _count(request, "mail", address, person)


def count_text(request: HttpRequest, *, number: str, person: User | None) -> None:
    """Count one text asked for.

    Raises:
        TooManyAttempts: no text may be sent.
    """
    _count(request, "text", number, person)


def forget_passwords(request: HttpRequest, *, login: str) -> None:
    """Forget the wrong passwords for `login` from here: a new one was just chosen by a code."""
    for action, key in _strangers_keys(request, "password", login):
        ratelimit.clear(request, app="accounts", action=action, config=RATES, key=key)


class LimitMiddleware:
    """Count what reaches a credential route, and answer every “too many” of allauth's by our refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS and request.path.startswith(CREDENTIAL_PREFIXES):
            try:
                _consume(request, "any", None)
            except TooManyAttempts as refusal:
                return refusal_response(request, refusal)
        response = self.get_response(request)
        if response.status_code == 429 and not response.has_header("Retry-After"):
            return refusal_response(request, _refusal(request))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RateLimited):
            return refusal_response(request, _refusal(request))
        return None


def note_waits() -> None:
    """Make allauth's counter tell how long a refused request has to wait; it knows, and keeps it to itself."""
    apply_rate = ratelimit.apply_rate

    def noting(
        history: list[float], now: float, rate: ratelimit.Rate, **options: Any
    ) -> tuple[bool, list[float]]:
        allowed, kept = apply_rate(history, now, rate, **options)
        if not allowed:
            wait_s = max(1, math.ceil(kept[rate.amount - 1] + rate.duration - now))
            setattr(context.request, WAIT_KEY, wait_s)
        return allowed, kept

    ratelimit.apply_rate = noting


def _count(request: HttpRequest, what: str, login: str, person: User | None) -> Usages:
    if person is not None and known_device(request, person):
        return [_consume(request, f"{what}:device", str(person.pk))]
    counted = [_consume(request, action, key) for action, key in _strangers_keys(request, what, login)]
    if f"{what}:address" in RATES:
        counted.append(_consume(request, f"{what}:address", None))
    return counted


def _strangers_keys(request: HttpRequest, what: str, login: str) -> list[tuple[str, str]]:
    return [(f"{what}:place", f"{login}|{ratelimit.get_ip(request)}"), (f"{what}:account", login)]


def _consume(request: HttpRequest, action: str, key: str | None) -> ratelimit.RateLimitUsage:
    usage = ratelimit.consume(request, app="accounts", action=action, config=RATES, key=key, limit_get=True)
    if usage is None:
        raise _refusal(request)
    return usage


def _refusal(request: HttpRequest) -> TooManyAttempts:
    wait_s = getattr(request, WAIT_KEY, UNKNOWN_WAIT_S)
    words = f"{wait_s} seconds" if wait_s < 120 else f"{math.ceil(wait_s / 60)} minutes"
    return TooManyAttempts(next_step=f"Try again in {words}.", retry_after_s=wait_s)
