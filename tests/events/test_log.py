"""The event log: numbers without gaps in the order of commit, reading by cursor, the nudge."""

import os
from collections.abc import Iterator

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from events import checks, log
from events.models import Event, Stream
from ground import valkey
from tests.fixtures.races import Race

ROOM = "room:7d0c"


def publish(stream: str = ROOM, **body: object) -> int:
    with transaction.atomic():
        return log.publish(stream, "chat", body)


@pytest.mark.django_db
def test_numbers_start_at_one_and_have_no_gap() -> None:
    assert [publish(text=n) for n in range(3)] == [1, 2, 3]
    assert publish("creator:9", text=0) == 1


@pytest.mark.django_db
def test_a_rolled_back_event_leaves_no_gap() -> None:
    publish()
    with transaction.atomic():
        assert log.publish(ROOM, "chat", {}) == 2
        transaction.set_rollback(True)
    assert publish() == 2
    assert checks.gaps() == []


@pytest.mark.django_db
def test_many_events_on_many_streams_go_in_one_call() -> None:
    with transaction.atomic():
        numbers = log.publish_many(
            [(ROOM, "gift", {"n": 1}), ("user:4", "balance", {}), (ROOM, "gift", {"n": 2})]
        )
    assert numbers == [1, 1, 2]
    assert [event.body for event in log.since(ROOM, 0, 10)] == [{"n": 1}, {"n": 2}]
    assert log.publish_many([]) == []


@pytest.mark.django_db
def test_a_reader_resumes_after_its_cursor() -> None:
    for n in range(5):
        publish(text=n)
    assert [event.number for event in log.since(ROOM, 2, 2)] == [3, 4]
    assert log.since(ROOM, 5, 10) == []
    assert log.since("room:none", 0, 10) == []


@pytest.mark.django_db
def test_one_query_tails_many_streams(django_assert_num_queries: object) -> None:
    for stream in ("a", "b", "c"):
        for n in range(3):
            publish(stream, text=n)
    with django_assert_num_queries(1):  # type: ignore[operator]
        events = log.tail({"a": 0, "b": 2, "c": 3, "none": 0}, 2)
    assert [(event.stream, event.number) for event in events] == [("a", 1), ("a", 2), ("b", 3)]
    assert log.last_numbers(["a", "none"]) == {"a": 3, "none": 0}


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="opens the transaction"):
        log.publish(ROOM, "chat", {})


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_get_every_number_once(race: Race) -> None:
    numbers = race(16, lambda: [publish(text=n) for n in range(5)])
    assert sorted(number for mine in numbers for number in mine) == list(range(1, 81))
    assert checks.gaps() == []


@pytest.mark.django_db(transaction=True)
def test_writers_on_streams_in_any_order_do_not_deadlock(race: Race) -> None:
    orders = iter([["a", "b"], ["b", "a"]] * 6)

    def write(order: list[str]) -> None:
        for _ in range(5):
            with transaction.atomic():
                log.publish_many([(stream, "chat", {}) for stream in order])

    race(12, lambda: write(next(orders)))
    assert Event.objects.count() == 120
    assert checks.gaps() == []


@pytest.mark.django_db(transaction=True)
def test_a_later_number_never_shows_before_an_earlier_one(race: Race) -> None:
    """A reader that follows by cursor misses nothing: numbers become visible in order."""
    publish()

    def follow() -> list[int]:
        seen: list[int] = []
        while len(seen) < 60:
            seen += [event.number for event in log.since(ROOM, seen[-1] if seen else 0, 100)]
        return seen

    turns = iter([True, False, False, False])
    answers = race(4, lambda: follow() if next(turns) else [publish(text=n) for n in range(20)])
    followed = next(answer for answer in answers if len(answer) >= 60)
    assert followed == list(range(1, len(followed) + 1))


@pytest.fixture
def listener() -> Iterator["redis.client.PubSub"]:
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as listener:
        listener.subscribe(log.NUDGE_CHANNEL)
        assert listener.get_message(timeout=2)["type"] == "subscribe"
        yield listener


@pytest.mark.django_db(transaction=True)
def test_listeners_are_nudged_after_the_commit(listener: "redis.client.PubSub") -> None:
    while listener.get_message(timeout=0.1) is not None:
        pass  # what other tests' people were told
    with transaction.atomic():
        log.publish(ROOM, "chat", {})
        assert listener.get_message(timeout=0.1) is None
    message = listener.get_message(timeout=2)
    assert message is not None
    assert message["data"] == ROOM.encode()


@pytest.mark.django_db(transaction=True)
def test_an_event_stands_when_valkey_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "client", lambda: redis.Redis(port=1, socket_connect_timeout=0.2))
    assert publish() == 1
    assert Event.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO events_event (stream_id, first_number, last_number, type, bodies, at)"
        " VALUES (1, 1, 1, 'x', '[{}]', now())",
        "UPDATE events_event SET type = 'x'",
        "DELETE FROM events_event",
        "TRUNCATE events_event",
        "UPDATE events_stream SET last_number = 0",
    ],
)
def test_the_runtime_role_appends_through_the_function_alone(statement: str) -> None:
    publish()
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(statement)
    assert Stream.objects.get().last_number == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["UPDATE events_event SET first_number = 2", "DELETE FROM events_event"])
def test_the_owner_may_not_change_what_happened(change: str) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        with pytest.raises(psycopg.errors.RestrictViolation, match="what happened stays"):
            owner.execute(change.encode())
        owner.rollback()
