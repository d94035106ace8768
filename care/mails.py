"""The mails about a person's data and the closing of their account."""

from collections.abc import Mapping
from datetime import datetime

from accounts.mails import Mail, register
from accounts.models import User
from accounts.services import owe_mail

NOT_YOU = "If this was not you, sign in, choose a new password and tell us in Settings, Support."

register(
    "data_export_ready",
    Mail(
        "Your data is ready",
        "Your data is ready",
        (
            "The copy of your data that you asked for can be fetched for {days} days. You have to be signed in.",
            NOT_YOU,
        ),
        ("Fetch it", "/settings/your-data/"),
    ),
)
register(
    "closing_requested",
    Mail(
        "Your account will be erased on {day}",
        "Your account is closed",
        (
            "You are signed out everywhere and nobody sees you any more. On {day} everything about you is erased.",
            "You changed your mind? Sign in before that day, and all is as it was.",
            NOT_YOU,
        ),
        ("Keep my account", "/accounts/login/"),
    ),
)
register(
    "closing_cancelled",
    Mail(
        "Welcome back: your account stays",
        "Your account stays",
        ("You signed in, so nothing is erased and others see you again.", NOT_YOU),
        ("See your data", "/settings/your-data/"),
    ),
)
register(
    "closing_waits",
    Mail(
        "Your account could not be erased yet",
        "Something came up",
        (
            "The days of grace are over, but something is open again: a bank may have sent a payout back, "
            "or disputes a payment.",
            "Sign in to see what it is and settle it; that takes the closing back. Or wait: we look every day, "
            "and erase your account as soon as nothing is open.",
        ),
        ("See what is open", "/settings/your-data/close/"),
    ),
)


def tell(*, user: User, kind: str, facts: Mapping[str, str | int], now: datetime) -> None:
    """Owe the person one of these mails, in the caller's transaction."""
    owe_mail(user=user, kind=kind, facts=facts, now=now)
