"""What people do in a room: start it, end it, speak in it."""

import unicodedata
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from events import log
from live import errors, pace, selectors
from live.models import TEXT_MAX_LENGTH, TITLE_MAX_LENGTH, Message, Room
from live.playback import require_playable

# What the cover of a room shows, by its category; names of look/covers.py.
COVER_MOTIFS = {
    Room.Category.MUSIC: ("piano", "guitar", "records", "microphone"),
    Room.Category.TALK: ("microphone", "curtain"),
    Room.Category.GAMES: ("gamepad",),
    Room.Category.ART: ("easel",),
    Room.Category.FOOD: ("kitchen",),
    Room.Category.FITNESS: ("dance",),
    Room.Category.LEARNING: ("stories", "garden"),
    Room.Category.TRAVEL: ("night", "garden"),
}
ONE_LIVE_ROOM = "live_room_one_live_per_creator"


def start_room(
    *, creator: User, title: str, category: str, playback: str, playback_address: str = "", now: datetime
) -> Room:
    """Open a room for `creator`. Opens its own transaction.

    Raises:
        CreatorRequired: the person is not a creator.
        InvalidRoom: the title, category or playback cannot be shown.
        AlreadyLive: the creator's other room is still open.
    """
    if not creator.is_creator:
        raise errors.CreatorRequired
    room = Room(
        creator=creator,
        title=_clean_title(title),
        category=_clean_category(category),
        playback=playback,
        playback_address=playback_address,
        cover_motif=_motif(category, creator),
        started_at=now,
    )
    require_playable(playback=playback, address=playback_address)
    try:
        with transaction.atomic(durable=True):
            room.save(force_insert=True)
            body = {"room": str(room.id), "creator": creator.pk}
            log.publish_many(
                [(name, "room.started", body) for name in (room.stream, creator_stream(creator.pk))]
            )
    except IntegrityError as error:
        if ONE_LIVE_ROOM not in str(error):
            raise
        raise errors.AlreadyLive(room=str(_open_room_of(creator))) from error
    return room


def end_room(*, room_id: UUID, creator: User, now: datetime) -> Room:
    """Close a room; ending it a second time changes nothing. Opens its own transaction.

    Raises:
        RoomNotFound, NotYourRoom: nothing was changed.
    """
    with transaction.atomic(durable=True):
        room = Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
        if room is None:
            raise errors.RoomNotFound
        if room.creator_id != creator.pk:
            raise errors.NotYourRoom
        if room.is_live:
            room.status, room.ended_at = Room.Status.ENDED, now
            room.save(update_fields=["status", "ended_at"])
            body = {"room": str(room.id), "creator": creator.pk}
            log.publish_many(
                [(name, "room.ended", body) for name in (room.stream, creator_stream(creator.pk))]
            )
    return room


def post_message(*, room_id: UUID, author: User, text: str, now: datetime) -> Message:
    """Say `text` in an open room. Opens its own transaction.

    Raises:
        EmptyMessage, MessageTooLong: the text cannot be shown.
        TooManyMessages: the author was too quick (live/pace.py).
        RoomNotFound, RoomClosed: there is nobody to hear it.
    """
    text = _clean_text(text)
    pace.require_calm(author.pk)
    with transaction.atomic(durable=True):
        room = selectors.room_held_open(room_id)
        if not room.is_live:
            raise errors.RoomClosed("This room has ended. Your message was not sent.")
        message = Message.objects.create(room=room, author=author, text=text, at=now)
        log.publish(room.stream, "chat.message", {"message": message.pk, "author": author.pk})
    return message


def creator_stream(creator_id: int) -> str:
    """The name of a creator's event stream."""
    return f"creator:{creator_id}"


def _motif(category: str, creator: User) -> str:
    motifs = COVER_MOTIFS[Room.Category(category)]
    return motifs[creator.pk % len(motifs)]


def _clean_title(title: str) -> str:
    title = " ".join(_visible(title).split())
    if all(unicodedata.category(char) in ("Cf", "Zs") for char in title):
        raise errors.InvalidRoom("Give the room a title.")
    if len(title) > TITLE_MAX_LENGTH:
        raise errors.InvalidRoom(f"The title is too long: {TITLE_MAX_LENGTH} characters at most.")
    return title


def _clean_category(category: str) -> str:
    if category not in Room.Category.values:
        raise errors.InvalidRoom("Choose one of the categories.")
    return category


def _clean_text(text: str) -> str:
    text = " ".join(_visible(text).split())
    if all(unicodedata.category(char) in ("Cf", "Zs") for char in text):  # zero-width characters say nothing
        raise errors.EmptyMessage
    if len(text) > TEXT_MAX_LENGTH:
        raise errors.MessageTooLong
    return text


def _visible(text: str) -> str:
    """`text` without control characters, half characters and the marks that turn the direction of what follows."""
    return "".join(
        " " if char in "\t\r\n" else char
        for char in text
        if char in "\t\r\n" or not (unicodedata.category(char) in ("Cc", "Cs") or char in _DIRECTION_MARKS)
    )


_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _open_room_of(creator: User) -> UUID | None:
    return Room.objects.filter(creator=creator, status=Room.Status.LIVE).values_list("pk", flat=True).first()
