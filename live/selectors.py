"""What is read of rooms."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import Follow, User
from accounts.privacy import Viewer, id_of
from live.errors import RoomNotFound
from live.models import Room, RoomQuerySet


def live_rooms(viewer: Viewer) -> RoomQuerySet:
    """The rooms that are live and whose creators show themselves to `viewer`, with their creators."""
    return Room.objects.filter(status=Room.Status.LIVE).visible_to(viewer).select_related("creator")


def rooms_on_now(limit: int, *, viewer: Viewer, category: str = "") -> list[Room]:
    """The live rooms that `viewer` may see (in `category`, if one is given): of people they follow first, then the
    newest.
    """
    on_now = live_rooms(viewer)
    if category:
        on_now = on_now.filter(category=category)
    viewer_id = id_of(viewer)
    if viewer_id is not None:
        is_followed = Exists(Follow.objects.filter(follower=viewer_id, followed=OuterRef("creator")))
        on_now = on_now.annotate(is_followed=is_followed).order_by("-is_followed", "-started_at")
    else:
        on_now = on_now.order_by("-started_at")
    return list(on_now[:limit])


def room(room_id: UUID, *, viewer: Viewer) -> Room:
    """One room with its creator and its likes.

    Raises:
        RoomNotFound: there is none, or its creator does not show themselves to `viewer`.
    """
    found = Room.objects.visible_to(viewer).select_related("creator", "likes").filter(pk=room_id).first()
    if found is None:
        raise RoomNotFound
    return found


def live_room_url(creator: User) -> str | None:
    """The address of the creator's room that is live now, if one is."""
    open_room = Room.objects.filter(creator=creator, status=Room.Status.LIVE).only("pk").first()
    return None if open_room is None else reverse("live:room", args=[open_room.pk])
