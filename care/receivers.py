"""Where allauth's and Django's signals reach care."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.models import User
from care.services.closing import take_back
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
    user_logged_in.connect(keep_who_comes_back)


def look_whether_done(sender: Any, user: User, **kwargs: Any) -> None:
    """Give the account back, if that was the last step."""
    if user.recovery_since is not None:
        finish_recovery(user=user, now=clock.now())


def keep_who_comes_back(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Signing in within the days of grace takes a closing back."""
    if user.deactivated_at is not None and take_back(user=user, request=request) is not None:
        messages.success(
            request, "Welcome back. Your account stays, and nothing was erased.", fail_silently=True
        )
