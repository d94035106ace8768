"""Where allauth tells that a step of the way back was done."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals

from accounts.models import User
from care.services.securing import finish_recovery
from ground import clock


def connect() -> None:
    """Register every receiver of this module."""
    for done in (
        account_signals.password_reset,
        account_signals.password_set,
        account_signals.password_changed,
        mfa_signals.authenticator_added,
    ):
        done.connect(look_whether_done)


def look_whether_done(sender: Any, user: User, **kwargs: Any) -> None:
    """Give the account back, if that was the last step."""
    if user.recovery_since is not None:
        finish_recovery(user=user, now=clock.now())
