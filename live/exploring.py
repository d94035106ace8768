"""What the explore page and its search show, and in which order.

The rule, as docs/exploring.md tells it: rooms that more people watch now come first, and of equal ones the newer.
What was paid, gifted or agreed with anybody counts for nothing.
"""

from uuid import UUID

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.db.models import F, Q, Value

from accounts.privacy import Viewer
from accounts.search import clean_query, is_called
from live.models import Room, RoomQuerySet
from live.selectors import live_rooms
from live.watching import watching

MOST_CONSIDERED = 1_000  # the newest of them, should more be live at once


def found_rooms(viewer: Viewer, *, text: str = "", category: str = "") -> RoomQuerySet:
    """The live rooms that `viewer` may see, in `category`, with `text` in title, handle or name."""
    rooms = live_rooms(viewer)
    if category:
        rooms = rooms.filter(category=category)
    query = clean_query(text)
    if query:
        about = Q(title__icontains=query) | Q(TrigramWordSimilar(F("title"), Value(query)))
        rooms = rooms.filter(about | is_called(query, "creator__"))
    return rooms


def rooms_in_order(viewer: Viewer, *, limit: int, text: str = "", category: str = "") -> list[Room]:
    """The rooms to show, the most watched first, each with its `watching`."""
    newest_first = found_rooms(viewer, text=text, category=category).order_by("-started_at", "-pk")
    rooms = counted(list(newest_first[:MOST_CONSIDERED]))
    return sorted(rooms, key=lambda room: -room.watching)[:limit]


def counted(rooms: list[Room]) -> list[Room]:
    """The same rooms, each with its `watching`."""
    counts: dict[UUID, int] = watching() if rooms else {}
    for room in rooms:
        room.watching = counts.get(room.pk, 0)
    return rooms
