"""The mails of accounts: words here, one layout (templates/emails/accounts.*) for all of them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.sessions import device_name


@dataclass(frozen=True)
class Mail:
    """One kind of mail. The texts may name values of the context in braces."""

    subject: str
    heading: str
    text: tuple[str, ...]
    action: tuple[str, str] | None = None  # (label, path)
    is_notice: bool = False  # of a change: says when, from which device and address


CODE_ADVICE = "Type it on the page that asks for it. It works once, for a short time. Pass it on to nobody."
NOT_YOU = "If this was not you, reset your password at once and sign out everywhere else."

MAILS = {
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
        ("See your security", "/settings/security/"),
        is_notice=True,
    ),
    "mfa/email/totp_deactivated": Mail(
        "Two-factor authentication is off",
        "Two-factor authentication is off",
        ("Your password alone now opens your account, and you cannot cash out.", NOT_YOU),
        ("See your security", "/settings/security/"),
        is_notice=True,
    ),
    "mfa/email/recovery_codes_generated": Mail(
        "You have new recovery codes",
        "You have new recovery codes",
        ("The old ones no longer work.", NOT_YOU),
        is_notice=True,
    ),
}


def render(kind: str, to: list[str], context: dict[str, Any], sender: str) -> EmailMultiAlternatives:
    """Make the mail `kind` (allauth's template prefix) with text and HTML."""
    mail = MAILS[kind]
    facts = {
        "heading": mail.heading,
        "paragraphs": [paragraph.format_map(context) for paragraph in mail.text],
        "code": context.get("code"),
        "facts": _facts(context) if mail.is_notice else [],
        "action": mail.action and {"label": mail.action[0], "href": settings.SITE_URL + mail.action[1]},
        "site_url": settings.SITE_URL,
    }
    message = EmailMultiAlternatives(
        mail.subject.format_map(context),
        render_to_string("emails/accounts.txt", facts).strip() + "\n",
        sender,
        to,
    )
    message.attach_alternative(render_to_string("emails/accounts.html", facts), "text/html")
    return message


def _facts(context: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("When", date_format(localtime(context["timestamp"]), "j M Y, H:i T")),
        ("Device", device_name(context["user_agent"])),
        ("Address", context["ip"]),
    ]
