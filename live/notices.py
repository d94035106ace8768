"""Telling a creator's followers that a room has started: in chunks, so that a hot creator holds up nobody."""

from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.db import transaction

from accounts import mails
from accounts.mails import Mail
from accounts.models import Follow, User
from accounts.privacy import turned_away
from accounts.services import owe_mails
from live.models import Room

FOLLOWERS_AT_ONCE = 500
WORTH_TELLING = timedelta(hours=1)  # after that the room is old news, whoever was not told
ROOM_STARTED = "room_started"


def register() -> None:
    """Make the mail known; in `AppConfig.ready`."""
    mails.register(
        ROOM_STARTED,
        Mail(
            "{name} is live: {title}",
            "{name} is live now",
            ("{title}",),
            ("Watch", "/live/{room}/"),
            topic="room_starts",
            good_for=WORTH_TELLING,
            why="You get this because you follow this creator and asked for mails about rooms that start.",
        ),
    )


def tell_followers_after_commit(room: Room) -> None:
    """Have a worker tell the followers, once the room's transaction is committed."""
    send = current_app.signature("live.tasks.tell_followers", args=[str(room.pk)]).delay
    transaction.on_commit(send, robust=True)


def tell_some_followers(*, room_id: UUID, after: int, now: datetime) -> int | None:
    """Owe the mail to the next followers, those of follows after `after`; answer where to go on, None at the end.

    Opens its own transaction. Who asked for no such mail, and who may not see the room, gets none.
    """
    room = Room.objects.select_related("creator").filter(pk=room_id, status=Room.Status.LIVE).first()
    if room is None or room.started_at + WORTH_TELLING < now:
        return None
    follows = list(
        Follow.objects.filter(followed=room.creator, pk__gt=after, follower__is_active=True)
        .select_related("follower")
        .order_by("pk")[:FOLLOWERS_AT_ONCE]
    )
    welcome = _welcome([follow.follower for follow in follows], room)
    facts = {"name": room.creator.name, "title": room.title, "room": str(room.pk)}
    with transaction.atomic(durable=True):
        owe_mails(users=welcome, kind=ROOM_STARTED, facts=facts, now=now)
    return follows[-1].pk if len(follows) == FOLLOWERS_AT_ONCE else None


def _welcome(followers: list[User], room: Room) -> list[User]:
    away = turned_away([(follower.pk, room.creator_id) for follower in followers], "see")
    return [follower for follower, refusal in zip(followers, away, strict=True) if refusal is None]
