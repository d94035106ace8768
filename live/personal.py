"""What the rooms know about a person: for their export, their closing, and how it is erased."""

from collections.abc import Iterable, Iterator

from django.db import connection
from django.urls import reverse

from accounts.hooks import ExportPart, Hindrance
from accounts.models import User
from accounts.personal import streamed
from live.models import FanLikes, Message, Room

ERASED_TITLE = "Ended"


def export(person: User) -> Iterator[ExportPart]:
    """The parts of a person's export that the rooms have."""
    yield ExportPart("rooms", "Your broadcasts.", _rooms(person))
    yield ExportPart("chat-messages", "What you said in chats.", _messages(person))
    yield ExportPart("likes", "How often you liked which room.", _likes(person))


def hindrances(person: User) -> Iterator[Hindrance]:
    """A room that is open."""
    room = Room.objects.filter(creator=person, status=Room.Status.LIVE).first()
    if room is not None:
        address = reverse("live:room", args=[room.pk])
        yield Hindrance("live_room", "Your room is open.", "End it first.", address)


def erase(person: User) -> None:
    """Rooms and messages stay as something that was; titles, addresses and words go."""
    Room.objects.filter(creator=person).update(
        title=ERASED_TITLE, cover_motif="", playback=Room.Playback.PLACEHOLDER, playback_address=""
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT live_forget_words(%s)", [person.pk])


def _rooms(person: User) -> Iterable[dict[str, object]]:
    rows = Room.objects.filter(creator=person).select_related("likes").order_by("started_at", "id")
    for room in streamed(rows):
        yield {
            "room": room.pk,
            "title": room.title,
            "category": room.category,
            "playback": room.playback,
            "playback_address": room.playback_address,
            "started_at": room.started_at,
            "ended_at": room.ended_at,
            "likes": room.like_count,
        }


def _messages(person: User) -> Iterable[dict[str, object]]:
    rows = Message.objects.filter(author=person).select_related("room").order_by("id")
    for message in streamed(rows):
        yield {
            "room": message.room_id,
            "room_title": message.room.title,
            "at": message.at,
            "text": message.text,
            "your_key": message.key,
        }


def _likes(person: User) -> Iterable[dict[str, object]]:
    rows = FanLikes.objects.filter(fan=person).select_related("room").order_by("room_id")
    for likes in streamed(rows):
        yield {"room": likes.room_id, "room_title": likes.room.title, "likes": likes.count}
