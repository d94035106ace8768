"""Reads about what happened to an account."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts import activity_words
from accounts.models import SecurityEvent, User
from accounts.places import place_of
from accounts.sessions import device_name


@dataclass(frozen=True)
class Happening:
    """One line of the activity, in words."""

    id: int
    kind: str
    title: str
    more: str
    icon: str
    tone: str
    at: datetime
    device: str
    place: str  # empty: not known
    ip: str


def security_events(user: User, *, only_sign_ins: bool = False) -> QuerySet[SecurityEvent]:
    """What happened to the account of `user`, the newest first."""
    events = SecurityEvent.objects.filter(user=user).order_by("-pk")
    return events.filter(kind__in=activity_words.SIGN_IN_KINDS) if only_sign_ins else events


def in_words(event: SecurityEvent) -> Happening:
    """The event as its person reads it."""
    words = activity_words.words_of(event.kind)
    return Happening(
        id=event.pk,
        kind=event.kind,
        title=activity_words.title(event.kind, event.facts),
        more=activity_words.more(event.kind, event.facts),
        icon=words.icon,
        tone=words.tone,
        at=event.at,
        device=device_name(event.user_agent) if event.user_agent else "",
        place=place_of(event.ip),
        ip=event.ip or "",
    )
