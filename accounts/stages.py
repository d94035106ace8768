"""The second factor as a stage of signing in."""

from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa import stages
from django.http import HttpRequest

from accounts.trusted import is_trusted


class AuthenticateStage(stages.AuthenticateStage):  # type: ignore[misc]
    """allauth's stage, passed over by a browser that the person trusts. allauth's own trust is a cookie alone."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if not super()._should_handle(request):
            return False
        return bool(is_headless_request(request)) or not is_trusted(request, self.login.user)
