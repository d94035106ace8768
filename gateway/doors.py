"""Who may listen to what."""

import re
from urllib.parse import parse_qs
from uuid import UUID

from accounts.streams import creator_stream
from gateway.callers import Headers, token_holder
from gateway.doorkeeper import Seat
from gateway.errors import InvalidCursor, TicketInvalid
from gateway.people import People
from ground.errors import NotFound
from live import tickets
from live.models import room_stream

ROOM_EVENTS = re.compile(r"/api/v1/rooms/([0-9a-fA-F-]{36})/events/")
CREATOR_EVENTS = "/api/v1/creator/events/"
LONGEST_CURSOR = 18  # digits


def is_stream(path: str) -> bool:
    """Whether the gateway serves `path`."""
    return path == CREATOR_EVENTS or ROOM_EVENTS.fullmatch(path) is not None


async def stream_for(
    people: People, path: str, query: dict[str, list[str]], headers: Headers
) -> tuple[str, Seat | None]:
    """The stream that the caller asks for at `path`, by a ticket, else by a session token; and of a room's stream the
    seat, about which the doorkeeper is to be asked.

    Raises:
        NotFound: no such room. TicketInvalid, NotSignedIn: the caller may not.
    """
    room = ROOM_EVENTS.fullmatch(path)
    room_id = _uuid(room.group(1)) if room else None
    given = query.get("ticket", [""])[0]
    if room_id and given:
        ticket = tickets.read(given)
        if ticket is None or ticket.stream != room_stream(room_id):
            raise TicketInvalid
        return ticket.stream, Seat(ticket.viewer_id, room_id)
    user_id = await token_holder(people, headers)
    if room_id is None:
        return creator_stream(user_id), None
    return room_stream(room_id), Seat(user_id, room_id)


def cursor_of(query: dict[str, list[str]], headers: Headers) -> int | None:
    """The number of the last event the caller has; None: from now on. A reconnecting browser's header wins.

    Raises:
        InvalidCursor: it is no number.
    """
    text = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("after", [""])[0]
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_CURSOR):
        raise InvalidCursor
    return int(text)


def query_of(query_string: bytes) -> dict[str, list[str]]:
    return parse_qs(query_string.decode("latin-1"), max_num_fields=10)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
