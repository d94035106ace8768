"""Followers who asked for it hear that a room has started: all of them, in chunks, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app

from accounts import services as people
from accounts.models import OwedMail, User
from ground import clock
from live import notices, services, tasks
from live.models import Room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def followers(person: Callable[..., User], creator: User) -> list[User]:
    """Five who follow Bob and asked to be told, and one who did not ask."""
    made = [person(f"follower{n}", totp_secret=None) for n in range(6)]
    for follower in made:
        people.follow(follower=follower, followed=creator, now=clock.now())
    for follower in made[:5]:
        people.want_topic(user=follower, topic="room_starts", wanted=True)
    return made


def told() -> list[str]:
    return list(
        OwedMail.objects.filter(kind="room_started").order_by("pk").values_list("user__handle", flat=True)
    )


def tell(room: Room, after: int = 0) -> int | None:
    return notices.tell_some_followers(room_id=room.pk, after=after, now=clock.now())


def test_all_are_told_in_chunks(followers: list[User], room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "FOLLOWERS_AT_ONCE", 2)
    chunks, after = 0, tell(room)
    while after is not None:
        chunks, after = chunks + 1, tell(room, after)

    assert (chunks, told()) == (3, [f"follower{n}" for n in range(5)])
    assert OwedMail.objects.filter(kind="room_started").first().facts == {  # type: ignore[union-attr]
        "name": "Bob", "title": "Late piano", "room": str(room.pk),
    }  # fmt: skip


def test_the_task_leaves_the_rest_to_the_next(
    followers: list[User], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "FOLLOWERS_AT_ONCE", 4)
    handed_on: list[Any] = []
    monkeypatch.setattr(tasks.tell_followers, "delay", lambda *args: handed_on.append(args))

    tasks.tell_followers(str(room.pk))
    ((room_id, after),) = handed_on
    tasks.tell_followers(room_id, after)

    assert (len(handed_on), len(told())) == (1, 5)


def test_starting_a_room_asks_the_worker(
    followers: list[User], creator: User, economy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, args=(), *_, **__: sent.append((name, list(args)))
    )

    room = services.start_room(
        creator=creator, title="Now", category="talk", playback="placeholder", now=clock.now()
    )

    assert ("live.tasks.tell_followers", [str(room.pk)]) in sent


def test_who_may_not_see_the_room_is_not_told(followers: list[User], creator: User, room: Room) -> None:
    people.update_privacy(person=creator, profile_seen_by="nobody")

    assert (tell(room), told()) == (None, [])


def test_an_old_or_ended_room_is_no_news(followers: list[User], creator: User, room: Room) -> None:
    late = clock.now() + notices.WORTH_TELLING + timedelta(minutes=1)
    assert notices.tell_some_followers(room_id=room.pk, after=0, now=late) is None
    services.end_room(room_id=room.pk, creator=creator, now=clock.now())

    assert (tell(room), told()) == (None, [])
