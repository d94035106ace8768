"""The stand-in for Stripe Tax: prices with the tax inside or on top, by the buyer's country."""

from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from stripe._v1_services import V1Services

from fakestripe import tax
from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import new_session, pay, retrieved

TAXED: Any = {"automatic_tax": {"enabled": True}}


def amounts(session: stripe.checkout.Session) -> tuple[Any, ...]:
    """Answer subtotal, tax and total."""
    assert session.total_details is not None
    return session.amount_subtotal, session.total_details.amount_tax, session.amount_total


def test_tax_waits_for_the_buyers_country(api: V1Services) -> None:
    session = new_session(api, tax_behavior="exclusive", **TAXED)
    assert (session.automatic_tax.status, amounts(session)) == ("requires_location_inputs", (1_000, 0, 1_000))
    page = web.get(str(session.url)).text
    assert ('name="country"' in page, "depends on your country" in page) == (True, True)
    assert pay(session).status_code == 402


def test_tax_on_top_is_shown_before_it_is_paid(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="eur", tax_behavior="exclusive", **TAXED)
    first = pay(session, country="DE")
    assert (first.status_code, "Pay €11.90" in first.text) == (200, True)
    assert fake.control("journal")["rows"] == []
    assert pay(session, country="DE").status_code == 303
    after: Any = retrieved(api, session)
    assert (after.automatic_tax.status, amounts(after)) == ("complete", (1_000, 190, 1_190))
    assert (after.payment_intent.amount, after.customer_details.address.country) == (1_190, "DE")


def test_tax_inside_leaves_the_price_alone(api: V1Services) -> None:
    session = new_session(api, currency="eur", tax_behavior="inclusive", **TAXED)
    assert pay(session, country="DE").status_code == 303
    whole: Any = api.checkout.sessions.retrieve(
        session.id, {"expand": ["line_items", "total_details.breakdown"]}
    )
    assert amounts(whole) == (1_000, 160, 1_000)
    (item,), (told,) = whole.line_items.data, whole.total_details.breakdown.taxes
    assert (item.amount_tax, item.taxes[0].taxable_amount, told.rate["percentage"]) == (160, 840, 19.0)


def test_a_changed_country_changes_what_an_earlier_try_would_have_charged(api: V1Services) -> None:
    session = new_session(api, currency="eur", tax_behavior="exclusive", **TAXED)
    pay(session, country="DE")
    assert pay(session, "4000000000000002", country="DE").status_code == 402
    assert "Pay €12.30" in pay(session, country="PL").text
    assert pay(session, country="PL").status_code == 303
    intent: Any = retrieved(api, session).payment_intent
    assert (intent.amount, intent.latest_charge.amount) == (1_230, 1_230)


def test_a_customers_country_is_known_from_the_start(api: V1Services) -> None:
    customer = api.customers.create({"email": "a@example.com", "address": {"country": "FR"}}).id
    session = new_session(api, currency="eur", tax_behavior="inclusive", customer=customer, **TAXED)
    assert (session.automatic_tax.status, amounts(session)) == ("complete", (1_000, 167, 1_000))


def test_a_customer_without_an_address_must_be_allowed_one(api: V1Services) -> None:
    customer = api.customers.create({"email": "a@example.com"}).id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(api, customer=customer, **TAXED)
    assert refused.value.code == "customer_tax_location_invalid"
    session = new_session(api, customer=customer, customer_update={"address": "auto"}, **TAXED)
    pay(session, country="US")
    assert pay(session, country="US").status_code == 303
    address: Any = api.customers.retrieve(customer).address
    assert (address.country, amounts(retrieved(api, session))) == ("US", (1_000, 80, 1_080))


def test_an_unspecified_price_is_taxed_as_its_currency_is_used_to() -> None:
    assert (tax.is_inclusive("unspecified", "usd"), tax.is_inclusive("unspecified", "eur")) == (False, True)


@given(amount=st.integers(1, 10**8), country=st.sampled_from(sorted(tax.RATES)))
def test_tax_is_the_nearest_whole_minor_unit(amount: int, country: str) -> None:
    rate = tax.RATES[country]
    on_top = tax.tax_on(amount, rate, inclusive=False)
    inside = tax.tax_on(amount, rate, inclusive=True)
    assert abs(on_top * tax.WHOLE - amount * rate.basis_points) * 2 <= tax.WHOLE
    whole = tax.WHOLE + rate.basis_points
    assert abs(inside * whole - amount * rate.basis_points) * 2 <= whole
