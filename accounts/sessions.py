"""Where a person is signed in, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.places import place_of
from accounts.signed_in import sessions_in_database

# First match wins: Edge and Opera also say Chrome, Chrome also says Safari.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
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
HAND_HELD = ("iPhone", "iPad", "Android", "Mobile")


@dataclass(frozen=True)
class SignedIn:
    """One session of a person."""

    id: int
    device: str
    icon: Literal["smartphone", "monitor", "terminal"]
    place: str  # empty: not known
    ip: str
    since: datetime
    last_seen_at: datetime
    is_current: bool


def open_sessions(user: User, now: datetime) -> QuerySet[UserSession]:
    """The rows of `user` whose session has not ended, by its end or by signing out; the newest first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    rows: QuerySet[UserSession] = UserSession.objects.filter(Exists(alive), user=user)
    return rows.order_by("-created_at", "-pk")


def in_words(rows: Sequence[UserSession], *, current_key: str | None, now: datetime) -> list[SignedIn]:
    """The sessions of `rows` that still sign somebody in, as people read them. Two queries for all."""
    good = sessions_in_database([row.session_key for row in rows], now=now)
    return [
        SignedIn(
            id=row.pk,
            device=device_name(row.user_agent),
            icon=device_icon(row.user_agent),
            place=place_of(row.ip),
            ip=row.ip,
            since=row.created_at,
            last_seen_at=row.last_seen_at,
            is_current=row.session_key == current_key,
        )
        for row in rows
        if row.session_key in good
    ]


def device_name(user_agent: str) -> str:
    """What a person would call the device: “Firefox on Linux”. A program keeps the first word of its name."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    program = user_agent.split("/")[0].split(" ")[0][:30]
    return browser or system or program or "Unknown device"


def device_icon(user_agent: str) -> Literal["smartphone", "monitor", "terminal"]:
    """The drawing beside the name."""
    if any(mark in user_agent for mark in HAND_HELD):
        return "smartphone"
    return "monitor" if user_agent.startswith("Mozilla/") else "terminal"
