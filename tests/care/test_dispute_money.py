"""Where the money of disputes goes in the less common cases: other currencies, refunds before, cash-outs after."""

from collections.abc import Callable

import pytest

from accounts.models import User
from care.models import Dispute
from demo.seed.cast import Cast
from demo.seed.disputes import dispute_two
from demo.seed.provider import Provider
from gifts.models import Gift
from ground import clock as business_clock
from ledger import books
from ledger.books import DIAMOND, PLATFORM, Operation, Ref, Transfer
from ledger.retry import in_transaction
from live.models import Room
from payouts.services.maturity import mature_diamonds
from provider.models import OperatorAlert
from tests.care.bank import COINS, Bank, alerts, touched
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import Webhooks
from tests.ledger.journeys import fold_everything
from wallet.models import Order
from wallet.refund_errors import RefundDuringDispute
from wallet.services.refunding import refund_as_operator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


@pytest.fixture
def bank(
    fakestripe: FakeStripe, webhooks: Webhooks, person: Callable[..., User], room: Room, rose: Gift
) -> Bank:
    return Bank(fakestripe, webhooks, person("ana", country="US", totp_secret=None), room, rose)


@pytest.fixture
def european(bank: Bank, person: Callable[..., User]) -> Bank:
    """A buyer who pays in euros, tax included."""
    bank.buyer = person("eva", country="DE", totp_secret=None)
    return bank


def refunded(order: Order, coins: int, operator: User) -> None:
    refund_as_operator(
        order=order, coins=coins, operator=operator, verified=True, reason="Kindness", key="r",
        now=business_clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize(("action", "coins"), [("win", 500), ("lose", 0)])
def test_euros_are_booked_as_euros(european: Bank, action: str, coins: int) -> None:
    order = european.buy()
    assert order.currency == "EUR"
    european.give(200)
    european.disputed(order)
    european.decided(action)
    assert european.coins() == coins
    european.assert_money_agrees("EUR", "USD")
    fold_everything()
    assert books.imbalance() == {}


def test_what_was_refunded_before_is_not_taken_twice(bank: Bank, operator: User) -> None:
    order = bank.buy()
    refunded(order, 200, operator)
    bank.webhooks.deliver_all()
    case = bank.disputed(order)
    assert (case.amount_minor, case.held_coins) == (640, 500)  # $8.95 less $2.55, which 200 coins gave
    bank.decided("lose")
    assert (bank.coins(), bank.coins("coins.held")) == (0, 0)
    bank.assert_money_agrees()
    assert bank.money("refund.clearing") == 0


@pytest.mark.parametrize("action", ["win", "lose"])
def test_nothing_is_refunded_while_a_bank_decides(bank: Bank, operator: User, action: str) -> None:
    order = bank.buy()
    bank.disputed(order)
    order.refresh_from_db()
    with pytest.raises(RefundDuringDispute):
        refunded(order, COINS, operator)
    bank.decided(action)
    order.refresh_from_db()
    if action == "win":
        refunded(order, COINS, operator)
        bank.webhooks.deliver_all()
        assert bank.coins() == 0
    bank.assert_money_agrees()


def test_a_refund_on_its_way_that_the_dispute_stops_is_back_before_anything_is_held(
    bank: Bank, operator: User
) -> None:
    order = bank.buy(card="4000000000007726")  # its refunds stay pending for a while
    refunded(order, 300, operator)
    assert bank.coins() == 400
    case = bank.disputed(order)
    assert (case.held_coins, bank.coins()) == (COINS, 0)
    bank.decided("win")
    assert bank.coins() == COINS
    assert bank.money("refund.clearing") == 0
    bank.assert_money_agrees()


def test_diamonds_that_were_paid_out_stay_paid_and_nobody_owes_anything(bank: Bank, clock: Clock) -> None:
    order = bank.buy()
    bank.give(700)
    clock.advance(days=22)
    mature_diamonds(now=business_clock.now())
    _cash_out(bank.room.creator, 70_000)
    bank.disputed(order)
    assert (bank.coins("coins.held"), bank.diamonds(), touched()) == (0, {}, [])
    bank.decided("lose")
    assert (bank.diamonds(), bank.coins()) == ({}, 0)
    assert bank.money("loss.chargeback") == -895
    assert ("creator.debt", "USD") not in books.totals()
    assert bank.money("dispute.clearing") == 0


def test_two_disputes_of_one_order_touch_each_coin_once(bank: Bank) -> None:
    order = bank.buy()
    bank.give(400)
    bank.disputed(order, amount=400)
    bank.decided("win")
    bank.disputed(order, amount=895)
    bank.decided("lose")
    order.refresh_from_db()
    assert (order.state, bank.coins(), bank.diamonds()) == ("disputed", 0, {})
    assert [case.outcome for case in Dispute.objects.order_by("seen_at")] == ["won", "lost"]
    bank.assert_money_agrees()


def test_a_decision_that_the_bank_takes_back_is_a_persons_matter(bank: Bank) -> None:
    order = bank.buy()
    bank.disputed(order)
    bank.decided("win")
    Dispute.objects.update(outcome="lost")  # as if we had booked a loss before
    Dispute.objects.update(status="lost")
    bank.look()
    assert "dispute_changed" in alerts()


def test_the_demo_has_one_dispute_won_and_one_lost(
    bank: Bank, person: Callable[..., User], operator: User
) -> None:
    fans = (bank.buyer, person("otto", country="US", totp_secret=None))
    bank.buy()
    bank.buyer = fans[1]
    bank.buy()
    bank.give(100)
    provider = Provider()
    with provider.http:
        dispute_two(Cast(fans, (bank.room.creator,), (operator, operator), {}), provider)
    told = list(Dispute.objects.order_by("seen_at").values_list("order__user__handle", "outcome"))
    assert told == [("ana", "won"), ("otto", "lost")]
    assert touched() == [(100, 10_000, "cancelled")]
    assert not OperatorAlert.objects.filter(resolved_at=None).exists()
    bank.assert_money_agrees()


def _cash_out(creator: User, units: int) -> None:
    """Diamonds that left for the bank, without the pipeline: its money is another matter."""
    gone = Transfer(
        DIAMOND, Ref(creator.ledger_id, "diamonds.available"), Ref(PLATFORM, "diamonds.paid"), units
    )
    paid = Operation(creator.ledger_id, "payout:test", "payout", books.request_hash("test"), [gone])
    in_transaction(lambda: books.post_one(paid, now=business_clock.now()))
