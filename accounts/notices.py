"""Notices to people about consent: which kinds of mail there are, and owing one."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts import mails
from accounts.mails import Mail
from accounts.models import GuardianRecord, User

Kind = GuardianRecord.Kind
GUARDIAN_PATH = "/settings/guardian/"
SEE = ("See what is allowed", GUARDIAN_PATH)

NOTICES = {
    "consent/announced": Mail(
        "New from {starts_on}: {title}",
        "{title}: what changes",
        (
            "A new version starts on {starts_on}.",
            "{summary}",
            "{asked}",
        ),
        ("Read it and see what changed", "/settings/terms/"),
    ),
    f"consent/guardian_{Kind.CONSENTED.value}": Mail(
        "Your guardian has consented",
        "You can spend coins now",
        ("Your guardian has consented and set a budget. Every gift keeps to it by itself.",),
        SEE,
    ),
    f"consent/guardian_{Kind.BUDGET.value}": Mail(
        "Your guardian changed your budget",
        "Your budget was changed",
        ("What you spent already in the running day, week or month counts.",),
        SEE,
    ),
    f"consent/guardian_{Kind.REVOKED.value}": Mail(
        "Your guardian took their consent back",
        "Spending is stopped",
        (
            "You cannot buy or give anything for now. Coins you have stay where they are.",
            "Talk to your guardian: only they can consent again, by the link in their mail.",
        ),
        SEE,
    ),
    f"consent/guardian_{Kind.RESTORED.value}": Mail(
        "Your guardian consented again",
        "You can spend coins again",
        ("The budget is the one of before.",),
        SEE,
    ),
    f"consent/guardian_{Kind.ENDED.value}": Mail(
        "You are of age here",
        "You decide alone now",
        ("Your guardian’s limits have ended. You can set a budget of your own at any time.",),
        ("Open your balance", "/balance/"),
    ),
}


def register() -> None:
    """Make these kinds known to the mails of accounts."""
    mails.MAILS.update(NOTICES)


def owe(*, user: User, kind: str, facts: dict[str, str], now: datetime) -> None:
    """Owe `user` the notice `kind`. Joins the caller's transaction."""
    message = mails.render(kind, [user.email], facts, settings.DEFAULT_FROM_EMAIL)
    transaction.on_commit(message.send, robust=True)


def tell_minor(minor: User, kind: Kind, now: datetime) -> None:
    """Owe a young person the notice of what their guardian did."""
    owe(user=minor, kind=f"consent/guardian_{kind.value}", facts={}, now=now)
