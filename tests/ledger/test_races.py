"""Many callers on the same accounts. Each of these fails when the lock is taken away; the last test proves it."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError

from ground import clock
from ledger import books, checks, retry
from ledger.books import COIN, PLATFORM, Operation, Posted, Ref, Transfer, request_hash
from ledger.models import Account
from ledger.models import Operation as OperationRow
from tests.fixtures.races import Race
from tests.ledger.journeys import DUE, gift, post, recharge

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, BOB, CARA = 11, 12, 13


def posted_once(operation: Operation) -> Posted:
    """Post in a transaction of its own, again if the database asks for it."""
    return retry.in_transaction(lambda: books.post([operation], now=clock.now())[0])


def spend_all_at_once(race: Race) -> Counter[str]:
    """200 gifts of one coin by 20 callers, out of a wallet that holds 50."""
    post(recharge(ALICE, 50))
    answers = race(20, lambda: [posted_once(gift(ALICE, CARA, 1)) for _ in range(10)])
    return Counter(answer.status for mine in answers for answer in mine)


def test_a_wallet_of_fifty_pays_exactly_fifty_of_two_hundred(race: Race) -> None:
    assert spend_all_at_once(race) == {"posted": 50, "insufficient": 150}
    assert books.balance(ALICE, "coins", COIN) == 0
    assert books.balance(CARA, DUE, "DIAMOND") == 5_000
    assert checks.run().findings == []


def test_a_wallet_that_was_never_used_pays_nothing(race: Race) -> None:
    answers = race(20, lambda: posted_once(gift(BOB, CARA, 1)))
    assert {(answer.status, answer.balance) for answer in answers} == {("insufficient", 0)}
    assert Account.objects.filter(holder=BOB).count() == 1


def test_first_credits_of_one_wallet_all_arrive(race: Race) -> None:
    answers = race(20, lambda: posted_once(recharge(BOB, 7)))
    assert sorted(answer.balance or 0 for answer in answers) == [7 * n for n in range(1, 21)]
    assert checks.run().findings == []


def test_first_gifts_to_a_creator_all_arrive(race: Race) -> None:
    fans = list(range(100, 120))
    post(*(recharge(fan, 5) for fan in fans))
    mine = iter(fans)
    answers = race(20, lambda: posted_once(gift(next(mine), CARA, 5)))
    assert {answer.status for answer in answers} == {"posted"}
    assert books.balances(CARA) == {(DUE, "DIAMOND"): 20 * 500}


def test_one_key_sent_fifty_times_has_one_effect(race: Race) -> None:
    post(recharge(ALICE, 100))
    once = gift(ALICE, CARA, 30, key="gift:1")
    answers = race(25, lambda: [posted_once(once), posted_once(once)])
    flat = [answer for mine in answers for answer in mine]
    assert Counter(answer.status for answer in flat) == {"posted": 1, "replayed": 49}
    assert {(answer.operation_id, answer.balance) for answer in flat} == {(flat[0].operation_id, 70)}
    assert books.balance(ALICE, "coins", COIN) == 70


def test_one_key_without_any_common_account_has_one_effect(race: Race) -> None:
    """Platform accounts are not locked: here the unique key alone decides, and the loser posts again."""
    move = [Transfer("USD", Ref(PLATFORM, "operator.capital"), Ref(PLATFORM, "operator.bank"), 5)]
    once = Operation(PLATFORM, "deposit:1", "deposit", request_hash("deposit", 5), move)
    answers = race(12, lambda: posted_once(once))
    assert Counter(answer.status for answer in answers) == {"posted": 1, "replayed": 11}
    assert books.balance(PLATFORM, "operator.bank", "USD") == 5


def test_one_key_for_different_requests_at_once_keeps_the_first(race: Race) -> None:
    post(recharge(ALICE, 100))
    amounts = iter(range(1, 11))
    answers = race(10, lambda: posted_once(gift(ALICE, CARA, next(amounts), key="gift:1")))
    assert Counter(answer.status for answer in answers) == {"posted": 1, "conflict": 9}
    assert OperationRow.objects.filter(kind="gift").count() == 1


def test_gifts_in_opposite_directions_meet_no_unhandled_deadlock(race: Race) -> None:
    people = range(1_000, 1_200)
    post(*(recharge(person, 10_000) for person in people))
    until = time.monotonic() + 6

    def give() -> Counter[str]:
        chance = random.Random(uuid4().int)
        seen: Counter[str] = Counter()
        while time.monotonic() < until:
            batch = []
            for _ in range(chance.choice([1, 1, 5])):
                fan, creator = chance.sample(people, 2)
                batch.append(gift(fan, creator, chance.randint(1, 9)))
            answers = retry.in_transaction(partial(books.post, batch, now=clock.now()))
            seen.update(answer.status for answer in answers)
        return seen

    seen: Counter[str] = sum(race(16, give), Counter())
    assert set(seen) == {"posted"}
    assert seen["posted"] > 200
    assert checks.run().findings == []


@pytest.mark.tampers
def test_without_the_lock_the_race_is_lost(
    race: Race, without_the_account_lock: Callable[[], AbstractContextManager[None]]
) -> None:
    def attempt() -> Counter[str]:
        try:
            return Counter([posted_once(gift(ALICE, CARA, 1)).status])
        except (
            IntegrityError
        ) as error:  # the CHECK behind the lock: not overdrawn, but no proper refusal either
            return Counter([type(error).__name__])

    with without_the_account_lock():
        post(recharge(ALICE, 50))
        answers = race(20, lambda: sum((attempt() for _ in range(10)), Counter()))
    right = sum(answers, Counter()) == {"posted": 50, "insufficient": 150} and checks.run().ok
    assert not right
    assert books.balance(ALICE, "coins", COIN) >= 0


def test_tests_run_as_the_runtime_role() -> None:
    assert "ovation_app" in os.environ["DATABASE_URL"]
