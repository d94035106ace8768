"""Refunds, disputes, gifts and maturity at the same instant. The books are checked after each test."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest

from gifts import disputes
from ledger import books, lots
from ledger.books import AccountRow, Ref
from ledger.errors import Insufficient
from ledger.models import Operation
from tests.fixtures.races import Race
from tests.gifts.stage import Stage
from wallet.errors import TooFewCoinsLeft

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("economy", "legal_documents"),
]


@pytest.fixture
def stage(economy: object, legal_documents: object) -> Stage:
    return Stage()


def each(*actions: Any) -> Any:
    """An action for a race in which every caller does its own."""
    waiting, taking = iter(actions), Lock()

    def act() -> Any:
        with taking:
            mine = next(waiting)
        return mine()

    return act


def refund_against_gifts(stage: Stage, race: Race) -> tuple[int, bool]:
    """19 gifts of 10 coins and a refund of 60, out of 100: how many gifts were posted, and whether the refund was."""
    order = stage.buy(100, 150)
    gifts = [lambda: stage.send(10).status] * 19
    answers = race(20, each(*gifts[:9], lambda: stage.refund(order, 60), *gifts[9:]))
    counted = Counter(answer for answer in answers if isinstance(answer, str))
    return counted["posted"], TooFewCoinsLeft not in answers


def test_a_refund_and_twenty_gifts_share_what_is_there_exactly(stage: Stage, race: Race) -> None:
    gifts, refunded = refund_against_gifts(stage, race)
    assert gifts == (4 if refunded else 10)
    assert stage.coins() == 0
    line = lots.line(stage.holder)
    assert (line.spent, line.lots[0].taken) == (10 * gifts, 60 if refunded else 0)


def test_without_the_lock_the_refund_counts_coins_that_are_gone(
    stage: Stage, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refund reads; a gift comes in between; then the refund would post: the books themselves still refuse."""
    order = stage.buy(100, 150)
    read = lots.line

    def read_and_let_a_gift_pass(holder: int) -> lots.Line:
        found = read(holder)
        race(1, lambda: stage.send(50))
        return found

    def no_lock(_refs: list[Ref]) -> list[AccountRow]:
        return []

    monkeypatch.setattr(books, "lock", no_lock)
    monkeypatch.setattr(lots, "line", read_and_let_a_gift_pass)
    with pytest.raises(Insufficient):
        stage.refund(order, 100)


def test_one_refund_asked_for_eight_times_is_one(stage: Stage, race: Race) -> None:
    order = stage.buy(100, 150, bonus=10)
    answers = race(8, lambda: stage.refund(order, 60))
    assert {(answer.coins, answer.amount_minor, answer.bonus_coins) for answer in answers} == {(60, 90, 10)}
    assert stage.coins() == 40


def test_one_hold_asked_for_eight_times_is_one(stage: Stage, race: Race) -> None:
    order = stage.buy(100, 150)
    stage.sent(40)
    assert set(race(8, lambda: stage.hold(order))) == {disputes.Held(60, 0, 40, 4_000)}
    assert Operation.objects.filter(kind="dispute_hold").count() == 1


def test_lost_and_won_at_once_is_one_of_them(stage: Stage, race: Race) -> None:
    order = stage.buy(100, 150)
    stage.sent(40)
    stage.hold(order)
    race(2, each(lambda: stage.lose(order), lambda: stage.win(order)))
    kinds = Operation.objects.filter(kind__in=["dispute_lost", "dispute_won"]).values_list("kind", flat=True)
    assert len(kinds) == 1
    assert stage.coins() == (60 if kinds[0] == "dispute_won" else 0)


@pytest.mark.parametrize("attempt", range(3))
def test_a_dispute_on_the_turn_of_the_day_finds_all_or_nothing(
    stage: Stage, race: Race, attempt: int
) -> None:
    """The dispute's clock still says yesterday while the beat's says today."""
    order = stage.buy(100, 150)
    stage.sent(40)
    stage.pass_days(6)
    tomorrow = Tomorrow(stage)
    answers = race(2, each(lambda: stage.hold(order), tomorrow.mature))
    held = next(answer for answer in answers if answer is not None)
    assert held in (disputes.Held(60, 0, 40, 4_000), disputes.Held(60, 0, 0, 0))
    assert stage.diamonds() == (
        {"diamonds.held": 4_000} if held.gift_coins else {"diamonds.available": 4_000}
    )


def test_maturity_before_midnight_s_dispute_leaves_it_the_coins_alone(stage: Stage) -> None:
    order = stage.buy(100, 150)
    stage.sent(40)
    stage.pass_days(6)
    Tomorrow(stage).mature()
    assert stage.hold(order) == disputes.Held(60, 0, 0, 0)


def test_disputes_and_gifts_among_the_same_creators_meet_no_unhandled_deadlock(race: Race) -> None:
    stages = [Stage(creators=1) for _ in range(4)]
    for stage in stages:
        stage.rooms, stage.creators = stages[0].rooms * 1, stages[0].creators
    orders = [stage.buy(100, 150) for stage in stages]
    for stage in stages:
        stage.sent(30)
    race(8, each(*(act for stage, order in zip(stages, orders, strict=True) for act in both(stage, order))))
    assert sum(stage.coins("coins.held") for stage in stages) == 0


def both(stage: Stage, order: Any) -> Iterator[Any]:
    def dispute() -> None:
        for number in range(3):
            stage.hold(order, reference=f"{order.pk}{number}")
            stage.win(order, f"{order.pk}{number}")

    yield dispute
    yield lambda: [stage.send(5) for _ in range(4)] and None


class Tomorrow:
    """The same stage, a day later."""

    def __init__(self, stage: Stage) -> None:
        self.stage = object.__new__(Stage)
        self.stage.__dict__.update(stage.__dict__ | {"now": stage.now + timedelta(days=1)})

    def mature(self) -> None:
        self.stage.mature()
