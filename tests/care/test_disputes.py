"""Disputes against the simulated provider: what is held, what comes back, what is gone, and who hears of it."""

from collections.abc import Callable

import pytest

from accounts.models import User
from gifts.models import Gift
from ground import clock as business_clock
from live.models import Room
from payouts.services.maturity import mature_diamonds
from provider.client import stripe_client
from tests.care.bank import COINS, FEE, PRICE, Bank, alerts, events_of, mails, touched
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import Webhooks
from wallet.models import Order, OrderEvent, Payer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


@pytest.fixture
def bank(
    fakestripe: FakeStripe, webhooks: Webhooks, person: Callable[..., User], room: Room, rose: Gift
) -> Bank:
    return Bank(fakestripe, webhooks, person("ana", country="US", totp_secret=None), room, rose)


def steps(order: Order) -> list[str]:
    """What happened to the order after its fee was booked."""
    kinds = list(OrderEvent.objects.filter(order=order).order_by("id").values_list("kind", flat=True))
    return kinds[kinds.index("fee_booked") + 1 :]


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_unspent_coins_and_unmatured_diamonds_are_held_when_a_dispute_opens(bank: Bank) -> None:
    order = bank.buy()
    bank.give(200)
    case = bank.disputed(order)
    assert (bank.coins(), bank.coins("coins.held")) == (0, 500)
    assert bank.diamonds() == {"held": 20_000}
    assert (case.status, case.amount_minor, case.outcome) == ("needs_response", PRICE, "")
    assert (case.held_coins, case.held_gift_coins, case.held_diamond_units) == (500, 200, 20_000)
    assert touched() == [(200, 20_000, "held")]
    assert state(order) == "disputed"
    assert bank.money("expense.provider") == -FEE - (order.fee_minor or 0)


def test_a_lost_dispute_takes_what_is_held_for_good(bank: Bank) -> None:
    order = bank.buy()
    bank.give(200)
    bank.disputed(order)
    case = bank.decided("lose")
    assert (bank.coins(), bank.coins("coins.held"), bank.diamonds()) == (0, 0, {})
    assert (case.outcome, case.next_check_at) == ("lost", None)
    assert touched() == [(200, 20_000, "cancelled")]
    assert (state(order), order.is_dispute_lost) == ("disputed", True)
    assert steps(order) == ["dispute_opened", "dispute_lost"]
    assert bank.money("loss.chargeback") == 0  # everything was still there
    bank.assert_money_agrees()


def test_a_won_dispute_brings_everything_back(bank: Bank) -> None:
    order = bank.buy()
    bank.give(200)
    pending = bank.diamonds()
    bank.disputed(order)
    case = bank.decided("win")
    assert (bank.coins(), bank.coins("coins.held")) == (500, 0)
    assert bank.diamonds() == pending == {"pending": 20_000}
    assert (case.outcome, case.next_check_at) == ("won", None)
    assert touched() == [(200, 20_000, "restored")]
    assert (state(order), order.is_dispute_lost) == ("credited", False)
    assert steps(order) == ["dispute_opened", "dispute_won"]
    bank.assert_money_agrees()


def test_diamonds_won_back_after_their_day_are_available(bank: Bank, clock: Clock) -> None:
    order = bank.buy()
    bank.give(200)
    bank.disputed(order)
    stripe_client().v1.disputes.update(bank.dispute_id, {"evidence": {"uncategorized_text": "Seen live."}})
    assert bank.look().status == "under_review"
    clock.advance(days=22)
    bank.decided("win")
    assert bank.diamonds() == {"available": 20_000}
    bank.assert_money_agrees()


def test_a_fee_that_comes_back_is_booked_back(bank: Bank) -> None:
    order = bank.buy()
    bank.disputed(order)
    bank.decided("win", fee_returned=True)
    assert bank.money("expense.provider") == -(order.fee_minor or 0)
    bank.assert_money_agrees()


def test_matured_diamonds_are_never_touched_and_the_platform_bears_them(bank: Bank, clock: Clock) -> None:
    order = bank.buy()
    bank.give(200)
    clock.advance(days=22)
    mature_diamonds(now=business_clock.now())
    bank.disputed(order)
    assert (bank.coins("coins.held"), bank.diamonds()) == (500, {"available": 20_000})
    bank.decided("lose")
    assert bank.diamonds() == {"available": 20_000}
    assert touched() == []
    assert bank.money("loss.chargeback") == -(PRICE * 200 // COINS)
    bank.assert_money_agrees()


@pytest.mark.parametrize(("action", "left"), [("win", COINS), ("lose", COINS - 313)])
def test_a_partial_dispute_takes_its_part_alone(bank: Bank, action: str, left: int) -> None:
    case = bank.disputed(bank.buy(), amount=400)
    assert (case.held_coins, bank.coins()) == (313, COINS - 313)  # ⌈700 × 400 ÷ 895⌉
    bank.decided(action)
    assert bank.coins() == left
    bank.assert_money_agrees()


def test_an_inquiry_moves_nothing_and_waits_for_our_answer(bank: Bank) -> None:
    order = bank.buy()
    case = bank.disputed(order, "inquiry")
    assert (case.status, case.opened_at, bank.coins()) == ("warning_needs_response", None, COINS)
    assert (state(order), mails(), alerts()) == ("credited", [], ["dispute_to_answer"])
    case = bank.decided("close_inquiry")
    assert (case.status, case.next_check_at, bank.coins()) == ("warning_closed", None, COINS)
    assert not Payer.objects.filter(risky_since__isnull=False).exists()
    bank.assert_money_agrees()


def test_an_inquiry_that_becomes_a_chargeback_is_one(bank: Bank) -> None:
    order = bank.buy()
    bank.disputed(order, "inquiry")
    case = bank.decided("escalate")
    assert (case.status, bank.coins(), bank.coins("coins.held")) == ("needs_response", 0, COINS)
    bank.decided("lose")
    assert state(order) == "disputed"
    bank.assert_money_agrees()


def test_a_dispute_prevented_before_money_moved_changes_nothing(bank: Bank) -> None:
    order = bank.buy()
    case = bank.disputed(order, "prevented")
    assert (case.status, case.opened_at, case.next_check_at) == ("prevented", None, None)
    assert (state(order), bank.coins(), mails()) == ("credited", COINS, [])
    bank.assert_money_agrees()


def test_a_dispute_settled_with_the_buyers_money_is_a_lost_one(bank: Bank) -> None:
    order = bank.buy()
    bank.give(200)
    case = bank.disputed(order, "resolved")
    assert (case.status, case.outcome, bank.coins(), bank.diamonds()) == ("prevented", "lost", 0, {})
    bank.assert_money_agrees()


@pytest.mark.parametrize(
    ("card", "status"),
    [
        ("4000000000000259", "needs_response"),
        ("4000000000002685", "needs_response"),
        ("4000000000001976", "warning_needs_response"),
    ],
)
def test_the_cards_that_are_disputed_reach_us_by_their_webhooks(bank: Bank, card: str, status: str) -> None:
    order = bank.buy(card=card)
    bank.webhooks.deliver_all()
    case = order.disputes.get()
    assert case.status == status
    assert bank.coins() == (COINS if case.is_inquiry else 0)


def test_everyone_touched_gets_a_mail_and_an_event(bank: Bank) -> None:
    order = bank.buy()
    bank.give(100)
    bank.give(100)
    bank.disputed(order)
    bank.decided("win")
    assert mails() == [
        ("ana", "dispute_opened"),
        ("bob", "diamonds_held"),
        ("ana", "dispute_won"),
        ("bob", "diamonds_restored"),
    ]
    buyer, creator = f"user:{bank.buyer.pk}", f"creator:{bank.room.creator_id}"
    assert events_of(buyer)[-4:] == [
        "order.disputed",
        "wallet.coins_held",
        "order.credited",
        "wallet.coins_restored",
    ]
    assert events_of(creator)[-2:] == ["creator.diamonds_held", "creator.diamonds_restored"]


def test_the_payer_is_risky_until_the_dispute_is_won(bank: Bank, clock: Clock) -> None:
    order = bank.buy()
    clock.advance(days=31)
    payer = Payer.objects.get()
    bank.disputed(order)
    payer.refresh_from_db()
    assert (payer.hold_days, payer.risky_since is not None) == (21, True)
    bank.decided("win")
    payer.refresh_from_db()
    assert (payer.hold_days, payer.risky_since) == (7, None)
