"""Who calls a hot route, and whether the call is theirs: a token proves that by itself, a cookie does not."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, parse_cookie
from rest_framework.authentication import CSRFCheck

from accounts.errors import NotSignedIn
from gateway.errors import NotSameSite
from gateway.people import People

type Headers = dict[bytes, bytes]


async def caller(people: People, scope: dict[str, Any], headers: Headers) -> int:
    """The user id of whoever calls: by a session token in either header, else by the browser's session.

    Raises:
        NotSignedIn: there is no session, or it has ended.
        RecoveryRequired: its person must secure the account first.
        NotSameSite: the browser's session came without proof that one of our pages sends.
    """
    token = _token(headers)
    if token:
        return await _of_session(people, token)
    session_key = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(
        settings.SESSION_COOKIE_NAME
    )
    if not session_key:
        raise NotSignedIn
    user_id = await _of_session(people, session_key)
    _require_same_site(scope)
    return user_id


async def token_holder(people: People, headers: Headers) -> int:
    """The user id of whoever calls with a session token; a cookie is not looked at.

    Raises:
        NotSignedIn: there is no token, or its session has ended.
        RecoveryRequired: its person must secure the account first.
    """
    token = _token(headers)
    if not token:
        raise NotSignedIn
    return await _of_session(people, token)


def _token(headers: Headers) -> str:
    token = headers.get(b"x-session-token")
    if token:
        return token.decode("latin-1")
    scheme, _, bearer = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else ""


async def _of_session(people: People, session_key: str) -> int:
    user_id = await people.user_id(session_key)
    if user_id is None:
        raise NotSignedIn("This session has ended, or there never was one.")
    return user_id


def _require_same_site(scope: dict[str, Any]) -> None:
    """Django's own check of Origin, Referer and CSRF token, as the rest of the API makes it."""
    request = ASGIRequest(scope, BytesIO())
    check = CSRFCheck(_no_view)
    check.process_request(request)
    reason = check.process_view(request, _no_view, (), {})
    if reason:
        raise NotSameSite(f"CSRF Failed: {reason}")


def _no_view(request: object) -> HttpResponse:
    return HttpResponse()
