"""How a device is known again: a signed token in a cookie, or in a header for programs. It opens nothing."""

import hashlib
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import KnownDevice, User

COOKIE = "ovation_device"
HEADER = "X-Device-Token"
PROGRAMS = "/_allauth/app/"  # what is asked there answers by header
SALT = "accounts.known_devices"
KEPT_S = 400 * 24 * 3600  # the longest that browsers keep a cookie
GIVEN_ATTRIBUTE = "_ovation_device_token"


def token_shown(request: HttpRequest) -> str | None:
    """The token that the device shows, if it is one we wrote."""
    signed = request.headers.get(HEADER) or request.COOKIES.get(COOKIE) or ""
    try:
        return str(signing.loads(signed, salt=SALT, max_age=KEPT_S))
    except signing.BadSignature:
        return None


def known_device(request: HttpRequest, user: User) -> bool:
    """Whether `user` has signed in before with the device that sends `request`, and did not sign it out since."""
    token = token_shown(request)
    return token is not None and KnownDevice.objects.filter(user=user, token_hash=hash_of(token)).exists()


def give_token(request: HttpRequest, token: str) -> None:
    """Have the answer to `request` hand the device its token."""
    setattr(request, GIVEN_ATTRIBUTE, token)


def new_token() -> str:
    """A token for a device that has none."""
    return secrets.token_urlsafe(24)


def hash_of(token: str) -> str:
    """What we keep of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class KnownDeviceMiddleware:
    """Hands out what `give_token` left: a cookie to browsers, a header to programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        token = getattr(request, GIVEN_ATTRIBUTE, None)
        if token is None:
            return response
        signed = signing.dumps(token, salt=SALT)
        if request.path.startswith(PROGRAMS):
            response.headers[HEADER] = signed
        else:
            response.set_cookie(
                COOKIE,
                signed,
                max_age=KEPT_S,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response
