"""Whatever happens to the provider's messages: late, doubled, lost or in another order, all ends the same."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from care import tasks
from care.models import Dispute, DisputeMovement, FraudWarning
from care.services import dispute_sweep
from gifts.models import Gift
from ground import clock as business_clock
from live.models import Room
from provider.models import InboxEvent
from tests.care.bank import COINS, Bank, alerts, mails
from tests.fixtures.races import Race
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import Webhooks, inbox_states, work_off_inbox
from wallet.models import OrderEvent, Payer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

TYPES = ("created", "funds_withdrawn", "updated", "closed", "funds_reinstated")


@pytest.fixture
def bank(
    fakestripe: FakeStripe, webhooks: Webhooks, person: Callable[..., User], room: Room, rose: Gift
) -> Bank:
    return Bank(fakestripe, webhooks, person("ana", country="US", totp_secret=None), room, rose)


def dispute_events(bank: Bank) -> list[dict[str, Any]]:
    return bank.webhooks.events(*(f"charge.dispute.{name}" for name in TYPES))


def deliver(bank: Bank, *events: dict[str, Any]) -> None:
    """One message after the other, each worked off before the next."""
    for event in events:
        InboxEvent.objects.filter(event_id=event["id"]).delete()
        assert bank.webhooks.deliver(event).status_code == 200
        work_off_inbox()


def standing(bank: Bank) -> tuple[object, ...]:
    """Everything that a dispute leaves behind."""
    case = Dispute.objects.get()
    case.order.refresh_from_db()  # type: ignore[union-attr]
    return (
        (case.status, case.outcome, case.held_coins, case.next_check_at),
        (case.order.state, bank.coins(), bank.coins("coins.held"), bank.diamonds()),  # type: ignore[union-attr]
        list(DisputeMovement.objects.order_by("number").values_list("amount_minor", "fee_minor")),
        list(OrderEvent.objects.filter(kind__startswith="dispute_").values_list("kind", flat=True)),
        sorted(mails()),
    )


@pytest.mark.parametrize(
    ("action", "coins", "told"),
    [
        ("win", 500, ["dispute_opened", "dispute_won"]),
        ("lose", 0, ["dispute_opened", "dispute_lost"]),
    ],
)
def test_a_decision_heard_in_any_order_and_doubled_ends_the_same(
    bank: Bank, action: str, coins: int, told: list[str]
) -> None:
    order = bank.buy()
    bank.give(200)
    bank.disputed(order)
    bank.fakestripe.control("disputes", {"dispute": bank.dispute_id, "action": action})
    events = dispute_events(bank)
    assert 3 <= len(events) <= 5
    seen = set()
    for permutation in itertools.permutations(events):
        deliver(bank, *permutation)
        seen.add(str(standing(bank)))
    assert len(seen) == 1
    assert bank.coins() == coins
    assert [kind for handle, kind in mails() if handle == "ana"] == told
    bank.assert_money_agrees()


@pytest.mark.parametrize(("action", "coins"), [("win", COINS), ("lose", 0)])
def test_each_order_of_first_messages_ends_the_same(bank: Bank, action: str, coins: int) -> None:
    """Another dispute for each order of its events, none of which we had heard of before."""
    ends = []
    for number, order_of_events in enumerate(itertools.permutations(range(3))):
        order = bank.buy()
        before = bank.coins()
        known = {event["id"] for event in dispute_events(bank)}
        bank.open(order)
        bank.decide(action)
        fresh = [event for event in dispute_events(bank) if event["id"] not in known]
        for place in order_of_events:
            deliver(bank, fresh[place])
        deliver(bank, *fresh)
        order.refresh_from_db()
        ends.append((order.state, bank.coins() - before + COINS, order.disputes.get().outcome))
        assert Dispute.objects.count() == number + 1
        bank.assert_money_agrees()
    assert set(ends) == {
        (
            "credited" if action == "win" else "disputed",
            coins,
            action.replace("lose", "lost").replace("win", "won"),
        )
    }


def test_events_told_as_they_happen_move_each_thing_once(bank: Bank) -> None:
    order = bank.buy()
    bank.give(200)
    bank.open(order)
    deliver(bank, *dispute_events(bank) * 10)
    assert (bank.coins("coins.held"), mails()) == (500, [("ana", "dispute_opened"), ("bob", "diamonds_held")])
    bank.decide("lose")
    deliver(bank, *dispute_events(bank) * 3)
    assert DisputeMovement.objects.count() == 1
    assert len(mails()) == 4
    bank.assert_money_agrees()


def test_a_dispute_heard_of_before_its_payment_credits_the_order_first(bank: Bank) -> None:
    from_elsewhere = bank.buy()  # so that the buyer is known
    assert from_elsewhere.was_credited
    order = bank.begin()
    bank.open(order)
    deliver(bank, *dispute_events(bank))
    order.refresh_from_db()
    assert (order.state, bank.coins("coins.held")) == ("disputed", COINS)
    bank.decided("win")
    bank.assert_money_agrees()


def test_the_sweep_adopts_what_no_webhook_told_of(bank: Bank) -> None:
    order = bank.buy()
    bank.open(order)
    assert dispute_sweep.adopt_unknown(now=business_clock.now()) == 1
    assert bank.coins("coins.held") == COINS
    assert dispute_sweep.adopt_unknown(now=business_clock.now()) == 0


def test_the_sweep_finishes_disputes_whose_messages_are_lost(bank: Bank, clock: Clock) -> None:
    orders = [bank.buy() for _ in range(3)]
    for order, action in zip(orders, ("win", "lose", "win"), strict=True):
        bank.disputed(order)
        bank.decide(action)
    clock.advance(hours=1)
    tasks.sweep_disputes()  # the broker of the tests runs nothing: the sweep's own list is worked off here
    for provider_id in dispute_sweep.due_disputes(now=business_clock.now()):
        dispute_sweep.check_dispute(provider_id=provider_id, now=business_clock.now())
    outcomes = list(Dispute.objects.order_by("seen_at").values_list("outcome", flat=True))
    assert (outcomes, bank.coins()) == (["won", "lost", "won"], 2 * COINS)
    assert dispute_sweep.due_disputes(now=business_clock.now()) == []
    bank.assert_money_agrees()


def test_a_dispute_that_is_due_is_checked_by_one_worker(bank: Bank, clock: Clock) -> None:
    bank.disputed(bank.buy())
    clock.advance(hours=2)
    now = business_clock.now()
    assert dispute_sweep.check_dispute(provider_id=bank.dispute_id, now=now) is not None
    assert dispute_sweep.check_dispute(provider_id=bank.dispute_id, now=now) is None


def test_many_who_look_at_once_do_it_once(bank: Bank, race: Race) -> None:
    order = bank.buy()
    bank.give(200)
    bank.open(order)
    race(8, bank.look)
    assert (bank.coins("coins.held"), bank.diamonds()) == (500, {"held": 20_000})
    assert mails() == [("ana", "dispute_opened"), ("bob", "diamonds_held")]
    bank.decide("lose")
    race(8, bank.look)
    assert DisputeMovement.objects.count() == 1
    assert len(mails()) == 4
    bank.assert_money_agrees()


def test_a_dispute_of_a_payment_that_is_not_ours_waits_for_a_person(bank: Bank) -> None:
    intent = bank.foreign_payment()
    dispute = bank.fakestripe.control(
        "disputes", {"payment_intent": intent, "action": "open", "kind": "fraudulent"}
    )
    deliver(bank, *dispute_events(bank))
    case = Dispute.objects.get(provider_id=dispute["id"])
    assert (case.order, case.outcome, alerts()) == (None, "", ["dispute_without_order"])


def test_an_early_fraud_warning_makes_the_payer_risky_and_alerts(bank: Bank) -> None:
    order = bank.buy(card="4000000000005423")
    bank.webhooks.deliver_all()
    bank.webhooks.deliver_all()
    warning = FraudWarning.objects.get()
    assert (warning.order, warning.is_actionable) == (order, True)
    assert Payer.objects.get().risky_since is not None
    assert alerts() == ["fraud_warning"]
    assert list(order.events.filter(kind="fraud_warning").values_list("code", flat=True)) == [
        warning.fraud_type
    ]
    assert bank.coins() == COINS
    assert inbox_states()["radar.early_fraud_warning.created"] == "done"


def test_a_lost_fraud_warning_is_adopted(bank: Bank) -> None:
    order = bank.buy()
    bank.fakestripe.control("fraud_warnings", {"payment_intent": order.payment_intent_id})
    assert dispute_sweep.adopt_unknown(now=business_clock.now()) == 1
    assert FraudWarning.objects.get().order == order
