"""What people do in a room: start it, end it, speak in it, like it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.streams import creator_stream
from events import log
from ground.batches import Kind, settle
from ground.pace import require_calm
from ledger.retry import in_transaction
from live import batch, errors, notices, pace
from live.models import Room
from live.playback import require_playable
from live.words import require_key, require_sayable, require_title

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
MOST_LIKES_AT_ONCE = 50

NOT_SAID = {
    "key_reused": errors.KeyReused,
    "unknown_room": errors.RoomNotFound,
    "room_closed": errors.ChatClosed,
    "not_welcome": errors.CommentNotWelcome,
}
NOT_LIKED = {
    "own_room": errors.OwnRoom,
    "unknown_room": errors.RoomNotFound,
    "room_closed": errors.LikesClosed,
}


@dataclass(frozen=True)
class Said:
    """A message that stands in the chat, as its author is answered the first time and at every repeat."""

    id: int
    text: str
    at: datetime


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
        title=require_title(title),
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
            notices.tell_followers_after_commit(room)
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


def post_message(*, room_id: UUID, author: User, text: str, key: str, now: datetime) -> Said:
    """Say `text` in an open room, once per `key` of the author. Opens its own transaction.

    Raises:
        EmptyMessage, MessageTooLong: the text cannot be shown.
        InvalidKey, KeyReused: the key is none, or stands for another message.
        TooManyMessages: the author was too quick (live/pace.py).
        RoomNotFound, RoomClosed: there is nobody to hear it.
        CommentNotWelcome: the creator does not let this person speak.
    """
    message = batch.Say(author.pk, room_id, require_sayable(text), require_key(key))
    require_calm(pace.MESSAGES, author.pk)
    return said_or_refused(_settle_one(batch.MESSAGE, message, now))


def like_room(*, room_id: UUID, fan: User, count: int, now: datetime) -> int:
    """Count `count` taps of the heart in an open room; answer the room's total. Opens its own transaction.

    Raises:
        InvalidLikes: not 1 to 50 at once.
        TooManyLikes: the fan was too quick (live/pace.py).
        OwnRoom, RoomNotFound, RoomClosed: nothing was counted.
    """
    like = batch.Like(fan.pk, room_id, require_countable(count))
    require_calm(pace.LIKES, fan.pk)
    return liked_or_refused(_settle_one(batch.LIKE, like, now))


def said_or_refused(answer: batch.Said) -> Said:
    """Read one answer of a batch of messages: the message, or the refusal it names, raised."""
    if answer.status not in ("posted", "replayed"):
        raise NOT_SAID[answer.status]
    assert answer.message_id is not None
    assert answer.text is not None
    assert answer.at is not None
    return Said(answer.message_id, answer.text, answer.at)


def liked_or_refused(answer: batch.Liked) -> int:
    """Read one answer of a batch of likes: the room's total, or the refusal it names, raised."""
    if answer.status != "counted":
        raise NOT_LIKED[answer.status]
    assert answer.total is not None
    return answer.total


def require_countable(count: int) -> int:
    """`count`, if one request may hold so many taps. Raises InvalidLikes."""
    if not 1 <= count <= MOST_LIKES_AT_ONCE:
        raise errors.InvalidLikes
    return count


def new_key() -> str:
    """A key for a message whose sender named none: run again in the same batch, it is still said once."""
    return str(uuid4())


def _motif(category: str, creator: User) -> str:
    motifs = COVER_MOTIFS[Room.Category(category)]
    return motifs[creator.pk % len(motifs)]


def _clean_category(category: str) -> str:
    if category not in Room.Category.values:
        raise errors.InvalidRoom("Choose one of the categories.")
    return category


def _settle_one[Q, A](kind: Kind[Q, A], request: Q, now: datetime) -> A:
    def once() -> A:
        (answer,) = settle(kind, [request], now=now)
        log.nudge_after_commit(kind.streams([request], [answer]))
        return answer

    return in_transaction(once)


def _open_room_of(creator: User) -> UUID | None:
    return Room.objects.filter(creator=creator, status=Room.Status.LIVE).values_list("pk", flat=True).first()
