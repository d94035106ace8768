"""Tax on what is sold: in the price, on top of it, or told by the provider; and where the books have it."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from ledger import books
from provider.client import stripe_client
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import CARD_OK, HostedPage, Webhooks, cash, provider_cash
from tests.wallet.conftest import buy, now_of
from wallet.models import Order, Storefront
from wallet.payments import mismatch
from wallet.services.fulfil import fulfil, look_up
from wallet.services.steps import Source
from wallet.taxes import what_is_sold

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


@pytest.fixture
def taxed(american: User) -> User:
    """Ana's storefront adds 8.25 %."""
    Storefront.objects.filter(code="us").update(tax_mode="exclusive", tax_basis_points=825)
    return american


def test_a_tax_on_top_is_a_line_of_its_own_and_is_owed(
    taxed: User, pay: Callable[..., httpx.Response]
) -> None:
    order = buy(taxed)
    assert (order.price_minor, order.tax_minor, order.gross_minor) == (895, 74, 969)
    assert order.session_id is not None
    lines = stripe_client().v1.checkout.sessions.line_items.list(order.session_id).to_dict()["data"]
    assert sorted((line["description"], line["amount_total"]) for line in lines) == [
        ("700 coins", 895),
        ("Sales tax (8.25%)", 74),
    ]
    pay(order)
    fulfil(session_id=order.session_id, source=Source.SWEEP, now=order.created_at)
    assert now_of(order) == ("credited", 700)
    totals = books.totals()
    assert totals[("tax.payable", "USD")] == 74
    assert totals[("provider.cash", "USD")] < 0


def test_what_an_order_froze_of_the_tax_outlasts_the_storefronts(taxed: User) -> None:
    order = buy(taxed)
    Storefront.objects.filter(code="us").update(tax_mode="inclusive", tax_basis_points=0, tax_name="GST")
    order.refresh_from_db()
    assert (order.tax_mode, order.tax_name, order.tax_basis_points) == ("exclusive", "Sales tax", 825)
    assert order.buyer_country == "US"


@pytest.mark.parametrize(
    ("mode", "points", "words"),
    [
        ("inclusive", 1900, "VAT of 19% is included in every price."),
        ("exclusive", 825, "VAT of 8.25% is added to these prices."),
    ],
)
def test_the_page_says_what_the_tax_does(
    american: User, page_as: Callable[[User], Client], mode: str, points: int, words: str
) -> None:
    Storefront.objects.filter(code="us").update(tax_mode=mode, tax_name="VAT", tax_basis_points=points)
    shown = page_as(american).get("/balance/").content.decode()
    assert words in shown
    assert f'data-tax="{points}" data-tax-mode="{mode}"' in shown


def pay_in(order: Order, country: str) -> None:
    """Pay by card; where the country's tax changes the total, the page shows it first and takes another press."""
    form = {"card_number": CARD_OK, "exp": "12 / 40", "cvc": "123", "country": country}
    if order.tax_mode == "exclusive":
        assert HostedPage(order.checkout_url).pay_by("card", **form).status_code == 200
    assert HostedPage(order.checkout_url).pay_by("card", **form).status_code == 303


@pytest.mark.parametrize(
    ("mode", "country", "price", "gross", "tax"),
    [("exclusive", "US", 895, 967, 72), ("inclusive", "DE", 895, 895, 143)],
)
def test_the_tax_that_the_provider_found_is_what_was_sold(
    american: User,
    webhooks: Webhooks,
    fakestripe: FakeStripe,
    mode: str,
    country: str,
    price: int,
    gross: int,
    tax: int,
) -> None:
    Storefront.objects.filter(code="us").update(tax_mode=mode, is_tax_automatic=True)
    order = buy(american)
    assert (order.gross_minor, order.tax_minor) == (price, 0)
    pay_in(order, country)
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    assert (order.price_minor, order.gross_minor, order.tax_minor) == (price, gross, tax)
    assert order.net_minor == gross - tax
    assert books.totals()[("tax.payable", "USD")] == tax
    assert cash() == provider_cash(fakestripe)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.update(tax_minor=0, net_minor=gross)


@pytest.mark.parametrize("mode", ["inclusive", "exclusive"])
def test_the_provider_is_asked_for_the_tax_where_the_storefront_says_so(american: User, mode: str) -> None:
    storefront = Storefront.objects.get(code="us")
    order = Order(storefront=storefront, coins=700, price_minor=895, gross_minor=895, currency="USD",
                  tax_mode=mode, is_tax_automatic=True)  # fmt: skip
    price = {
        "currency": "usd",
        "unit_amount": 895,
        "tax_behavior": mode,
        "product_data": {"name": "700 coins", "tax_code": "txcd_10000000"},
    }
    assert what_is_sold(order) == {
        "automatic_tax": {"enabled": True},
        "line_items": [{"quantity": 1, "price_data": price}],
    }


@pytest.mark.parametrize(
    ("mode", "subtotal", "tax", "total", "reason"),
    [
        ("exclusive", 895, 74, 969, ""),
        ("exclusive", 895, 0, 895, ""),
        ("exclusive", 895, 74, 895, "wrong_amount"),
        ("exclusive", 969, 74, 969, "wrong_amount"),
        ("exclusive", 1, 968, 969, "wrong_amount"),
        ("inclusive", 895, 143, 895, ""),
        ("inclusive", 895, 143, 1038, "wrong_amount"),
        ("inclusive", 752, 143, 895, "wrong_amount"),
    ],
)
def test_a_payment_with_the_providers_tax_must_fit_what_was_listed(
    american: User, fakestripe: FakeStripe, mode: str, subtotal: int, tax: int, total: int, reason: str
) -> None:
    order = buy(american)
    assert order.session_id is not None
    order.tax_mode, order.is_tax_automatic = mode, True
    paid = replace(look_up(order.session_id), subtotal_minor=subtotal, tax_minor=tax, amount_minor=total)
    assert mismatch(order, paid, livemode=False) == reason
