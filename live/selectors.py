"""What is read of rooms."""

from uuid import UUID

from django.urls import reverse

from accounts.models import User
from live.errors import RoomNotFound
from live.models import Room


def rooms_on_now(limit: int, *, category: str = "") -> list[Room]:
    """The rooms that are live (in `category`, if one is given), the newest first, with their creators."""
    on_now = Room.objects.filter(status=Room.Status.LIVE).select_related("creator")
    if category:
        on_now = on_now.filter(category=category)
    return list(on_now.order_by("-started_at")[:limit])


def room(room_id: UUID) -> Room:
    """One room with its creator and its likes.

    Raises:
        RoomNotFound: there is none.
    """
    found = Room.objects.select_related("creator", "likes").filter(pk=room_id).first()
    if found is None:
        raise RoomNotFound
    return found


def live_room_url(creator: User) -> str | None:
    """The address of the creator's room that is live now, if one is."""
    open_room = Room.objects.filter(creator=creator, status=Room.Status.LIVE).only("pk").first()
    return None if open_room is None else reverse("live:room", args=[open_room.pk])
