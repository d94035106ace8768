"""Every mail's words, by kind: what is written here is registered, and the floors above register theirs.

`accounts.services.owe_mail` sends one after the commit; `compose` makes the letter of a kind from its facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts import letters
from accounts.letters import Letter
from accounts.models import User
from accounts.places import place_of
from accounts.sessions import device_name


@dataclass(frozen=True)
class Topic:
    """Optional mails that a person asks for in Settings, Notifications."""

    title: str
    about: str


# Nobody gets these unasked. Mails about security and money have no topic and cannot be turned off.
TOPICS = {
    "room_starts": Topic("Rooms that start", "A creator you follow goes live."),
    "new_followers": Topic("New followers", "Somebody follows you."),
    "comments": Topic("Comments", "Somebody writes on your wall, or replies to you there."),
    "offers": Topic("Offers", "News about packages and gifts, now and then."),
}


@dataclass(frozen=True)
class Mail:
    """One kind of mail. The texts, the action's path and the rows may name facts in braces."""

    subject: str
    heading: str
    text: tuple[str, ...]
    action: tuple[str, str] | None = None  # (label, path)
    rows: tuple[tuple[str, str], ...] = ()  # figures: (name, value)
    is_notice: bool = (
        False  # of a change: says when, from which device and address; facts as `notice_facts` makes
    )
    topic: str = ""  # of TOPICS; empty: the mail cannot be turned off
    good_for: timedelta | None = None  # what is older is not worth sending
    why: str = letters.WHY

    def __post_init__(self) -> None:
        assert not self.topic or self.topic in TOPICS, self.topic


MAILS: dict[str, Mail] = {}


def register(kind: str, mail: Mail) -> None:
    """Add a kind of mail; in `AppConfig.ready`, or beside its words. The same again does no harm."""
    assert MAILS.get(kind, mail) == mail, f"{kind} is registered with other words"
    MAILS[kind] = mail


def topics_in_use() -> list[str]:
    """The topics that some kind of mail belongs to: a switch for the others would do nothing."""
    used = {mail.topic for mail in MAILS.values()}
    return [topic for topic in TOPICS if topic in used]


def compose(kind: str, facts: Mapping[str, Any], person: User | None = None) -> Letter:
    """The letter of `kind`. A fact that its words name and `facts` lack is a KeyError."""
    mail = MAILS[kind]
    return Letter(
        subject=" ".join(mail.subject.format_map(facts).split()),
        heading=mail.heading.format_map(facts),
        paragraphs=[paragraph.format_map(facts) for paragraph in mail.text],
        code=facts.get("code", ""),
        rows=[
            *((name, value.format_map(facts)) for name, value in mail.rows),
            *(_notice_rows(facts, person) if mail.is_notice else []),
        ],
        action=mail.action and (mail.action[0], settings.SITE_URL + mail.action[1].format_map(facts)),
        why=mail.why,
    )


def render(
    kind: str, to: list[str], facts: Mapping[str, Any], sender: str, person: User | None = None
) -> EmailMultiAlternatives:
    """Make the mail `kind` (ours, or allauth's template prefix) with text and HTML."""
    return letters.message(compose(kind, facts, person), to=to, person=person, sender=sender)


def notice_facts(*, at: datetime, ip: str | None, user_agent: str) -> dict[str, str]:
    """What a notice of a change says beside its words: when, from which device and address."""
    return {"at": at.isoformat(), "ip": ip or "", "user_agent": user_agent}


def _notice_rows(facts: Mapping[str, Any], person: User | None) -> list[tuple[str, str]]:
    zone = ZoneInfo(person.time_zone) if person else None
    at = localtime(datetime.fromisoformat(facts["at"]), zone)
    rows = [
        ("When", date_format(at, "j M Y, H:i T")),
        ("Device", facts["user_agent"] and device_name(facts["user_agent"])),
        ("Place", place_of(facts["ip"])),
        ("Address", facts["ip"]),
    ]
    return [(name, value) for name, value in rows if value]


CODE_ADVICE = "Type it on the page that asks for it. It works once, for a short time. Pass it on to nobody."
NOT_YOU = "If this was not you, reset your password at once and sign out everywhere else."
# Mails to an address that is not proven yet to be the person's carry no phrase.
TO_UNPROVEN = frozenset({"account/email/email_confirmation", "account/email/email_confirmation_signup"})
SEE_SECURITY = ("See your security", "/settings/security/")

WORDS = {
    "account/email/email_confirmation_signup": Mail(
        "{code} is your Ovation code",
        "Welcome to Ovation",
        ("This code proves that the address is yours.", CODE_ADVICE),
    ),
    "account/email/email_confirmation": Mail(
        "{code} is your Ovation code",
        "Confirm your address",
        ("This code proves that {email} is yours.", CODE_ADVICE),
    ),
    "account/email/password_reset_code": Mail(
        "Your code for a new password",
        "Choose a new password",
        ("You, or somebody else, asked for a new password.", CODE_ADVICE, "If it was not you, do nothing."),
    ),
    "account/email/account_already_exists": Mail(
        "You already have an account",
        "You already have an account",
        (
            "Somebody tried to join with {email}, and an account with this address exists.",
            "If it was you, sign in, or choose a new password if you forgot yours. If not, do nothing.",
        ),
        ("Sign in", "/accounts/login/"),
    ),
    "account/email/unknown_account": Mail(
        "There is no account with this address",
        "There is no account with this address",
        (
            "Somebody tried to get into an account with {email}; there is none.",
            "If it was you, you may have used another address.",
        ),
        ("Join", "/accounts/signup/"),
    ),
    "account/email/password_changed": Mail(
        "Your password was changed",
        "Your password was changed",
        ("Your other sessions were signed out.", NOT_YOU),
        is_notice=True,
    ),
    "account/email/password_set": Mail(
        "Your password was set", "Your password was set", (NOT_YOU,), is_notice=True
    ),
    "account/email/password_reset": Mail(
        "Your password was changed",
        "You have a new password",
        ("It was changed with a code from your mailbox, and every session was signed out.", NOT_YOU),
        is_notice=True,
    ),
    "account/email/email_changed": Mail(
        "Your address was changed",
        "Your address was changed",
        ("Your account now belongs to {to_email} instead of {from_email}.", NOT_YOU),
        is_notice=True,
    ),
    "accounts/handle_changed": Mail(
        "You are @{new} now",
        "You are @{new} now",
        (
            "Your handle was @{old}. For 30 days the old address leads to you, and nobody else can take it.",
            NOT_YOU,
        ),
        ("See your page", "/@{new}"),
    ),
    "account/email/email_deleted": Mail(
        "An address was removed",
        "An address was removed",
        ("{deleted_email} no longer belongs to your account.", NOT_YOU),
        is_notice=True,
    ),
    "account/email/phone_changed": Mail(
        "Your account has a phone number",
        "Your account has a phone number",
        ("{number} now opens your account together with your password.", NOT_YOU),
        ("See your account", "/settings/account/"),
        is_notice=True,
    ),
    "account/email/phone_removed": Mail(
        "A phone number was removed",
        "A phone number was removed",
        ("{number} no longer belongs to your account.", NOT_YOU),
        ("See your account", "/settings/account/"),
        is_notice=True,
    ),
    "socialaccount/email/account_connected": Mail(
        "{provider} now opens your account",
        "A sign-in was connected",
        ("You can sign in with {provider} from now on.", NOT_YOU),
        ("See your account", "/settings/account/"),
        is_notice=True,
    ),
    "socialaccount/email/account_disconnected": Mail(
        "{provider} no longer opens your account",
        "A sign-in was disconnected",
        ("{provider} no longer opens your account.", NOT_YOU),
        ("See your account", "/settings/account/"),
        is_notice=True,
    ),
    "mfa/email/totp_activated": Mail(
        "Two-factor authentication is on",
        "Two-factor authentication is on",
        ("From now on signing in and cashing out ask for a code from your authenticator app.", NOT_YOU),
        SEE_SECURITY,
        is_notice=True,
    ),
    "mfa/email/totp_deactivated": Mail(
        "Two-factor authentication is off",
        "Two-factor authentication is off",
        ("Your password alone now opens your account, and you cannot cash out.", NOT_YOU),
        SEE_SECURITY,
        is_notice=True,
    ),
    "mfa/email/webauthn_added": Mail(
        "A passkey or security key was added",
        "A key was added to your account",
        ("From now on it opens your account or confirms that it is you.", NOT_YOU),
        SEE_SECURITY,
        is_notice=True,
    ),
    "mfa/email/webauthn_removed": Mail(
        "A passkey or security key was removed",
        "A key was removed from your account",
        ("It no longer opens your account.", NOT_YOU),
        SEE_SECURITY,
        is_notice=True,
    ),
    "mfa/email/recovery_code_used": Mail(
        "A recovery code was used",
        "Somebody used one of your recovery codes",
        ("It works no more. Codes left: {left}.", NOT_YOU),
        SEE_SECURITY,
        is_notice=True,
    ),
    "mfa/email/recovery_codes_generated": Mail(
        "You have new recovery codes",
        "You have new recovery codes",
        ("The old ones no longer work.", NOT_YOU),
        is_notice=True,
    ),
    "new_device": Mail(
        "A new device signed in to your account",
        "Was this you?",
        (
            "Your account was opened on a device that we have not seen before.",
            "If it was you, there is nothing to do.",
            "If it was not, press the button: it stops your money, signs every other device out, and shows you "
            "the way back. You sign in first; whoever holds this mail can do nothing with it.",
        ),
        ("This was not me", "{not_me}"),
        is_notice=True,
    ),
    "phrase_changed": Mail(
        "Your anti-phishing phrase was changed",
        "This is your phrase from now on",
        ("It stands in every mail we send you. A mail without it is not from us.", NOT_YOU),
        SEE_SECURITY,
        is_notice=True,
    ),
    "phrase_removed": Mail(
        "Your anti-phishing phrase was removed",
        "Your phrase was removed",
        ("Our mails no longer carry it.", NOT_YOU),
        SEE_SECURITY,
        is_notice=True,
    ),
}
for _kind, _mail in WORDS.items():
    register(_kind, _mail)
