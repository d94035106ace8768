"""Coins given back for money: by their buyer, by an operator, in every state that the provider knows."""

from collections.abc import Callable

import pytest

from accounts.models import OwedMail, User
from gifts.models import Gift
from ground import clock as business_clock
from ground.errors import DomainError
from ledger import books
from ledger.errors import AccountFrozen, KeyReused
from live.models import Room
from provider.client import stripe_client
from provider.models import InboxEvent, OperatorAlert, ProviderCall
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import Webhooks
from tests.wallet.conftest import buy, coins, kinds, now_of
from tests.wallet.refunds_stage import (
    CARD_REFUND_FAILS,
    CARD_REFUND_LATER,
    allow_withdrawal,
    ask,
    at_provider,
    both_agree,
    bought,
    give,
    outside,
)
from wallet import errors, refund_errors, services
from wallet.models import Order, Refund
from wallet.services import refund_sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

Fund = Callable[[User, int], Order]


@pytest.fixture
def order(american: User, economy: object, fakestripe: FakeStripe) -> Order:
    """Ana's 700 coins for $8.95, which she may give back for 14 days."""
    allow_withdrawal()
    return bought(american)


def mails() -> list[str]:
    return list(OwedMail.objects.order_by("pk").values_list("kind", flat=True))


def sweep() -> None:
    now = business_clock.now()
    for refund_id in refund_sweep.due_refunds(now=now):
        refund_sweep.check_refund(refund_id=refund_id, now=now)


def refused(error: type[DomainError], order: Order, coins: int | None = None, **more: User) -> None:
    """The refund is refused and nothing has changed."""
    before = (now_of(order), books.totals(), kinds(order), Refund.objects.count())
    with pytest.raises(error):
        ask(order, coins, **more)
    assert (now_of(order), books.totals(), kinds(order), Refund.objects.count()) == before


def test_a_buyer_gives_everything_back(order: Order, fakestripe: FakeStripe) -> None:
    refund = ask(order)
    assert (refund.state, refund.coins, refund.amount_minor, refund.origin) == (
        "succeeded",
        700,
        895,
        "buyer",
    )
    assert now_of(order) == ("refunded", 0)
    assert (order.refunded_coins, order.refunded_minor) == (700, 895)
    assert kinds(order)[-2:] == ["refund_asked", "refund_paid"]
    assert at_provider(order) == [(895, "succeeded")]
    assert mails() == ["order_refunded"]
    both_agree(fakestripe)


def test_a_part_leaves_the_order_credited(order: Order, fakestripe: FakeStripe) -> None:
    assert ask(order, 100).amount_minor == 127  # ⌊895 × 100 ÷ 700⌋
    assert now_of(order) == ("credited", 600)
    assert ask(order).amount_minor == 767  # ⌊895 × 600 ÷ 700⌋; both roundings stay with the house
    assert now_of(order) == ("refunded", 0)
    assert sorted(at_provider(order)) == [(127, "succeeded"), (767, "succeeded")]
    both_agree(fakestripe)


def test_only_unspent_coins_go_back(
    order: Order, room: Room, rose: Gift, american: User, fakestripe: FakeStripe
) -> None:
    give(american, room, rose, 30)
    refused(errors.TooFewCoinsLeft, order, 401)
    assert ask(order).amount_minor == 511  # ⌊895 × 400 ÷ 700⌋
    assert now_of(order) == ("credited", 0)
    assert (order.refunded_coins, order.refunded_minor) == (400, 511)
    refused(errors.TooFewCoinsLeft, order)
    both_agree(fakestripe)


def test_the_quote_is_what_is_paid_and_changes_nothing(order: Order) -> None:
    before = books.totals()
    offer = services.quote_refund(order=order, coins=350, asked_by=order.user, now=business_clock.now())
    assert (offer.coins, offer.coins_left, offer.amount_minor, offer.currency) == (350, 700, 447, "USD")
    assert books.totals() == before
    assert ask(order, 350).amount_minor == offer.amount_minor


def test_a_euro_order_goes_back_in_euros(person: Callable[..., User], fakestripe: FakeStripe) -> None:
    allow_withdrawal()
    order = bought(person("ella", country="DE", totp_secret=None))
    assert ask(order, 350).amount_minor == 492  # ⌊985 × 350 ÷ 700⌋
    both_agree(fakestripe, "EUR")
    assert ask(order).amount_minor == 492
    assert now_of(order) == ("refunded", 0)
    both_agree(fakestripe, "EUR")


def test_the_same_key_is_one_refund_and_another_wish_is_refused(order: Order) -> None:
    first = ask(order, 100, key="k")
    assert ask(order, 100, key="k") == first
    with pytest.raises(KeyReused):
        ask(order, 200, key="k")
    assert Refund.objects.count() == 1
    assert coins(order.user) == 600


def test_a_buyer_may_only_while_the_days_run(order: Order, clock: Clock, american: User) -> None:
    clock.advance(days=13, hours=23)
    assert ask(order, 7).state == "succeeded"
    clock.advance(hours=1)
    refused(refund_errors.WithdrawalOver, order)


def test_the_promise_is_the_one_of_the_day_it_was_bought(order: Order, american: User) -> None:
    allow_withdrawal(0)
    later = bought(american, "coins-70")
    refused(refund_errors.WithdrawalOff, later)
    assert ask(order, 7).state == "succeeded"


def test_an_order_goes_back_in_ten_parts_at_most(order: Order) -> None:
    Refund.objects.bulk_create(
        Refund(order=order, origin="buyer", asked_by=order.user, key=str(number), request_hash=b"", coins=1,
               amount_minor=1, currency="USD", created_at=order.created_at, state_at=order.created_at)
        for number in range(9)
    )  # fmt: skip
    ask(order, 7)
    refused(refund_errors.TooManyRefunds, order, 7)


def test_a_frozen_account_gives_nothing_back_by_itself(order: Order) -> None:
    books.freeze(order.user.ledger_id, frozen=True)
    refused(AccountFrozen, order)


def test_nothing_goes_back_while_the_bank_looks(order: Order) -> None:
    Order.objects.update(state="disputed")
    refused(refund_errors.RefundDuringDispute, order)
    Order.objects.update(state="credited")


def test_an_order_without_a_payment_gives_nothing_back(fund: Fund, american: User) -> None:
    allow_withdrawal()
    refused(refund_errors.NotRefundable, fund(american, 100))


def test_a_pending_refund_succeeds_a_day_later(american: User, clock: Clock, fakestripe: FakeStripe) -> None:
    allow_withdrawal()
    order = bought(american, card=CARD_REFUND_LATER)
    refund = ask(order)
    assert (refund.state, now_of(order), mails()) == ("pending", ("credited", 0), [])
    both_agree(fakestripe)
    clock.advance(days=1)
    sweep()
    refund.refresh_from_db()
    assert (refund.state, now_of(order), mails()) == ("succeeded", ("refunded", 0), ["order_refunded"])
    both_agree(fakestripe)


def test_a_refund_that_fails_brings_everything_back(
    american: User, clock: Clock, fakestripe: FakeStripe, webhooks: Webhooks
) -> None:
    allow_withdrawal()
    order = bought(american, card=CARD_REFUND_FAILS)
    refund = ask(order)
    assert now_of(order) == ("refunded", 0)
    clock.advance(days=1)
    webhooks.deliver_all()
    webhooks.deliver_all()
    refund.refresh_from_db()
    assert (refund.state, refund.failure_code) == ("failed", "expired_or_canceled_card")
    assert now_of(order) == ("credited", 700)
    assert (order.refunded_coins, order.refunded_minor) == (0, 0)
    assert kinds(order)[-1] == "refund_failed"
    assert mails() == ["order_refunded", "order_refund_failed"]
    assert OperatorAlert.objects.get(code="refund_failed").times == 1
    both_agree(fakestripe)


def test_after_a_failed_refund_the_coins_can_go_back_again(
    american: User, clock: Clock, fakestripe: FakeStripe
) -> None:
    allow_withdrawal()
    order = bought(american, card=CARD_REFUND_FAILS)
    ask(order)
    clock.advance(days=1)
    sweep()
    assert now_of(order) == ("credited", 700)
    assert ask(order, 350).amount_minor == 447
    assert now_of(order) == ("credited", 350)
    both_agree(fakestripe)


def test_a_refund_failing_after_its_events_were_lost_is_found_by_the_sweep(
    american: User, clock: Clock, fakestripe: FakeStripe
) -> None:
    allow_withdrawal()
    order = bought(american, card=CARD_REFUND_FAILS)
    refund = ask(order)
    clock.advance(days=31)
    sweep()
    refund.refresh_from_db()
    assert (refund.state, refund.next_check_at, now_of(order)) == ("failed", None, ("credited", 700))
    both_agree(fakestripe)


def test_a_paid_refund_is_watched_for_a_month_and_then_let_go(order: Order, clock: Clock) -> None:
    refund = ask(order)
    clock.advance(days=30, seconds=1)
    sweep()
    refund.refresh_from_db()
    assert (refund.state, refund.next_check_at) == ("succeeded", None)


@pytest.mark.parametrize("kind", ["429", "500", "done_but_answer_lost"])
def test_a_silent_provider_leaves_it_pending_and_the_sweep_goes_on_once(
    order: Order, clock: Clock, fakestripe: FakeStripe, kind: str
) -> None:
    fakestripe.control("faults", {"kind": kind, "method": "POST", "path": "/v1/refunds", "count": 1})
    fakestripe.control("faults", {"kind": "429", "method": "POST", "path": "/v1/refunds", "count": 2})
    refund = ask(order)
    assert (refund.state, refund.provider_id, coins(order.user)) == ("pending", None, 0)
    for _ in range(3):
        clock.advance(hours=1)
        sweep()
    refund.refresh_from_db()
    assert (refund.state, now_of(order)) == ("succeeded", ("refunded", 0))
    assert at_provider(order) == [(895, "succeeded")]
    both_agree(fakestripe)


def test_after_a_day_of_silence_it_is_looked_up_before_it_is_asked_again(
    order: Order, clock: Clock, fakestripe: FakeStripe
) -> None:
    fakestripe.control("faults", {"kind": "done_but_answer_lost", "method": "POST", "path": "/v1/refunds"})
    fakestripe.control("faults", {"kind": "429", "method": "POST", "path": "/v1/refunds", "count": 2})
    refund = ask(order)
    clock.advance(hours=26)
    sweep()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert at_provider(order) == [(895, "succeeded")]
    both_agree(fakestripe)


def test_a_refusal_brings_the_coins_back_and_tells_the_operators(
    order: Order, fakestripe: FakeStripe, webhooks: Webhooks
) -> None:
    outside(order)
    refund = ask(order, 350)
    assert (refund.state, refund.failure_code) == ("failed", "charge_already_refunded")
    assert now_of(order) == ("credited", 700)
    webhooks.deliver_all()
    assert now_of(order) == ("refunded", 0)
    assert list(Refund.objects.order_by("created_at").values_list("origin", "state")) == [
        ("buyer", "failed"),
        ("provider", "succeeded"),
    ]
    both_agree(fakestripe)


def test_a_refund_made_at_the_provider_takes_the_coins_of_its_amount(
    order: Order, fakestripe: FakeStripe, webhooks: Webhooks
) -> None:
    outside(order, 300)
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 465)  # ⌈700 × 300 ÷ 895⌉ = 235 went
    outside(order)
    webhooks.deliver_all()
    assert now_of(order) == ("refunded", 0)
    assert (order.refunded_coins, order.refunded_minor) == (700, 895)
    assert Refund.objects.filter(origin="provider", state="succeeded").count() == 2
    assert set(InboxEvent.objects.filter(type__contains="refund").values_list("status", flat=True)) == {
        "done"
    }
    both_agree(fakestripe)


def test_of_coins_spent_before_it_was_made_there_the_house_bears_the_price(
    order: Order, american: User, room: Room, rose: Gift, fakestripe: FakeStripe, webhooks: Webhooks
) -> None:
    give(american, room, rose, 60)
    outside(order)
    webhooks.deliver_all()
    assert now_of(order) == ("refunded", 0)
    refund = Refund.objects.get()
    assert (refund.coins, refund.unrecovered_coins, refund.amount_minor) == (100, 600, 895)
    assert OperatorAlert.objects.get(code="refund_of_spent_coins").facts["coins"] == 600
    assert books.totals()[("loss.chargeback", "USD")] == -767  # ⌊895 × 600 ÷ 700⌋
    both_agree(fakestripe)


def test_a_failed_refund_of_spent_coins_gives_the_loss_back(
    american: User, room: Room, rose: Gift, clock: Clock, fakestripe: FakeStripe, webhooks: Webhooks
) -> None:
    order = bought(american, card=CARD_REFUND_FAILS)
    give(american, room, rose, 60)
    outside(order)
    webhooks.deliver_all()
    clock.advance(days=1)
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 100)
    assert books.totals().get(("loss.chargeback", "USD"), 0) == 0
    both_agree(fakestripe)


def test_a_payment_sent_back_before_it_was_credited_ends_the_order(
    american: User, fakestripe: FakeStripe, webhooks: Webhooks, pay: Callable[..., object]
) -> None:
    order = buy(american)
    pay(order)
    (paid,) = webhooks.events("charge.succeeded")
    order.charge_id = paid["data"]["object"]["id"]
    outside(order)
    webhooks.deliver_all("refund.created", "charge.refunded")
    webhooks.deliver_all()
    assert now_of(order) == ("cancelled", 0)
    assert order.refunded_minor == 895
    assert kinds(order)[-2:] == ["cancelled", "refund_paid"]
    both_agree(fakestripe)


def test_every_refund_call_has_its_stored_key(order: Order) -> None:
    refund = ask(order)
    call = ProviderCall.objects.get(purpose="refund")
    assert (call.key, call.state, call.response_id) == (f"refund:{refund.pk}", "done", refund.provider_id)


def test_a_refund_of_a_charge_that_is_nobodys_is_told_to_the_operators(webhooks: Webhooks) -> None:
    charge = stripe_client().v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    stripe_client().v1.refunds.create({"payment_intent": charge.id})
    webhooks.deliver_all()
    assert set(InboxEvent.objects.filter(type__contains="refund").values_list("status", flat=True)) == {
        "ignored"
    }
    assert OperatorAlert.objects.filter(code="refund_of_nobody").count() == 2
