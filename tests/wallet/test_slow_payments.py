"""Methods that take days: nothing is credited before the money is there, and the buyer is told at every turn."""

import pytest

from accounts.models import OwedMail, User
from ground import clock as business_clock
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import HostedPage, Webhooks
from tests.wallet.conftest import buy, kinds, now_of
from tests.wallet.refunds_stage import allow_withdrawal, ask, both_agree
from wallet import services
from wallet.models import Order
from wallet.pages import standing
from wallet.services import sweep
from wallet.services.steps import Source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def waiting(fan: User, webhooks: Webhooks, outcome: str) -> Order:
    """An order whose buyer is done and whose bank is not."""
    order = buy(fan)
    HostedPage(order.checkout_url).pay_by("multibanco", outcome=outcome)
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert now_of(order) == ("awaiting_payment", 0)
    return order


def mails() -> list[str]:
    return list(OwedMail.objects.order_by("pk").values_list("kind", flat=True))


def test_a_slow_payment_waits_with_a_mail_and_arrives(
    fan: User, clock: Clock, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = waiting(fan, webhooks, "paid")
    assert (order.is_bank_checking, mails()) == (True, ["order_waiting"])
    assert standing(order).headline == "Your bank is checking the payment"
    clock.advance(days=8)
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert (now_of(order), order.is_bank_checking) == (("credited", 700), False)
    assert kinds(order).count("credited") == 1
    both_agree(fakestripe, "EUR")


def test_a_slow_payment_that_fails_says_why_and_that_nothing_was_taken(
    fan: User, clock: Clock, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = waiting(fan, webhooks, "unpaid")
    clock.advance(days=20)
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert now_of(order) == ("expired", 0)
    assert mails() == ["order_waiting", "order_payment_failed"]
    assert "No money was taken." in standing(order).words
    both_agree(fakestripe, "EUR")


def test_a_slow_payment_whose_events_are_all_lost_is_found_by_the_sweep(
    fan: User, clock: Clock, fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    HostedPage(order.checkout_url).pay_by("multibanco", outcome="paid")
    clock.advance(days=8)
    sweep.check_order(order_id=order.pk, now=business_clock.now())
    assert now_of(order) == ("credited", 700)
    both_agree(fakestripe, "EUR")


def test_paypal_pays_and_is_refunded_like_any_other(fan: User, fakestripe: FakeStripe) -> None:
    allow_withdrawal()
    order = buy(fan)
    HostedPage(order.checkout_url).pay_by("paypal")
    services.fulfil(session_id=str(order.session_id), source=Source.LANDING, now=business_clock.now())
    assert now_of(order) == ("credited", 700)
    assert ask(order).state in ("succeeded", "pending")
    assert now_of(order)[1] == 0
    both_agree(fakestripe, "EUR")
