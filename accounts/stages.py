"""Our steps of allauth's way in: proving an address, and the second factor."""

from typing import Any

from allauth.account.stages import EmailVerificationStage
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa import stages
from django.http import HttpRequest

from accounts.models import Phone
from accounts.trusted import is_trusted


class EmailUnlessPhoneStage(EmailVerificationStage):  # type: ignore[misc]
    """An address must be proved before one gets in, unless there is none and a phone was proved instead."""

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        has_no_address = user is not None and not user.email
        if has_no_address and Phone.objects.filter(user=user, verified_at__isnull=False).exists():
            return None, True
        handled: tuple[Any, bool] = super().handle()
        return handled


class AuthenticateStage(stages.AuthenticateStage):  # type: ignore[misc]
    """allauth's stage, passed over by a browser that the person trusts. allauth's own trust is a cookie alone."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if not super()._should_handle(request):
            return False
        return bool(is_headless_request(request)) or not is_trusted(request, self.login.user)
