"""Rooms: who may open and end one, what it may play, what may be said in it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import redis

from accounts.models import User
from accounts.streams import creator_stream
from events import log
from ground import clock, valkey
from ground.errors import DomainError
from live import errors, pace, services
from live.models import Message, Room

pytestmark = pytest.mark.django_db(transaction=True)
HLS = "https://stream.example.com/live/bob.m3u8"


def start(creator: User, **changes: Any) -> Room:
    wanted: dict[str, Any] = {
        "title": "Late piano",
        "category": "music",
        "playback": "placeholder",
        "now": clock.now(),
    }
    return services.start_room(creator=creator, **(wanted | changes))


def say(author: User, room: Room, text: str = "Hello", key: str = "") -> services.Said:
    key = key or services.new_key()
    return services.post_message(room_id=room.pk, author=author, text=text, key=key, now=clock.now())


def test_a_creator_opens_a_room_and_both_streams_hear_of_it(creator: User) -> None:
    room = start(creator, title="  Late \t piano ")

    assert (room.title, room.status, room.creator) == ("Late piano", "live", creator)
    for stream in (room.stream, creator_stream(creator.pk)):
        (event,) = log.since(stream, 0, 10)
        assert (event.type, event.body) == ("room.started", {"room": str(room.pk), "creator": creator.pk})


def test_only_creators_open_rooms(fan: User) -> None:
    with pytest.raises(errors.CreatorRequired):
        start(fan)
    assert Room.objects.count() == 0


def test_one_room_at_a_time(creator: User) -> None:
    first = start(creator)

    with pytest.raises(errors.AlreadyLive) as refusal:
        start(creator, title="Another")

    assert refusal.value.extra == {"room": str(first.pk)}
    assert Room.objects.get() == first


def test_one_room_when_four_race(creator: User, race: Callable[..., list[Any]]) -> None:
    outcomes = race(4, lambda: start(creator))

    assert outcomes.count(errors.AlreadyLive) == 3
    assert Room.objects.count() == 1


@pytest.mark.parametrize(
    ("playback", "address"),
    [
        ("placeholder", ""),
        ("hls", HLS),
        ("hls", "https://stream.example.com:8443/a.m3u8?token=1"),
        ("embed", "https://www.youtube-nocookie.com/embed/abc"),
    ],
)
def test_what_a_room_may_play(playback: str, address: str, creator: User) -> None:
    room = start(creator, playback=playback, playback_address=address)

    assert (room.playback, room.playback_address) == (playback, address)


@pytest.mark.parametrize(
    ("playback", "address"),
    [
        ("hls", ""),
        ("hls", "http://stream.example.com/a.m3u8"),
        ("hls", "https://stream.example.com/a.mp4"),
        ("hls", "https://user:secret@stream.example.com/a.m3u8"),
        ("hls", "javascript:alert(1)//.m3u8"),
        ("hls", 'https://stream.example.com/"><script>.m3u8'),
        ("hls", "https://[::1/a.m3u8"),
        ("embed", "https://evil.example.com/embed"),
        ("embed", "https://www.youtube-nocookie.com.evil.example/embed"),
        ("embed", "https://www.youtube-nocookie.com@evil.example/embed"),
        ("placeholder", HLS),
        ("carrier pigeon", ""),
    ],
)
def test_what_a_room_may_not_play(playback: str, address: str, creator: User) -> None:
    with pytest.raises(errors.InvalidRoom):
        start(creator, playback=playback, playback_address=address)
    assert Room.objects.count() == 0


@pytest.mark.parametrize("title", ["", "   ", "\u200b", "x" * 81])
def test_a_room_needs_a_title(title: str, creator: User) -> None:
    with pytest.raises(errors.InvalidRoom):
        start(creator, title=title)


def test_ending_twice_is_ending_once(creator: User) -> None:
    room = start(creator)

    ended = services.end_room(room_id=room.pk, creator=creator, now=clock.now())
    again = services.end_room(room_id=room.pk, creator=creator, now=clock.now())

    assert (ended.status, again.ended_at) == ("ended", ended.ended_at)
    assert [event.type for event in log.since(room.stream, 0, 10)] == ["room.started", "room.ended"]
    assert start(creator).is_live


def test_charlie_may_not_end_bobs_room(creator: User, stranger: User) -> None:
    room = start(creator)

    with pytest.raises(errors.NotYourRoom):
        services.end_room(room_id=room.pk, creator=stranger, now=clock.now())
    with pytest.raises(errors.RoomNotFound):
        services.end_room(room_id=UUID(int=1), creator=creator, now=clock.now())

    room.refresh_from_db()
    assert room.is_live


def test_a_message_is_kept_and_told_without_its_words(fan: User, creator: User) -> None:
    room = start(creator)

    message = say(fan, room, " Hello\n\u202ethere ")

    assert message.text == "Hello there"
    (event,) = log.since(room.stream, 1, 10)
    assert (event.type, event.body) == ("chat.message", {"message": message.id, "author": fan.pk})


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", errors.EmptyMessage),
        (" \n\t ", errors.EmptyMessage),
        ("\u200b\u2060", errors.EmptyMessage),
        ("x" * 301, errors.MessageTooLong),
    ],
)
def test_what_cannot_be_said(text: str, error: type[DomainError], fan: User, creator: User) -> None:
    room = start(creator)

    with pytest.raises(error):
        say(fan, room, text)

    assert (Message.objects.count(), log.last_numbers([room.stream])) == (0, {room.stream: 1})


def test_nothing_is_said_in_a_room_that_ended_or_never_was(fan: User, creator: User) -> None:
    room = start(creator)
    services.end_room(room_id=room.pk, creator=creator, now=clock.now())

    with pytest.raises(errors.RoomClosed):
        say(fan, room)
    with pytest.raises(errors.RoomNotFound):
        say(fan, Room(id=UUID(int=1)))
    assert Message.objects.count() == 0


def test_who_writes_too_fast_waits(fan: User, stranger: User, creator: User) -> None:
    room = start(creator)
    for _ in range(pace.MESSAGES.most):
        say(fan, room)

    with pytest.raises(errors.TooManyMessages) as refusal:
        say(fan, room)

    assert refusal.value.extra == {"retry_after_s": pace.MESSAGES.window_s}
    assert Message.objects.count() == pace.MESSAGES.most
    assert say(stranger, room).id


def test_chat_goes_on_while_valkey_is_down(fan: User, creator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    room = start(creator)
    monkeypatch.setattr(valkey, "client", lambda: redis.Redis.from_url("redis://127.0.0.1:1/0"))

    for _ in range(pace.MESSAGES.most + 1):
        say(fan, room)

    assert Message.objects.count() == pace.MESSAGES.most + 1
