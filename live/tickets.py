"""Tickets to an event stream: signed, short-lived, so that opening a stream costs the gateway no query.

A browser's EventSource sends no header of ours; the page that shows the room mints the ticket into the address.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing

from accounts.privacy import Viewer, id_of
from live.models import Room

SALT = "live.tickets"
MAX_AGE_S = 300  # to open a stream; one that is open stays open


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket opens, and for whom; None: for anybody."""

    stream: str
    viewer_id: int | None


def mint(stream: str, *, viewer_id: int | None = None) -> str:
    """A ticket to `stream` for that person, from now on. Whether they still may is asked at the door."""
    return signing.dumps([stream, viewer_id], salt=SALT)


def read(ticket: str) -> Ticket | None:
    """What `ticket` says; None if it is forged, or too old."""
    try:
        stream, viewer_id = signing.loads(ticket, salt=SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, ValueError):
        return None
    return Ticket(stream, viewer_id)


def events_url(room: Room, *, after: int, viewer: Viewer) -> str:
    """Where `viewer` listens to the room's events after number `after` (the gateway's route)."""
    ticket = mint(room.stream, viewer_id=id_of(viewer))
    return f"{events_path(room)}?{urlencode({'after': after, 'ticket': ticket})}"


def events_path(room: Room) -> str:
    """The same without a ticket, for callers that send a session token."""
    return f"/api/v1/rooms/{room.pk}/events/"
