"""live_say takes batches: each message is answered as if it had come alone, and said once per author and key."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from accounts.models import User
from events import log
from ground import clock
from ground.batches import settle
from ground.pace import Pace
from live import errors, pace, services
from live.batch import MESSAGE, Said, Say
from live.models import Message, Room
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)


def settled(*requests: Say) -> list[Said]:
    with transaction.atomic():
        return settle(MESSAGE, requests, now=clock.now())


def said(author: User, room: Room, key: str, text: str = "Hello") -> Say:
    return Say(author_id=author.pk, room_id=room.pk, text=text, key=key)


def end(room: Room) -> None:
    services.end_room(room_id=room.pk, creator=room.creator, now=clock.now())


def test_one_bad_message_harms_no_neighbour(fan: User, stranger: User, room: Room) -> None:
    ended = services.start_room(
        creator=stranger, title="x", category="art", playback="placeholder", now=clock.now()
    )
    end(ended)
    (first,) = settled(said(fan, room, "old"))

    answers = settled(
        said(fan, room, "b", "one"),
        said(fan, room, "old"),
        said(stranger, ended, "a"),
        said(fan, room, "a", "two"),
        said(fan, room, "old", "Other words"),
        said(stranger, Room(id=UUID(int=1)), "b"),
        said(stranger, room, "c", "three"),
    )

    assert [answer.status for answer in answers] == [
        "posted", "replayed", "room_closed", "posted", "key_reused", "unknown_room", "posted",
    ]  # fmt: skip
    assert answers[1] == first._replace(status="replayed")
    assert [(answers[n].message_id, answers[n].text, answers[n].at) for n in (2, 4, 5)] == [(None,) * 3] * 3
    told = [event.body["message"] for event in log.since(room.stream, 2, 10)]
    assert told == [answers[n].message_id for n in (0, 3, 6)]
    assert [message.text for message in Message.objects.order_by("id")] == ["Hello", "one", "two", "three"]


def test_two_people_may_use_one_key(fan: User, stranger: User, room: Room) -> None:
    answers = settled(said(fan, room, "a"), said(stranger, room, "a"))

    assert [answer.status for answer in answers] == ["posted", "posted"]


def test_a_repeat_is_answered_after_the_room_has_ended(fan: User, room: Room) -> None:
    (first,) = settled(said(fan, room, "a"))
    end(room)

    (again,) = settled(said(fan, room, "a"))

    assert again == first._replace(status="replayed")


def test_a_whole_batch_run_again_says_nothing_twice(fan: User, stranger: User, room: Room) -> None:
    batch = [said(fan, room, "a", "one"), said(stranger, room, "b", "two")]
    first, again = settled(*batch), settled(*batch)

    assert [answer.message_id for answer in again] == [answer.message_id for answer in first]
    assert (Message.objects.count(), log.last_numbers([room.stream])) == (2, {room.stream: 3})


def test_the_same_message_fifty_times_at_once_is_said_once(
    fan: User, room: Room, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MESSAGES", Pace("messages", 50, 60, errors.TooManyMessages))

    outcomes = race(
        50,
        lambda: services.post_message(room_id=room.pk, author=fan, text="Hello", key="once", now=clock.now()),
    )

    message = Message.objects.get()
    assert outcomes == [services.Said(message.pk, "Hello", message.at)] * 50
    assert log.last_numbers([room.stream]) == {room.stream: 2}


def test_two_batches_with_the_same_keys_in_other_orders_do_not_lock_each_other_up(
    fan: User, room: Room, race: Race
) -> None:
    keys = [str(n) for n in range(200)]
    orders = iter([keys, keys[::-1], keys[100:] + keys[:100], keys[::-1]])

    outcomes = race(4, lambda: settled(*(said(fan, room, key) for key in next(orders))))

    statuses = [answer.status for answers in outcomes for answer in answers]
    assert (statuses.count("posted"), statuses.count("replayed")) == (200, 600)
    assert Message.objects.count() == 200


def test_a_room_that_is_being_ended_is_waited_for(fan: User, room: Room) -> None:
    is_ended, may_commit = threading.Event(), threading.Event()

    def ender() -> None:
        with transaction.atomic():
            Room.objects.filter(pk=room.pk).update(status="ended", ended_at=clock.now())
            is_ended.set()
            may_commit.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        one = threads.submit(ender)
        is_ended.wait(10)
        threading.Timer(0.3, may_commit.set).start()
        (answer,) = settled(said(fan, room, "a"))
        one.result()

    assert (answer.status, Message.objects.count()) == ("room_closed", 0)


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 65, "a\n"])
def test_what_is_no_key(key: str, fan: User, room: Room) -> None:
    with pytest.raises(errors.InvalidKey):
        services.post_message(room_id=room.pk, author=fan, text="Hello", key=key, now=clock.now())
    assert Message.objects.count() == 0


def test_a_key_stands_for_one_message(fan: User, room: Room) -> None:
    services.post_message(room_id=room.pk, author=fan, text="Hello", key="a", now=clock.now())

    with pytest.raises(errors.KeyReused):
        services.post_message(room_id=room.pk, author=fan, text="Goodbye", key="a", now=clock.now())
    assert [message.text for message in Message.objects.all()] == ["Hello"]


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO live_message (text) VALUES ('x')", "UPDATE live_message SET text = 'x'",
     "DELETE FROM live_message", "SELECT live_tell_messages('{}', now())"],
)  # fmt: skip
def test_the_runtime_role_speaks_through_one_door(statement: str, economy: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)
