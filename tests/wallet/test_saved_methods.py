"""What people save at the provider: kept on one Customer of theirs, offered again, managed on its own pages."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts import hooks
from accounts.models import User
from ground import clock as business_clock
from provider.client import stripe_client
from provider.models import OperatorAlert, ProviderCall
from tests.fixtures.races import run_race
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import CARD_OK, HostedPage, Webhooks
from tests.wallet.conftest import buy, now_of
from wallet import personal
from wallet.errors import PaymentMethodsUnavailable
from wallet.models import ProviderCustomer, Storefront
from wallet.services import customers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]
CARD = {"card_number": CARD_OK, "exp": "12 / 40", "cvc": "123"}


def customer_of(user: User) -> str:
    return customers.customer_of(user=user, now=business_clock.now())


def save_a_card(user: User) -> str:
    """Pay once, and tick the box that keeps the card; answers the Customer."""
    HostedPage(buy(user).checkout_url).pay_by("card", save="on", **CARD)
    return ProviderCustomer.objects.get(user=user).customer_id or ""


def known_customers() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = stripe_client().v1.customers.list({"limit": 100}).to_dict()["data"]
    return listed


def test_a_first_recharge_makes_a_customer_and_the_next_one_uses_it(american: User) -> None:
    assert american.email
    first, second = buy(american), buy(american)
    (customer,) = known_customers()
    assert (customer["email"], customer["metadata"]) == (american.email, {"person": str(american.ledger_id)})
    for order in (first, second):
        assert order.session_id is not None
        session = stripe_client().v1.checkout.sessions.retrieve(order.session_id).to_dict()
        assert session["customer"] == customer["id"]
    assert ProviderCall.objects.filter(purpose="customer").count() == 1


def test_a_saved_card_is_shown_and_offered_again(
    american: User, as_user: Callable[[User], APIClient]
) -> None:
    save_a_card(american)
    answer = as_user(american).get("/api/v1/me/payment-methods/").json()
    assert answer == {"methods": [{"kind": "card", "name": "Visa", "last4": "4242", "expires": "12/40"}]}
    assert "4242" in httpx.get(buy(american).checkout_url, timeout=20).text


def test_the_page_leads_to_the_providers_and_back(american: User, page_as: Callable[[User], Client]) -> None:
    save_a_card(american)
    page = page_as(american)
    shown = page.get("/settings/payment-methods/").content.decode()
    assert "Visa" in shown
    assert "ending in 4242" in shown
    answer = page.post("/settings/payment-methods/")
    assert answer.status_code == 303
    portal = httpx.get(answer.headers["Location"], timeout=20)
    assert portal.status_code == 200
    assert "/settings/payment-methods/?back=1" in portal.text
    assert "Welcome back" in page.get("/settings/payment-methods/?back=1").content.decode()


def test_the_api_opens_a_visit_of_ones_own(
    american: User, stranger: User, as_user: Callable[[User], APIClient], client: Client
) -> None:
    urls = [
        as_user(who).post("/api/v1/me/payment-methods/portal/").json()["url"] for who in (american, stranger)
    ]
    assert len(set(urls)) == len(known_customers()) == 2
    for method, path in (("get", ""), ("post", "portal/")):
        assert getattr(client, method)(f"/api/v1/me/payment-methods/{path}").status_code in (401, 403)
    assert client.get("/settings/payment-methods/").status_code == 302


def test_without_anything_saved_nobody_is_asked(american: User, page_as: Callable[[User], Client]) -> None:
    assert "Nothing is saved." in page_as(american).get("/settings/payment-methods/").content.decode()
    assert known_customers() == []


def test_a_silent_provider_is_said_and_nothing_is_lost(
    american: User,
    fakestripe: FakeStripe,
    page_as: Callable[[User], Client],
    as_user: Callable[[User], APIClient],
) -> None:
    page = page_as(american)
    fakestripe.control("faults", {"kind": "503", "path": "/v1/customers", "count": 3})
    answer = page.post("/settings/payment-methods/", follow=True)
    assert "The payment provider does not answer just now." in answer.content.decode()
    save_a_card(american)
    fakestripe.control("faults", {"kind": "503", "path": "/v1/customers/*/payment_methods", "count": 6})
    assert "does not answer" in page.get("/settings/payment-methods/").content.decode()
    over_api = as_user(american).get("/api/v1/me/payment-methods/")
    assert (over_api.status_code, over_api.json()["code"]) == (503, "payment_methods_unavailable")
    assert len(known_customers()) == 1


def test_an_order_waits_while_the_provider_makes_no_customer(american: User, fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "503", "path": "/v1/customers", "count": 3})
    order = buy(american, key="once")
    assert (order.state, order.session_id) == ("awaiting_payment", None)
    assert buy(american, key="once").checkout_url
    assert len(known_customers()) == 1


def test_a_lost_answer_makes_no_second_customer(american: User, fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "done_but_answer_lost", "path": "/v1/customers", "count": 3})
    buy(american)
    customer_of(american)
    assert len(known_customers()) == 1


def test_many_at_once_make_one_customer(american: User) -> None:
    run_race(6, lambda: _or_silence(american))
    assert len(known_customers()) == 1
    assert customer_of(american) == known_customers()[0]["id"]


def _or_silence(user: User) -> None:
    with suppress(PaymentMethodsUnavailable):  # the same key is in use by a neighbour
        customers.open_portal(user=user, now=business_clock.now())


def test_a_customer_that_somebody_deleted_is_made_anew(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    stripe_client().v1.customers.delete(customer_of(american))
    order = buy(american)
    pay(order)
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    stripe_client().v1.customers.delete(customer_of(american))
    assert customers.open_portal(user=american, now=business_clock.now())
    assert customers.saved_methods(user=american) == []
    assert ProviderCustomer.objects.get().generation == 2
    assert OperatorAlert.objects.count() == 0


def test_another_address_is_told_to_the_provider_once(american: User) -> None:
    made = customer_of(american)
    for email in ("new@example.com", "old@example.com", "new@example.com"):
        american.email = email
        american.save(update_fields=["email"])
        assert [customer_of(american), customer_of(american)] == [made, made]
        assert known_customers()[0]["email"] == email
    assert ProviderCall.objects.filter(purpose="customer details").count() == 3


def test_where_the_provider_finds_the_tax_it_may_keep_the_address(american: User) -> None:
    Storefront.objects.update(is_tax_automatic=True)
    assert buy(american).checkout_url


def test_export_and_erasing_know_the_customer(american: User) -> None:
    customer_id = save_a_card(american)
    parts = {part.name: list(part.rows) for part in personal.export(american)}
    assert parts["payment-customer"][0]["provider_customer"] == customer_id
    told = {one for ids in hooks.provider_ids.call_all(american) for one in ids}
    assert customer_id in told  # the closing deletes it at the provider by this id
