"""A recharge from the first click to the coins, against the real simulated provider."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from accounts.errors import AgeRequired, TermsRequired
from accounts.models import LegalDocument, User
from ground import clock as business_clock
from ledger import books
from ledger.errors import KeyReused
from provider.models import InboxEvent, ProviderCall
from tests.fixtures.races import Race
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import (
    CARD_3DS,
    CARD_DECLINED,
    CARD_POOR,
    HostedPage,
    Webhooks,
    cash,
    inbox_states,
    provider_cash,
)
from tests.wallet.conftest import buy, kinds, now_of
from wallet import errors, tasks
from wallet.models import Order, Storefront
from wallet.services import fulfil
from wallet.services.steps import Source
from wallet.services.sweep import check_order, due_orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def land(order: Order) -> Order:
    """The buyer's return from the payment page."""
    assert order.session_id is not None
    landed = fulfil(session_id=order.session_id, source=Source.LANDING, now=business_clock.now())
    assert landed is not None
    return landed


def test_a_paid_order_becomes_coins_by_its_webhook(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = buy(american)
    assert (order.state, order.gross_minor, order.currency) == ("awaiting_payment", 895, "USD")

    assert pay(order).status_code == 303
    webhooks.deliver_all()

    assert now_of(order) == ("credited", 700)
    assert kinds(order) == ["created", "checkout_opened", "paid", "credited", "fee_booked"]
    assert inbox_states()["checkout.session.completed"] == "done"
    assert order.fee_minor is not None
    assert cash() == provider_cash(fakestripe) == 895 - order.fee_minor
    assert books.imbalance() == {}


def test_the_landing_page_credits_before_any_webhook_and_the_webhook_changes_nothing(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american)
    pay(order)
    assert land(order).state == "credited"
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    assert kinds(order) == ["created", "checkout_opened", "paid", "credited", "fee_booked"]


def test_an_order_that_is_not_paid_stays_as_it_is_when_the_buyer_returns(american: User) -> None:
    order = buy(american)
    assert land(order).state == "awaiting_payment"
    assert now_of(order) == ("awaiting_payment", 0)


def test_a_declined_card_is_said_in_words_and_the_same_session_can_be_paid(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american)
    assert pay(order, CARD_POOR).status_code == 402
    webhooks.deliver_all()
    assert now_of(order) == ("declined", 0)
    assert order.decline_code == "insufficient_funds"

    assert pay(order).status_code == 303
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    assert kinds(order)[2:] == ["payment_failed", "paid", "credited", "fee_booked"]


def test_two_declines_are_two_lines_and_one_event_twice_is_one(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american)
    pay(order, CARD_DECLINED)
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert kinds(order).count("payment_failed") == 1
    pay(order, CARD_POOR)
    webhooks.deliver_all()
    assert kinds(order).count("payment_failed") == 2
    assert now_of(order) == ("declined", 0)


def test_coins_come_only_after_3d_secure_was_approved(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american)
    challenge = pay(order, CARD_3DS)
    webhooks.deliver_all()
    assert now_of(order) == ("awaiting_payment", 0)
    HostedPage(order.checkout_url).confirm(challenge, "approve")
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)


def test_a_failed_3d_secure_question_is_a_decline(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american)
    HostedPage(order.checkout_url).confirm(pay(order, CARD_3DS), "fail")
    webhooks.deliver_all()
    assert now_of(order) == ("declined", 0)
    assert order.decline_code == "payment_intent_authentication_failure"


def test_a_webhook_ten_times_credits_once(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american)
    pay(order)
    (event,) = webhooks.events("checkout.session.completed")
    assert [webhooks.deliver(event).status_code for _ in range(10)] == [200] * 10
    webhooks.deliver_all()
    assert InboxEvent.objects.filter(event_id=event["id"]).count() == 1
    assert now_of(order) == ("credited", 700)


def test_every_order_of_the_events_ends_in_the_same_state(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    types = ["payment_intent.payment_failed", "payment_intent.succeeded", "checkout.session.completed"]
    for bought, permutation in enumerate(itertools.permutations(range(3)), start=1):
        order = buy(american, "coins-70")
        pay(order, CARD_DECLINED)
        pay(order)
        events = webhooks.events(*types)[-3:]
        for place in permutation:
            webhooks.deliver(events[place])
            webhooks.deliver_all("ping")
        assert now_of(order) == ("credited", 70 * bought)


def test_lost_webhooks_are_healed_by_the_sweep(
    american: User, pay: Callable[..., httpx.Response], clock: Clock, fakestripe: FakeStripe
) -> None:
    order = buy(american)
    pay(order)
    clock.advance(minutes=2)
    assert due_orders(now=business_clock.now()) == [order.pk]
    tasks.check_order(str(order.pk))
    assert now_of(order) == ("credited", 700)
    assert cash() == provider_cash(fakestripe)


def test_a_check_that_another_worker_has_is_left_alone(american: User) -> None:
    order = buy(american)
    assert check_order(order_id=order.pk, now=business_clock.now()) is None


def test_all_at_once_credits_once(american: User, pay: Callable[..., httpx.Response], race: Race) -> None:
    order = buy(american)
    pay(order)
    outcomes = race(6, lambda: land(order).state)
    assert outcomes == ["credited"] * 6
    assert now_of(order) == ("credited", 700)
    assert kinds(order).count("credited") == 1


def test_a_silent_provider_leaves_the_order_waiting_and_the_sweep_opens_the_page(
    american: User, fakestripe: FakeStripe, clock: Clock, pay: Callable[..., httpx.Response]
) -> None:
    fakestripe.control("faults", {"kind": "503", "path": "/v1/checkout/sessions", "count": 3})
    order = buy(american)
    assert (order.state, order.session_id, order.checkout_url) == ("awaiting_payment", None, "")
    assert kinds(order) == ["created", "provider_silent"]

    clock.advance(minutes=1)
    tasks.check_order(str(order.pk))
    order.refresh_from_db()
    assert (order.state, kinds(order)[2:]) == ("awaiting_payment", ["checkout_opened"])
    assert pay(order).status_code == 303


def test_a_lost_answer_does_not_make_a_second_session(
    american: User, fakestripe: FakeStripe, webhooks: Webhooks
) -> None:
    fakestripe.control(
        "faults", {"kind": "done_but_answer_lost", "path": "/v1/checkout/sessions", "count": 1}
    )
    order = buy(american)
    sessions = [request for request in _requests(fakestripe) if request["path"] == "/v1/checkout/sessions"]
    assert len(sessions) >= 2
    assert order.checkout_url
    assert ProviderCall.objects.get(key=f"order:{order.pk}:session").response_id == order.session_id


def _requests(fakestripe: FakeStripe) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = fakestripe.control("requests")["requests"]
    return requests


def test_a_stored_500_is_not_asked_for_again_and_again(
    american: User, fakestripe: FakeStripe, clock: Clock
) -> None:
    fakestripe.control("faults", {"kind": "500", "path": "/v1/checkout/sessions", "count": 1})
    order = buy(american)
    assert order.session_id is None
    clock.advance(minutes=1)
    tasks.check_order(str(order.pk))
    assert Order.objects.get().session_id is not None
    assert ProviderCall.objects.get(key=f"order:{order.pk}:session").renewals == 1


def test_an_order_expires_with_its_payment_page(american: User, clock: Clock, webhooks: Webhooks) -> None:
    order = buy(american)
    clock.advance(hours=25)
    tasks.check_order(str(order.pk))
    assert now_of(order) == ("expired", 0)
    webhooks.deliver_all()
    assert kinds(order) == ["created", "checkout_opened", "expired"]


def test_an_order_that_never_got_a_page_expires(american: User, fakestripe: FakeStripe, clock: Clock) -> None:
    fakestripe.control("faults", {"kind": "503", "path": "/v1/checkout/sessions", "count": 3})
    order = buy(american)
    clock.advance(hours=25)
    tasks.check_order(str(order.pk))
    assert now_of(order) == ("expired", 0)


def test_the_same_key_answers_the_same_order(american: User) -> None:
    first = buy(american, key="again")
    assert buy(american, key="again").pk == first.pk
    assert Order.objects.count() == 1


def test_the_same_key_at_once_makes_one_order(american: User, race: Race) -> None:
    orders = race(4, lambda: buy(american, key="again").pk)
    assert len(set(orders)) == 1
    assert Order.objects.count() == 1


def test_the_same_key_for_another_package_is_refused(american: User) -> None:
    buy(american, key="again")
    with pytest.raises(KeyReused):
        buy(american, "coins-70", key="again")
    assert Order.objects.count() == 1


def test_an_exact_amount_costs_the_base_price_rounded_up(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american, coins=123)
    assert (order.coins, order.gross_minor, order.package) == (123, 159, None)
    pay(order)
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 123)


@pytest.mark.parametrize("number", [37, 38_760])
def test_an_amount_outside_the_storefronts_limits_is_refused(american: User, number: int) -> None:
    with pytest.raises(errors.AmountOutOfRange) as refusal:
        buy(american, coins=number)
    assert refusal.value.extra == {"min_coins": 38, "max_coins": 38_759}
    assert Order.objects.count() == 0


def test_an_unknown_package_is_refused(american: User) -> None:
    with pytest.raises(errors.PackageUnavailable):
        buy(american, "coins-71")
    assert Order.objects.count() == 0


def test_a_person_can_have_ten_unpaid_orders_at_most(american: User, clock: Clock) -> None:
    for _ in range(10):
        buy(american, "coins-70")
    with pytest.raises(errors.TooManyOpenOrders):
        buy(american, "coins-70")
    assert Order.objects.count() == 10


def test_a_child_buys_nothing(american: User) -> None:
    american.birth_date = business_clock.today().replace(year=2015)
    american.save()
    with pytest.raises(AgeRequired):
        buy(american)
    assert Order.objects.count() == 0


def test_new_terms_must_be_accepted_before_the_next_order(american: User) -> None:
    LegalDocument.objects.create(
        kind="terms",
        version=99,
        title="Terms",
        body="New.",
        starts_at=business_clock.now() - timedelta(seconds=1),
    )
    with pytest.raises(TermsRequired):
        buy(american)
    assert Order.objects.count() == 0


def test_an_order_in_euros_keeps_both_currencies_right(
    fan: User, pay: Callable[..., httpx.Response], webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    assert (order.currency, order.gross_minor, order.tax_minor) == ("EUR", 985, 157)
    pay(order)
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    assert cash("EUR") == provider_cash(fakestripe, "eur")
    assert cash("USD") == 0
    assert books.imbalance() == {}


def test_a_country_without_a_storefront_buys_in_the_default_one(person: Callable[..., User]) -> None:
    order = buy(person("rui", country="BR", totp_secret=None))
    assert order.storefront == Storefront.objects.get(is_default=True)
