"""What a change of a person's factors means for the browsers they trust, and who hears of a used recovery code."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User
from accounts.services.trusted_browsers import distrust_browsers
from ground import clock


def connect() -> None:
    """Register every receiver of this module."""
    mfa_signals.authenticator_removed.connect(distrust_what_was_trusted_with_it)
    mfa_signals.authenticator_reset.connect(distrust_what_was_trusted_with_it)
    mfa_signals.authenticator_used.connect(tell_of_used_recovery_code)


def distrust_what_was_trusted_with_it(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A browser was trusted because of the factors of then."""
    distrust_browsers(user=user, now=clock.wall(), request=request)


def tell_of_used_recovery_code(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """A recovery code is the way in for a lost phone, and for who found the paper: its person hears of it."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        left = len(authenticator.wrap().get_unused_codes())
        get_adapter(request).send_notification_mail("mfa/email/recovery_code_used", user, {"left": left})
