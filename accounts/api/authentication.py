"""Who calls the API: an allauth session token, in X-Session-Token or as a bearer token."""

from typing import cast

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.contrib.sessions.backends.base import SessionBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.last_seen import note_seen
from accounts.models import User
from accounts.otp import attach_verification
from accounts.recovery import require_recovered


class SessionTokenAuthentication(BaseAuthentication):
    """allauth's token, from either header. `request.auth` is the session; `request.user.is_verified()` works."""

    def authenticate(self, request: Request) -> tuple[User, SessionBase] | None:
        token = self.token_of(request)
        if token is None:
            return None
        found = authenticate_by_x_session_token(token)
        if found is None:
            raise AuthenticationFailed("This session has ended, or there never was one.")
        user, session = cast(tuple[User, SessionBase], found)
        attach_verification(user, session)
        require_recovered(user, request.path)
        note_seen(session, request._request)
        return user, session

    def authenticate_header(self, request: Request) -> str:
        """Named in WWW-Authenticate, so that a missing token is a 401 and not a 403."""
        return 'Bearer realm="api"'

    @staticmethod
    def token_of(request: Request) -> str | None:
        """The token in either header, if there is one."""
        token = request.headers.get("X-Session-Token")
        if token:
            return token
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        return value.strip() if scheme.lower() == "bearer" and value.strip() else None
