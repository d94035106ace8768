"""The fold: totals as of a watermark, and the money of gifts to the last minor unit."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ground import clock
from ledger import books, checks
from ledger.books import DIAMOND, PLATFORM, Operation, Ref, Transfer, request_hash
from ledger.models import FoldRun, Total
from tests.fixtures.races import Race
from tests.ledger.journeys import (
    COIN_VALUE_MICRO,
    DIAMOND_VALUE_MICRO,
    DUE,
    fold,
    fold_everything,
    gift,
    post,
    recharge,
    unfolded_rows,
)

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, BOB, CARA, DORA = 11, 12, 13, 14


def folded(family: str, unit: str = "USD") -> int:
    """A total as the last fold left it."""
    total = Total.objects.filter(family=family, unit=unit).first()
    return total.credits - total.debits if total else 0


def test_the_money_of_a_gift_follows_with_the_fold() -> None:
    post(recharge(ALICE, 1_000, gross_minor=1_400))
    post(gift(ALICE, CARA, 400))
    assert books.balance(PLATFORM, "coin.float", "USD") == 1_290
    fold_everything()
    assert folded("coin.float") == 600 * COIN_VALUE_MICRO // 10_000 == 774
    assert folded("creator.payable") == 40_000 * DIAMOND_VALUE_MICRO // 1_000_000 == 258
    assert (folded("revenue.share"), folded("rounding")) == (258, 0)
    assert books.imbalance() == {}


def test_what_a_page_reads_does_not_depend_on_the_fold() -> None:
    post(recharge(ALICE, 1_000), gift(ALICE, CARA, 400))
    before = books.totals()
    fold_everything()
    after = books.totals()
    money = {"coin.float", "creator.payable", "revenue.share", "rounding"}
    assert {n: v for n, v in after.items() if n[0] not in money} == {
        n: v for n, v in before.items() if n[0] not in money
    }
    post(gift(ALICE, CARA, 1))
    assert books.totals()["coins", "COIN"] == 599


def test_a_fold_with_nothing_to_do_writes_nothing() -> None:
    post(recharge(ALICE, 10))
    fold_everything()
    runs = FoldRun.objects.count()
    assert fold() is None
    assert FoldRun.objects.count() == runs


def test_a_payout_takes_its_diamonds_out_of_the_payable() -> None:
    post(recharge(ALICE, 1_000), gift(ALICE, CARA, 1_000))
    fold_everything()
    assert folded("creator.payable") == 645
    transfers = [
        Transfer(
            DIAMOND, Ref(CARA, DUE), Ref(CARA, "diamonds.reserved"), 38_760
        ),  # ⌈250 × 1,000,000 ÷ 6,450⌉
        Transfer("USD", Ref(PLATFORM, "creator.payable"), Ref(PLATFORM, "payout.clearing"), 225),
        Transfer("USD", Ref(PLATFORM, "creator.payable"), Ref(PLATFORM, "revenue.fees"), 25),
    ]
    post(Operation(CARA, "payout:1:reserve", "payout.reserve", request_hash("payout"), transfers))
    fold_everything()
    assert folded("creator.payable") == (100_000 - 38_760) * DIAMOND_VALUE_MICRO // 1_000_000 == 394
    assert folded("rounding") == 1  # 645 − 250 = 395: the part of a cent that rounding up the reserve took


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """Another client of the runtime role, with a transaction of its own."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        yield other


def test_a_long_transaction_holds_the_fold_back_and_loses_nothing(other: psycopg.Connection) -> None:
    post(
        recharge(ALICE, 100), recharge(BOB, 100), gift(ALICE, CARA, 1)
    )  # so that the platform's accounts exist
    fold_everything()
    arrays = books._arrays([gift(BOB, DORA, 10)])
    other.execute(books._POST, [*arrays, clock.now()])  # open, with rows that nobody sees yet
    post(gift(ALICE, CARA, 20))
    fold()
    assert unfolded_rows() == 1
    assert books.totals()["coins.redeemed", "COIN"] == 21
    other.commit()
    assert books.totals()["coins.redeemed", "COIN"] == 31
    fold_everything()
    assert folded("coins.redeemed", "COIN") == 31
    assert checks.run().findings == []


def test_folds_while_the_watermark_stands_still_count_nothing_twice(other: psycopg.Connection) -> None:
    post(recharge(ALICE, 100))
    other.execute("SELECT pg_current_xact_id()")
    for coins in (10, 20):
        post(gift(ALICE, CARA, coins))
        fold()
    assert books.totals()["coins.redeemed", "COIN"] == 30
    assert checks.run().findings == []
    other.rollback()
    fold_everything()
    assert (folded("coins.redeemed", "COIN"), folded("coins", "COIN")) == (30, 70)
    assert checks.run().findings == []


def test_folds_at_once_fold_once(race: Race) -> None:
    post(recharge(ALICE, 100), gift(ALICE, CARA, 30))
    answers = race(6, fold)
    assert sum(answer is not None for answer in answers) >= 1
    fold_everything()
    assert folded("coins.redeemed", "COIN") == 30
    assert checks.run().findings == []


def test_the_books_are_kept_in_one_currency() -> None:
    post(recharge(ALICE, 10))
    fold_everything()
    post(recharge(ALICE, 10))
    with pytest.raises(Exception, match="kept in USD, not in EUR"), transaction.atomic():
        books.fold(currency="EUR", coin_value_micro=12_900, diamond_value_micro=6_450, now=clock.now())


def test_a_diamond_that_rises_in_value_is_paid_from_the_share() -> None:
    post(recharge(ALICE, 1_000), gift(ALICE, CARA, 1_000))
    fold_everything()
    books.fold(currency="USD", coin_value_micro=12_900, diamond_value_micro=7_000, now=clock.now())
    assert (folded("creator.payable"), folded("revenue.share"), folded("rounding")) == (700, 590, 0)


sends = st.lists(st.tuples(st.integers(1, 400), st.sampled_from([60, 77, 100, 130])), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(batches=st.lists(sends, min_size=1, max_size=3))
def test_after_any_gifts_both_promises_hold_and_the_share_does_not_drift(
    batches: list[list[tuple[int, int]]],
) -> None:
    for batch in batches:
        post(*(recharge(ALICE, coins + 1) for coins, _ in batch))
        post(*(gift(ALICE, CARA, coins, units_per_coin=rate) for coins, rate in batch))
        fold_everything()
        totals = books.totals()
        coins, diamonds = totals["coins", "COIN"], totals["diamonds.pending", DIAMOND]
        assert totals["coin.float", "USD"] == coins * COIN_VALUE_MICRO // 10_000
        assert totals["creator.payable", "USD"] == diamonds * DIAMOND_VALUE_MICRO // 1_000_000
        parts = totals["coins.redeemed", "COIN"] * COIN_VALUE_MICRO * 100 - diamonds * DIAMOND_VALUE_MICRO
        assert totals.get(("revenue.share", "USD"), 0) == parts // 1_000_000
    assert checks.run().findings == []
