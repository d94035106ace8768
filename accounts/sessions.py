"""Where a person is signed in, in words."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from accounts.models import User

SHOWN = 20

# First match wins: Edge and Opera also say Chrome, Chrome also says Safari.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


@dataclass(frozen=True)
class SignedIn:
    """One session of a person."""

    device: str
    ip: str
    since: datetime
    is_current: bool


def sessions_of(request: HttpRequest, user: User) -> list[SignedIn]:
    """The sessions of `user`, this one first, then the newest. Ended ones are forgotten on the way."""
    rows = UserSession.objects.filter(user=user).order_by("-created_at")[:SHOWN]
    alive = [row for row in rows if not row.purge()]
    shown = [SignedIn(device_name(row.user_agent), row.ip, row.created_at, row.is_current()) for row in alive]
    return sorted(shown, key=lambda session: not session.is_current)


def device_name(user_agent: str) -> str:
    """What a person would call the device: “Firefox on Linux”. A program keeps the first word of its name."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    program = user_agent.split("/")[0].split(" ")[0][:30]
    return browser or system or program or "Unknown device"
