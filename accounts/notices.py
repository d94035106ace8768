"""Notices to people about consent: which kinds of mail there are, and owing one."""

from datetime import datetime

from accounts import activity_words, mails
from accounts.activity_words import Words
from accounts.mails import Mail
from accounts.models import GuardianRecord, User
from accounts.services.mail import owe_mail

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

WORDS = {
    "guardian_asked": Words("Asked somebody to be your guardian", "send"),
    "guardian_consented": Words("Your guardian consented", "user-check", "good"),
    "guardian_budget": Words("Your guardian changed your budget", "wallet"),
    "guardian_revoked": Words("Your guardian took their consent back", "ban", "warn"),
    "guardian_restored": Words("Your guardian consented again", "user-check", "good"),
    "guardian_ended": Words("You came of age: your guardian’s limits ended", "party-popper", "good"),
}


def register() -> None:
    """Make these kinds known to the mails of accounts, and the words of the account's activity."""
    for kind, mail in NOTICES.items():
        mails.register(kind, mail)
    for event, words in WORDS.items():
        activity_words.register(event, words)


def tell_minor(minor: User, kind: Kind, now: datetime) -> None:
    """Owe a young person the notice of what their guardian did."""
    owe_mail(user=minor, kind=f"consent/guardian_{kind.value}", facts={}, now=now)
