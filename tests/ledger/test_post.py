"""What one call of the door answers, and what it leaves behind."""

import pytest
from django.db import transaction

from ground import clock
from ledger import books
from ledger.books import COIN, PLATFORM, Operation, Ref, Transfer, request_hash
from ledger.errors import AccountFrozen, Insufficient, KeyReused
from ledger.models import Account, JournalRow
from ledger.models import Operation as OperationRow
from tests.ledger.journeys import DUE, gift, post, recharge

pytestmark = pytest.mark.django_db

ALICE, BOB, CARA = 11, 12, 13


def statuses(*operations: Operation) -> list[str]:
    return [answer.status for answer in post(*operations)]


def test_a_gift_moves_coins_and_diamonds_and_answers_the_fans_balance() -> None:
    post(recharge(ALICE, 100))
    (answer,) = post(gift(ALICE, CARA, 30))
    assert (answer.status, answer.balance) == ("posted", 70)
    assert books.balances(ALICE) == {("coins", COIN): 70}
    assert books.balances(CARA) == {(DUE, "DIAMOND"): 3_000}
    assert books.balance(PLATFORM, "coins.redeemed", COIN) == 30
    assert books.imbalance() == {}


def test_the_platforms_account_rows_stay_at_zero() -> None:
    post(recharge(ALICE, 100), gift(ALICE, CARA, 30))
    with transaction.atomic():
        assert books.lock([Ref(PLATFORM, "coins.issued")]) == []
    platform = Account.objects.filter(holder=PLATFORM)
    assert platform.count() == 6
    assert {(account.debits, account.credits, account.id < 0) for account in platform} == {(0, 0, True)}


def test_a_poor_fans_gift_is_refused_and_leaves_nothing() -> None:
    post(recharge(ALICE, 10))
    before = (OperationRow.objects.count(), JournalRow.objects.count(), books.totals())
    (answer,) = post(gift(ALICE, CARA, 11))
    assert answer == ("insufficient", None, 10)
    assert (OperationRow.objects.count(), JournalRow.objects.count(), books.totals()) == before


def test_a_refused_key_is_free_again() -> None:
    post(recharge(ALICE, 10))
    poor = gift(ALICE, CARA, 11, key="gift:1")
    assert statuses(poor, recharge(ALICE, 1), poor) == ["insufficient", "posted", "posted"]
    assert books.balance(ALICE, "coins", COIN) == 0


def test_the_same_request_again_gets_the_stored_answer() -> None:
    post(recharge(ALICE, 100))
    first = gift(ALICE, CARA, 30, key="gift:1")
    (posted,) = post(first)
    post(gift(ALICE, CARA, 50))
    assert post(first) == [("replayed", posted.operation_id, 70)]
    assert books.balance(ALICE, "coins", COIN) == 20


def test_the_same_key_for_something_else_is_a_conflict() -> None:
    post(recharge(ALICE, 100))
    (posted,) = post(gift(ALICE, CARA, 30, key="gift:1"))
    assert post(gift(ALICE, CARA, 31, key="gift:1")) == [("conflict", posted.operation_id, None)]
    assert books.balance(ALICE, "coins", COIN) == 70


def test_another_holder_may_use_the_same_key() -> None:
    assert statuses(recharge(ALICE, 5, key="k"), recharge(BOB, 6, key="k")) == ["posted", "posted"]


def test_a_key_is_looked_up_before_every_other_refusal() -> None:
    post(recharge(ALICE, 30))
    spent = gift(ALICE, CARA, 30, key="gift:1")
    post(spent)
    books.freeze(ALICE, frozen=True)
    assert statuses(spent) == ["replayed"]


def test_a_batch_answers_as_if_posted_one_by_one() -> None:
    answers = post(
        recharge(ALICE, 100),
        gift(ALICE, CARA, 60, key="a"),
        gift(ALICE, CARA, 60, key="b"),  # too much now
        gift(ALICE, CARA, 60, key="a"),  # the first again
        gift(ALICE, CARA, 61, key="a"),
        recharge(ALICE, 20),
        gift(ALICE, CARA, 60, key="b"),  # its key was freed, and now it fits
        gift(BOB, CARA, 1),
    )
    expected = [
        "posted",
        "posted",
        "insufficient",
        "replayed",
        "conflict",
        "posted",
        "posted",
        "insufficient",
    ]
    assert [answer.status for answer in answers] == expected
    assert [answer.balance for answer in answers] == [100, 40, 40, 40, None, 60, 0, 0]
    assert books.balance(ALICE, "coins", COIN) == 0


def test_an_operation_is_applied_wholly_or_not_at_all() -> None:
    post(recharge(ALICE, 10), recharge(BOB, 5))
    both = Operation(
        holder=ALICE,
        key="both",
        kind="test",
        request_hash=request_hash("both"),
        transfers=[
            Transfer(COIN, Ref(ALICE, "coins"), Ref(CARA, "coins"), 10),
            Transfer(COIN, Ref(BOB, "coins"), Ref(CARA, "coins"), 6),
        ],
    )
    assert post(both) == [("insufficient", None, None)]
    assert [books.balance(holder, "coins", COIN) for holder in (ALICE, BOB, CARA)] == [10, 5, 0]


def test_transfers_of_an_operation_apply_in_order() -> None:
    post(recharge(ALICE, 10))
    onward = Operation(
        holder=ALICE,
        key="onward",
        kind="test",
        request_hash=request_hash("onward"),
        transfers=[
            Transfer(COIN, Ref(ALICE, "coins"), Ref(BOB, "coins"), 10),
            Transfer(COIN, Ref(BOB, "coins"), Ref(CARA, "coins"), 7),
            Transfer(COIN, Ref(CARA, "coins"), Ref(ALICE, "coins"), 1),
        ],
        payer=Ref(ALICE, "coins"),
    )
    assert post(onward)[0].balance == 1
    assert [books.balance(holder, "coins", COIN) for holder in (ALICE, BOB, CARA)] == [1, 3, 6]
    assert JournalRow.objects.filter(operation__key="onward").count() == 2


def test_a_frozen_fan_cannot_spend_but_can_be_paid() -> None:
    post(recharge(ALICE, 10))
    books.freeze(ALICE, frozen=True)
    assert post(gift(ALICE, CARA, 1), recharge(ALICE, 5), gift(ALICE, CARA, 1)) == [
        ("frozen", None, 10),
        ("posted", books_last_id(), 15),
        ("frozen", None, 15),
    ]
    books.freeze(ALICE, frozen=False)
    assert statuses(gift(ALICE, CARA, 1)) == ["posted"]


def test_what_the_system_moves_passes_a_frozen_account() -> None:
    post(recharge(ALICE, 10))
    books.freeze(ALICE, frozen=True)
    hold = Operation(
        holder=ALICE,
        key="hold",
        kind="hold",
        request_hash=request_hash("hold"),
        transfers=[Transfer(COIN, Ref(ALICE, "coins"), Ref(ALICE, "coins.held"), 4)],
    )
    assert statuses(hold) == ["posted"]
    assert books.balances(ALICE) == {("coins", COIN): 6, ("coins.held", COIN): 4}


def test_only_spending_counts_as_spent() -> None:
    post(recharge(ALICE, 10), gift(ALICE, CARA, 4))
    aside = [Transfer(COIN, Ref(ALICE, "coins"), Ref(ALICE, "coins.held"), 3)]
    post(Operation(ALICE, "aside", "test", request_hash("aside"), aside, payer=Ref(ALICE, "coins")))
    with transaction.atomic():
        (coins,) = books.lock([Ref(ALICE, "coins")])
    assert (coins.balance, coins.spent) == (3, 4)


def test_a_transfer_between_two_units_is_a_programmers_mistake() -> None:
    mixed = Operation(
        ALICE,
        "x",
        "test",
        request_hash("x"),
        [Transfer(COIN, Ref(PLATFORM, "coins.issued"), Ref(ALICE, "coins"), 1)],
    )
    arrays = books._arrays([mixed])
    arrays[2][1] = "DIAMOND"  # what the door itself cannot be made to send
    with pytest.raises(Exception, match="COIN may not end in an account of DIAMOND"), transaction.atomic():
        books._rows(books._POST, [*arrays, clock.now()])


@pytest.mark.parametrize("amount", [0, -1, 2**63])
def test_an_amount_outside_the_range_never_reaches_the_books(amount: int) -> None:
    with pytest.raises(AssertionError):
        post(recharge(ALICE, 1), gift(ALICE, CARA, amount))
    assert OperationRow.objects.count() == 0


def test_posting_one_raises_what_was_refused() -> None:
    def one(operation: Operation) -> None:
        with transaction.atomic():
            books.post_one(operation, now=clock.now())

    one(recharge(ALICE, 5, key="k"))
    with pytest.raises(KeyReused):
        one(recharge(ALICE, 6, key="k"))
    with pytest.raises(Insufficient) as refusal:
        one(gift(ALICE, CARA, 6))
    assert refusal.value.extra == {"balance": 5}
    books.freeze(ALICE, frozen=True)
    with pytest.raises(AccountFrozen):
        one(gift(ALICE, CARA, 1))


def test_hold_days_are_kept_on_the_fans_coins() -> None:
    books.set_hold(ALICE, 21)
    with transaction.atomic():
        (coins,) = books.lock([Ref(ALICE, "coins")])
    assert coins.hold_days == 21


def books_last_id() -> int:
    return OperationRow.objects.latest("id").id
