"""Our step of allauth's way in."""

from typing import Any

from allauth.account.stages import EmailVerificationStage

from accounts.models import Phone


class EmailUnlessPhoneStage(EmailVerificationStage):  # type: ignore[misc]
    """An address must be proved before one gets in, unless there is none and a phone was proved instead."""

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        has_no_address = user is not None and not user.email
        if has_no_address and Phone.objects.filter(user=user, verified_at__isnull=False).exists():
            return None, True
        handled: tuple[Any, bool] = super().handle()
        return handled
