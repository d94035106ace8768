"""The picture beside a link to a person's page, drawn once for each state of what it shows."""

import hashlib
from collections.abc import Callable

from django.core.cache import cache

from accounts import pictures
from accounts.models import User
from look.share_card import ShareCard

KEPT_S = 7 * 24 * 3600
DRAWING = "1"  # another one when the drawing itself changes


def of_person(person: User) -> bytes:
    """The PNG for `person`."""
    return drawn_once(version_of(person), lambda: _card(person))


def version_of(person: User) -> str:
    """Changes whenever the card does; its address names it, so that other networks fetch the new one."""
    return fingerprint(
        "person", str(person.pk), person.handle, person.name, person.avatar, str(person.is_creator)
    )


def face_of(person: User) -> bytes:
    """The uploaded avatar for a card; empty if there is none."""
    try:
        return pictures.read(person.avatar, pictures.EDGES_PX[-1]) if person.avatar else b""
    except FileNotFoundError:  # replaced a moment ago
        return b""


def fingerprint(*facts: str) -> str:
    """A short name for these facts."""
    return hashlib.sha256("\0".join((DRAWING, *facts)).encode()).hexdigest()[:16]


def drawn_once(version: str, card: Callable[[], ShareCard]) -> bytes:
    """The PNG kept under `version`, or `card` drawn now and kept."""
    key = f"share-card:{version}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = card().png()
        cache.set(key, kept, KEPT_S)
    return kept


def _card(person: User) -> ShareCard:
    return ShareCard(
        title=person.name,
        byline=f"@{person.handle}",
        label="Creator" if person.is_creator else "On Ovation",
        face_seed=str(person.pk),
        face=face_of(person),
    )
