"""Events as screens read them: the body with the names that belong to its ids, joined now.

The log keeps ids, so that erasing a person needs no rewrite of history; whoever reads gets today's names.
"""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.models.person import SMALL_FACE_PX
from accounts.privacy import Viewer, parted_from
from events import log
from events.log import Event
from live.hooks import EventKey, event_readers
from live.models import Message, Room

PERSON_FIELDS = (
    "sender",
    "author",
    "creator",
    "follower",
)  # members of a body that hold a user's id, or null
SPEAKERS = (
    "sender",
    "author",
)  # those of them whose doing the event is: who is parted from them is not shown it
ANONYMOUS: dict[str, Any] = {
    "id": None, "handle": "", "name": "Anonymous", "avatar": "/art/avatar/anonymous.svg",
}  # fmt: skip
ROOM_HISTORY = 40  # events shown when a room is opened
UNSHOWN = frozenset({"room.liked"})  # the room's total says it
# How far back the shown ones are looked for: likes may come by the hundred between two lines.
REACHES = (ROOM_HISTORY + 10, 400, 4_000)


def readable(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Each event as `{stream, number, type, at, …body}`, people as `{id, handle, name}`. One query per table."""
    facts: dict[EventKey, dict[str, Any]] = {}
    for of_some in event_readers.call_all(events):
        facts |= of_some
    bodies = [event.body | facts.get((event.stream, event.number), {}) for event in events]
    people = _people(bodies)
    return [_readable(event, body, people) for event, body in zip(events, bodies, strict=True)]


def history(room: Room, *, viewer: Viewer) -> tuple[list[dict[str, Any]], int]:
    """The newest events of a room that `viewer` is shown, oldest first, and the number where a listener goes on."""
    last = log.last_numbers([room.stream])[room.stream]
    shown: list[Event] = []
    for reach in REACHES:
        seen = log.since(room.stream, max(0, last - reach), reach)
        last = seen[-1].number if seen else last
        shown = [event for event in seen if event.type not in UNSHOWN][-ROOM_HISTORY:]
        if len(shown) == ROOM_HISTORY or reach >= last:
            break
    hidden = parted_from(viewer)
    return [event for event in readable(shown) if speaker(event) not in hidden], last


def speaker(event: dict[str, Any]) -> int | None:
    """Whose doing a readable event is; None if nobody is named."""
    for field in SPEAKERS:
        if field in event:
            named: int | None = event[field]["id"]
            return named
    return None


def shown_person(person: User | None) -> dict[str, Any]:
    """A person as events and lists name them; None is somebody who is not named."""
    if person is None:
        return ANONYMOUS
    shown: dict[str, Any] = {"id": person.pk, "handle": person.handle, "name": person.name}
    if person.avatar:  # who has none is drawn by their id
        shown["avatar"] = person.avatar_address(SMALL_FACE_PX)
    return shown


def message_facts(events: Sequence[Event]) -> dict[EventKey, dict[str, Any]]:
    """The texts of chat messages."""
    spoken = [event for event in events if event.type == "chat.message"]
    if not spoken:
        return {}
    texts = dict(Message.objects.filter(pk__in={e.body["message"] for e in spoken}).values_list("pk", "text"))
    return {(event.stream, event.number): {"text": texts.get(event.body["message"], "")} for event in spoken}


def _people(bodies: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    ids = {body[field] for body in bodies for field in PERSON_FIELDS if field in body} - {None}
    if not ids:
        return {}
    found = User.objects.filter(pk__in=ids).only("handle", "display_name", "avatar")
    return {person.pk: shown_person(person) for person in found}


def _readable(event: Event, body: dict[str, Any], people: dict[int, dict[str, Any]]) -> dict[str, Any]:
    for field in PERSON_FIELDS:
        if field in body:
            person_id = body[field]
            someone = ANONYMOUS if person_id is None else {"id": person_id, "handle": "", "name": "Someone"}
            body[field] = people.get(person_id, someone)
    return {
        "stream": event.stream,
        "number": event.number,
        "type": event.type,
        "at": event.at.isoformat(timespec="milliseconds"),
        **body,
    }
