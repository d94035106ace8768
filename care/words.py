"""The mails of care, and the words of what it does to an account's security. Registered by `register`."""

from accounts import activity_words, mails
from accounts.activity_words import Words
from accounts.mails import Mail

CASE = ("Open the case", "/support/{reference}/")

MAILS = {
    "case_opened": Mail(
        "Case {reference}: we have your message",
        "We have your message",
        (
            "Your case {reference} is with our support: {kind}.",
            "You have an answer by {answer_by} at the latest. It comes to this mailbox and stands in the case.",
        ),
        CASE,
    ),
    "case_answered": Mail(
        "Case {reference}: an answer for you",
        "We have answered you",
        (
            "Support has answered in your case {reference}: {kind}.",
            "For your safety the words stand in the case alone. We never ask for your password or a code.",
        ),
        CASE,
    ),
    "case_solved": Mail(
        "Case {reference} is solved",
        "Your case is solved",
        (
            "Your case {reference} is closed: {kind}.",
            "Not solved after all? Answer in it within {days} days.",
        ),
        CASE,
    ),
    "case_reported": Mail(
        "We have stopped your money: case {reference}",
        "Everything is stopped",
        (
            "You told us that you did not do something on your account. Nothing can be spent or cashed out, and "
            "every other session was signed out. Your old password no longer works.",
            "Now secure the account: choose a new password with a code we send you, then set up a second factor.",
            "A person looks at your case {reference} and answers by {answer_by}.",
            "If it was not you who told us, secure the account just the same and write so in the case.",
        ),
        ("Secure your account", "/support/secure/"),
    ),
    "case_secured": Mail(
        "Your account is secured",
        "Your account is yours again",
        (
            "The password is new and a second factor protects it.",
            "Your money stays stopped until support has looked at case {reference}.",
        ),
        CASE,
    ),
    "case_lifted": Mail(
        "Your money can move again: case {reference}",
        "You can spend and cash out again",
        ("Support has looked at your case {reference} and lifted the stop.",),
        CASE,
    ),
}
ACTIVITY = {
    "not_me_reported": Words("Reported: “I did not do this”", "shield-alert", "warn", "Case {reference}"),
    "account_secured": Words(
        "Secured the account after a report", "shield-check", "good", "Case {reference}"
    ),
    "money_released": Words(
        "Support let the money move again", "shield-check", "neutral", "Case {reference}"
    ),
}


def register() -> None:
    """Make both known; in AppConfig.ready."""
    for kind, mail in MAILS.items():
        mails.register(kind, mail)
    for kind, words in ACTIVITY.items():
        activity_words.register(kind, words)
