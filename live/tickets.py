"""Tickets to an event stream: signed, short-lived, so that opening a stream costs the gateway no query.

A browser's EventSource sends no header of ours; the page that shows the room mints the ticket into the address.
"""

from urllib.parse import urlencode

from django.core import signing

from live.models import Room

SALT = "live.tickets"
MAX_AGE_S = 300  # to open a stream; one that is open stays open


def mint(stream: str) -> str:
    """A ticket to `stream`, from now on."""
    return signing.dumps(stream, salt=SALT)


def stream_of(ticket: str) -> str | None:
    """The stream that `ticket` opens; None if it is forged, or too old."""
    try:
        stream: str = signing.loads(ticket, salt=SALT, max_age=MAX_AGE_S)
    except signing.BadSignature:
        return None
    return stream


def events_url(room: Room, *, after: int) -> str:
    """Where the room's events after number `after` are listened to (the gateway's route)."""
    return f"{events_path(room)}?{urlencode({'after': after, 'ticket': mint(room.stream)})}"


def events_path(room: Room) -> str:
    """The same without a ticket, for callers that send a session token."""
    return f"/api/v1/rooms/{room.pk}/events/"
