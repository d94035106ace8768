"""How a device is known again: a signed cookie that names who signed in with it. It opens nothing."""

from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE = "ovation_device"
SALT = "accounts.known_devices"
KEPT_S = 400 * 24 * 3600  # the longest that browsers keep a cookie
MOST_PEOPLE = 8
SIGNED_IN_ATTRIBUTE = "_ovation_device_of"


def known_device(request: HttpRequest, user: User) -> bool:
    """Whether `user` has signed in before with the device that sends `request`."""
    return user.pk in _people(request)


def remember_device(request: HttpRequest, user: User) -> None:
    """Have the answer to `request` tell the device that `user` signed in with it."""
    setattr(request, SIGNED_IN_ATTRIBUTE, user.pk)


class KnownDeviceMiddleware:
    """Hands out what `remember_device` left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user_id = getattr(request, SIGNED_IN_ATTRIBUTE, None)
        if user_id is not None:
            people = [user_id, *(other for other in _people(request) if other != user_id)][:MOST_PEOPLE]
            response.set_cookie(
                COOKIE,
                signing.dumps(people, salt=SALT),
                max_age=KEPT_S,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


def _people(request: HttpRequest) -> list[int]:
    try:
        return list(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_S))
    except signing.BadSignature:
        return []
