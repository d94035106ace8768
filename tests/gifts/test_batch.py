"""gifts_send takes batches: each request is answered as if it had come alone, in order."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from psycopg import Connection

from accounts.models import User
from events import log
from gifts import checks, defaults
from gifts.batch import GIFT, Answer, Request
from gifts.models import Gift, GiftPrice, SentGift
from ground import clock
from ground.batches import settle
from ledger import books
from live.models import Room
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)


def settled(*requests: Request) -> list[Answer]:
    with transaction.atomic():
        return settle(GIFT, requests, now=clock.now())


def wish(sender: User, room: Room, key: str, **changes: Any) -> Request:
    asked: dict[str, Any] = {"room_id": room.pk, "gift": "test-rose", "quantity": 1, "coins": 10}
    return Request(sender_id=sender.pk, key=key, **(asked | changes))


def test_one_bad_request_harms_no_neighbour(
    fan: User, stranger: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 25)
    fund(stranger, 100)
    newcomer = User.objects.create_user("dora@example.com", handle="dora")  # has accepted nothing
    (first,) = settled(wish(stranger, room, "old"))

    answers = settled(
        wish(fan, room, "a"),
        wish(stranger, room, "old"),
        wish(fan, room, "b"),
        wish(fan, room, "c"),
        wish(stranger, room, "old" * 2, room_id=UUID(int=1)),
        wish(creator, room, "d"),
        wish(newcomer, room, "e"),
        wish(stranger, room, "f"),
    )

    assert [answer.status for answer in answers] == [
        "posted", "replayed", "posted", "insufficient", "unknown_room", "self_gift", "terms_required", "posted",
    ]  # fmt: skip
    assert (answers[1].sent_id, answers[1].balance) == (first.sent_id, 90)
    assert [answers[n].balance for n in (0, 2, 3, 7)] == [15, 5, 5, 80]
    posted = [answers[n].sent_id for n in (0, 2, 7)]
    assert [event.body["id"] for event in log.since(room.stream, 2, 10)] == posted
    assert books.imbalance() == {}


def test_a_key_twice_in_one_batch_is_settled_once(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)

    first, again, other = settled(
        wish(fan, room, "a"), wish(fan, room, "a"), wish(fan, room, "a", quantity=2, coins=20)
    )

    assert (first.status, again.status, other.status) == ("posted", "replayed", "conflict")
    assert again[1:] == first[1:] == (first.sent_id, 10, 1000, 90, None)
    assert SentGift.objects.count() == 1


def test_five_hundred_in_one_call(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 4990)

    answers = settled(*(wish(fan, room, str(n)) for n in range(500)))

    assert [answer.status for answer in answers] == ["posted"] * 499 + ["insufficient"]
    assert (SentGift.objects.count(), books.balance(fan.ledger_id, "coins", books.COIN)) == (499, 0)
    assert log.last_numbers([room.stream]) == {room.stream: 500}


def test_the_books_agree_with_the_gifts(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    settled(wish(fan, room, "a"), wish(fan, room, "b", quantity=2, coins=20))

    assert checks.findings() == []


@pytest.mark.tampers
@pytest.mark.parametrize(
    "change",
    [
        "coins = coins + 1",
        "diamond_units = 1",
        "sender_id = creator_id + 1000",
        "matures_on = matures_on + 1",
    ],
)
def test_a_changed_gift_is_named(
    change: str, fan: User, room: Room, rose: Gift, fund: Fund, superuser_connection: Connection
) -> None:
    fund(fan, 100)
    (answer,) = settled(wish(fan, room, "a"))
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute(f"UPDATE gifts_sentgift SET {change}")

    (finding,) = checks.findings()

    assert finding.startswith(f"sent gift {answer.sent_id}:")


@pytest.mark.tampers
def test_a_gift_in_the_books_alone_is_named(
    fan: User, room: Room, rose: Gift, fund: Fund, superuser_connection: Connection
) -> None:
    fund(fan, 100)
    (answer,) = settled(wish(fan, room, "a"))
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("DELETE FROM gifts_sentgift")

    assert checks.findings() == [f"operation {answer.sent_id} is a gift that no sent gift belongs to"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE gifts_sentgift SET coins = 1", "DELETE FROM gifts_sentgift", "TRUNCATE gifts_sentgift",
     "INSERT INTO gifts_sentgift (id) VALUES (1)"],
)  # fmt: skip
def test_the_runtime_role_cannot_write_gifts(statement: str, economy: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE gifts_giftprice SET coins = 1", "DELETE FROM gifts_giftprice"])
def test_a_price_that_stood_stays(statement: str, rose: Gift) -> None:
    with pytest.raises(IntegrityError, match="only grow"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_catalogue_is_installed_once(economy: None) -> None:
    defaults.install(clock.now())
    before = (Gift.objects.count(), GiftPrice.objects.count())
    defaults.install(clock.now())

    assert (Gift.objects.count(), GiftPrice.objects.count()) == before
    coins = set(GiftPrice.objects.values_list("coins", flat=True))
    assert len(coins) >= 12
    assert (min(coins), max(coins)) == (1, 34_999)


LOCK = "FOR NO KEY UPDATE OF account"


def answer_of_a_repeat_that_overtakes(wished: Request, gift: Gift) -> str:
    """Ask while the first request with this key is settled but not committed, and the gift is retired meanwhile."""
    is_settled, may_commit = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            settle(GIFT, [wished], now=clock.now())
            is_settled.set()
            may_commit.wait(10)
        connection.close()

    def repeat() -> str:
        try:
            return settled(wished)[0].status
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(first)
        is_settled.wait(10)
        Gift.objects.filter(pk=gift.pk).update(retired_at=clock.now())
        other = threads.submit(repeat)
        while not other.done() and not somebody_waits():
            time.sleep(0.01)
        may_commit.set()
        one.result()
        return other.result()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        (waits,) = cursor.fetchone() or (False,)
    return bool(waits)


def test_a_repeat_waits_for_the_first_and_answers_as_it(
    fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)

    assert answer_of_a_repeat_that_overtakes(wish(fan, room, "once"), rose) == "replayed"


def test_without_the_lock_a_repeat_would_be_told_that_nothing_was_sent(
    fan: User, room: Room, rose: Gift, fund: Fund, superuser_connection: Connection
) -> None:
    """The broken variant: the test above rests on the lock, not on luck."""
    fund(fan, 100)
    settled(
        wish(fan, room, "an earlier one")
    )  # the platform's own accounts are there, and nobody waits for them
    (source,) = superuser_connection.execute(
        "SELECT pg_get_functiondef('ledger_lock_named'::regproc)"
    ).fetchone() or ("",)
    assert LOCK in source
    superuser_connection.execute(source.replace(LOCK, ""))
    try:
        status = answer_of_a_repeat_that_overtakes(wish(fan, room, "once"), rose)
    finally:
        superuser_connection.execute(source)

    assert status == "gift_retired"
