"""The menu of the settings pages."""

from dataclasses import dataclass
from typing import Any

from django import template
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
    Entry("account", "accounts:account", "Account", "Name, handle, language, time zone", "user"),
    Entry("security", "accounts:security", "Security", "Password, second factor", "shield-check"),
    Entry("privacy", "accounts:privacy", "Privacy", "Who sees you, comments, sends gifts", "eye-off"),
    Entry("activity", "accounts:activity", "Activity", "Where you are signed in, what happened", "history"),
    Entry("balance", "wallet:balance", "Balance", "Coins, orders, receipts", "wallet"),
    Entry("notifications", "accounts:notifications", "Notifications", "Which mails you get", "bell"),
    Entry("terms", "accounts:terms", "Terms", "What you accepted, and when", "scale"),
    Entry("support", "care:cases", "Support", "Ask us, and see our answers", "life-buoy"),
    Entry("data", "care:your-data", "Your data", "Take it with you, or close your account", "download"),
)


@register.inclusion_tag("accounts/settings_menu.html")
def settings_menu(section: str) -> dict[str, Any]:
    """Draw the menu; an entry whose page is not part of this installation is left out."""
    found = [(entry, _address(entry.url_name)) for entry in ENTRIES]
    return {"entries": [(entry, address) for entry, address in found if address], "section": section}


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
