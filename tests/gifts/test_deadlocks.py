"""Gifts in opposite directions among two hundred creators who are fans: nobody is told of a deadlock (T6)."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import transaction

from accounts.models import User
from accounts.services.people import create_person
from gifts.batch import GIFT, Request
from gifts.models import Gift, SentGift
from gifts.services import send_gift
from ground import clock
from ground.batches import settle
from ledger import books, checks, retry
from live.models import Room
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, CALLERS, DURATION_S = 200, 32, 20.0
COINS = 1_000_000


@dataclass
class Crowd:
    """People who have coins, and a room each."""

    people: list[User]
    rooms: list[Room]

    def wish(self, chance: random.Random) -> Request:
        """A gift of one to another."""
        sender, room = chance.sample(range(len(self.people)), 2)
        return Request(self.people[sender].pk, self.rooms[room].pk, "test-rose", 1, 10, uuid4().hex)


@dataclass
class Seen:
    """What happened, over all callers."""

    statuses: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)


@pytest.fixture
def crowd(economy: object, legal_documents: None, rose: Gift) -> Crowd:
    now = clock.now()
    with transaction.atomic():
        people = [_creator(n) for n in range(PEOPLE)]
        rooms = Room.objects.bulk_create(
            Room(creator=person, title="Both ways", started_at=now) for person in people
        )
        books.post([_coins(person) for person in people], now=now)
    return Crowd(people, list(rooms))


def _creator(n: int) -> User:
    return create_person(
        handle=f"person{n}", email=f"person{n}@example.com", password=None, country="DE", creator=True,
        birth_date=date(1990, 5, 17), now=clock.now(),
    )  # fmt: skip


def _coins(person: User) -> books.Operation:
    """Coins that nobody bought: no order, so no recharge."""
    given = books.Transfer(
        "COIN", books.Ref(0, "coins.promotional"), books.Ref(person.ledger_id, "coins"), COINS
    )
    return books.Operation(person.ledger_id, "coins", "grant", b"coins", [given])


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many transactions were begun, the repeated ones included."""
    begun: Counter[str] = Counter()
    once = retry._once

    def counted(work: Callable[[], Any]) -> Any:
        begun["all"] += 1
        return once(work)

    monkeypatch.setattr(retry, "_once", counted)
    return begun


def one_by_one(crowd: Crowd, chance: random.Random) -> list[str]:
    wish = crowd.wish(chance)
    sender = next(person for person in crowd.people if person.pk == wish.sender_id)
    send_gift(
        sender=sender,
        room_id=wish.room_id,
        gift=wish.gift,
        quantity=1,
        coins=10,
        key=wish.key,
        now=clock.now(),
    )
    return ["posted"]


def many_at_once(crowd: Crowd, chance: random.Random) -> list[str]:
    wishes = [crowd.wish(chance) for _ in range(chance.choice([2, 10, 50]))]
    return [a.status for a in retry.in_transaction(partial(settle, GIFT, wishes, now=clock.now()))]


def storm(crowd: Crowd, race: Race, duration_s: float) -> list[Any]:
    """Everybody gives for so long; a Seen of each caller, or the refusal that ended it."""
    numbers, until = iter(range(CALLERS)), time.monotonic() + duration_s

    def call() -> Seen:
        number, seen = next(numbers), Seen()
        chance, send = random.Random(number), many_at_once if number % 4 == 0 else one_by_one
        while time.monotonic() < until:
            begun = time.monotonic()
            seen.statuses.update(send(crowd, chance))
            seen.took_s.append(time.monotonic() - begun)
        return seen

    return race(CALLERS, call)


def test_gifts_in_opposite_directions_meet_no_unhandled_deadlock(
    crowd: Crowd,
    race: Race,
    transactions: Counter[str],
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    everybody = storm(crowd, race, DURATION_S)

    statuses: Counter[str] = sum((seen.statuses for seen in everybody), Counter())
    took_s = sorted(took for seen in everybody for took in seen.took_s)
    assert set(statuses) == {"posted"}
    assert SentGift.objects.count() == statuses["posted"] > 500
    assert checks.run().findings == []
    record_testsuite_property("deadlocks: gifts", statuses["posted"])
    record_testsuite_property("deadlocks: transactions repeated", transactions["all"] - len(took_s))
    record_testsuite_property("deadlocks: p99 s", round(took_s[len(took_s) * 99 // 100], 3))


ORDER = "ORDER BY ledger_lock_rank(account.unit), account.id"


def test_without_the_one_order_callers_meet_deadlocks(
    crowd: Crowd, race: Race, transactions: Counter[str], superuser_connection: psycopg.Connection
) -> None:
    """The broken variant: that the test above meets none is the order's doing, not luck."""
    ((original,),) = superuser_connection.execute("SELECT pg_get_functiondef('ledger_lock_named'::regproc)")
    assert ORDER in original
    superuser_connection.execute(original.replace(ORDER, "ORDER BY random()").encode())
    try:
        everybody = storm(crowd, race, 4.0)
    finally:
        superuser_connection.execute(original.encode())

    sent = sum(len(seen.took_s) for seen in everybody if isinstance(seen, Seen))
    assert transactions["all"] > sent  # some had to be repeated, or gave up
    assert checks.run().findings == []
