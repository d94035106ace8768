"""Orders paid by wallets, banks and slow methods, against the real simulated provider."""

from collections.abc import Callable

import httpx
import pytest
from djstripe.models import Charge, PaymentMethod

from accounts.models import User
from provider import mirror
from provider.client import stripe_client
from provider.models import InboxEvent
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import CARD_OK, IBAN_REFUSED, HostedPage, Webhooks, cash, provider_cash
from tests.wallet.conftest import buy, kinds, now_of
from wallet.models import Order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


@pytest.fixture
def order(person: Callable[..., User]) -> Order:
    """A recharge of 700 coins in euros, by Greta from Germany."""
    return buy(person("greta", country="DE", totp_secret=None))


def test_a_wallet_pays_at_once(order: Order, webhooks: Webhooks, fakestripe: FakeStripe) -> None:
    assert HostedPage(order.checkout_url).pay_by("paypal").status_code == 303
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    assert cash("EUR") == provider_cash(fakestripe, "eur") != 0


@pytest.mark.parametrize(
    ("answer", "code"),
    [("cancel", "payment_method_customer_decline"), ("refuse", "payment_method_provider_decline")],
)
def test_a_wallet_that_does_not_pay_leaves_the_order_payable(
    order: Order, webhooks: Webhooks, answer: str, code: str
) -> None:
    page = HostedPage(order.checkout_url)
    page.pay_by("ideal", answer=answer)
    webhooks.deliver_all()
    assert (now_of(order), order.decline_code) == (("declined", 0), code)
    page.pay()
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)


def test_a_debit_waits_for_the_bank_and_then_becomes_coins(
    order: Order, webhooks: Webhooks, fakestripe: FakeStripe, clock: Clock
) -> None:
    HostedPage(order.checkout_url).pay_by("sepa_debit")
    webhooks.deliver_all()
    assert (now_of(order), order.is_bank_checking) == (("awaiting_payment", 0), True)
    clock.advance(days=3)
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    assert kinds(order) == ["created", "checkout_opened", "bank_checking", "paid", "credited", "fee_booked"]
    assert cash("EUR") == provider_cash(fakestripe, "eur")


def test_a_debit_that_fails_ends_the_order_without_coins(
    order: Order, webhooks: Webhooks, fakestripe: FakeStripe, clock: Clock
) -> None:
    HostedPage(order.checkout_url).pay_by("sepa_debit", iban=IBAN_REFUSED)
    webhooks.deliver_all()
    clock.advance(days=3)
    webhooks.deliver_all()
    assert (now_of(order), order.decline_code) == (("expired", 0), "debit_not_authorized")
    assert cash("EUR") == provider_cash(fakestripe, "eur") == 0


def test_a_voucher_that_nobody_pays_ends_the_order(order: Order, webhooks: Webhooks, clock: Clock) -> None:
    HostedPage(order.checkout_url).pay_by("multibanco", outcome="unpaid")
    webhooks.deliver_all()
    assert now_of(order) == ("awaiting_payment", 0)
    clock.advance(days=7)
    webhooks.deliver_all()
    assert (now_of(order), order.decline_code) == (("expired", 0), "payment_intent_payment_attempt_expired")


def mirror_everything() -> set[str]:
    """Feed every event to dj-stripe's mirror, and answer what went wrong."""
    for event_pk in InboxEvent.objects.order_by("pk").values_list("pk", flat=True):
        mirror.feed(event_pk=event_pk)
    return set(InboxEvent.objects.exclude(mirror_error="").values_list("mirror_error", flat=True))


@pytest.mark.parametrize("method", ["paypal", "bancontact", "sepa_debit", "multibanco"])
def test_the_mirror_takes_every_way_to_pay(
    order: Order, webhooks: Webhooks, clock: Clock, method: str
) -> None:
    HostedPage(order.checkout_url).pay_by(method)
    clock.advance(days=3)
    webhooks.deliver_all()
    assert (mirror_everything(), now_of(order)) == (set(), ("credited", 700))
    assert Charge.objects.get().stripe_data["payment_method_details"]["type"] == method


def test_the_mirror_takes_what_happens_to_kept_cards(webhooks: Webhooks) -> None:
    stripe = stripe_client().v1
    customer = stripe.customers.create({"email": "alice@example.com"}).id
    portal = stripe.billing_portal.sessions.create({"customer": customer}).url
    card = {"card_number": CARD_OK, "exp": "12/40", "cvc": "123"}
    httpx.post(portal, data=card | {"do": "add"}, timeout=20)
    (kept,) = stripe.payment_methods.list({"customer": customer}).data
    for action in ("default", "remove"):
        httpx.post(portal, data={"do": f"{action}:{kept.id}"}, timeout=20)
    webhooks.deliver_all()
    assert InboxEvent.objects.filter(type="payment_method.detached").exists()
    assert mirror_everything() == set()
    assert PaymentMethod.objects.get().stripe_data["customer"] is None
