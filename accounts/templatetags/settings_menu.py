"""The menu of the settings pages."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse

register = template.Library()


@dataclass(frozen=True)
class Entry:
    """One line of the menu; `section` is what its page calls itself."""

    section: str
    url_name: str
    title: str
    about: str
    icon: str


ENTRIES = (
    Entry("account", "accounts:account", "Account", "Name, picture, handle, language", "user"),
    Entry("security", "accounts:security", "Security", "Password, second factor", "shield-check"),
    Entry("privacy", "accounts:privacy", "Privacy", "Who sees you and may do what", "eye-off"),
    Entry("activity", "accounts:activity", "Activity", "Your devices, what happened", "history"),
    Entry("balance", "wallet:balance", "Balance", "Coins, orders, receipts", "wallet"),
    Entry(
        "payment-methods",
        "wallet:payment-methods",
        "Payment methods",
        "Saved cards and wallets",
        "credit-card",
    ),
    Entry("budgets", "gifts:budgets", "Budgets", "What you allow yourself, a break", "hand-coins"),
    Entry("notifications", "accounts:notifications", "Notifications", "Which mails you get", "bell"),
    Entry(
        "guardian", "accounts:settings-guardian", "Guardian", "Who answers for you, what they allow", "users"
    ),
    Entry("terms", "accounts:terms", "Terms", "What you accepted, and when", "scale"),
    Entry("support", "care:cases", "Support", "Ask us, and see our answers", "life-buoy"),
    Entry("your-data", "care:your-data", "Your data", "Take it along, close the account", "download"),
)

# allauth's own pages name no section: whose they are shows in their address.
OWN_SECTIONS = {
    "/accounts/password/": "security",
    "/accounts/2fa/": "security",
    "/accounts/email/": "account",
    "/accounts/phone/": "account",
}


@register.inclusion_tag("accounts/settings_menu.html", takes_context=True)
def settings_menu(context: Context, section: str) -> dict[str, Any]:
    """Draw the menu; an entry whose page is not part of this installation, or not the person's, is left out."""
    section = section or _own_section(context)
    is_young = section == "guardian" or bool(context.get("guardian_shown"))
    entries = (entry for entry in ENTRIES if entry.section != "guardian" or is_young)
    found = [(entry, _address(entry.url_name)) for entry in entries]
    return {"entries": [(entry, address) for entry, address in found if address], "section": section}


def _own_section(context: Context) -> str:
    request = context.get("request")
    path = request.path if request else ""
    return next((section for begin, section in OWN_SECTIONS.items() if path.startswith(begin)), "")


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
