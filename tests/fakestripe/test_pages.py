"""The pages in a real browser that runs no JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake
from tests.fakestripe.journeys import RETURN, new_session, retrieved

SHOP = "http://127.0.0.1:9/"  # where success, cancel and return addresses lead


@pytest.fixture
def shopper(browser: Browser) -> Iterator[Page]:
    """A telephone without JavaScript; the shop that it comes from is played by one word."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.route(f"{SHOP}**", lambda route: route.fulfill(body="the shop", content_type="text/html"))
    yield page
    context.close()


def type_card(page: Page, number: str = "4242424242424242") -> None:
    page.fill("#card_number", number)
    page.fill("#exp", "12/34")
    page.fill("#cvc", "123")


def test_a_wallet_is_cancelled_then_authorised(shopper: Page, api: V1Services) -> None:
    session = new_session(api, customer_email="fan@example.com")
    shopper.goto(str(session.url))
    shopper.check("#method-paypal")
    expect(shopper.locator("#card_number")).to_be_hidden()
    shopper.get_by_role("button", name="Pay $10.00").click()
    shopper.get_by_role("button", name="Cancel and go back").click()
    expect(shopper.get_by_role("alert")).to_contain_text("You cancelled the payment with PayPal")
    shopper.check("#method-paypal")
    shopper.get_by_role("button", name="Pay $10.00").click()
    shopper.get_by_role("button", name="Authorise").click()
    expect(shopper.locator("body")).to_have_text("the shop")
    assert retrieved(api, session).payment_status == "paid"


def test_a_voucher_is_shown_and_leads_back(shopper: Page, api: V1Services) -> None:
    session = new_session(api, currency="eur", customer_email="fan@example.com")
    shopper.goto(str(session.url))
    shopper.check("#method-multibanco")
    shopper.select_option("#outcome-multibanco", "unpaid")
    shopper.get_by_role("button", name="Pay €10.00").click()
    expect(shopper.locator("h1")).to_have_text("Pay €10.00 with Multibanco")
    shopper.get_by_role("link", name="Back to Ovation").click()
    expect(shopper.locator("body")).to_have_text("the shop")
    assert retrieved(api, session).payment_status == "unpaid"


def test_a_card_is_kept_offered_again_and_taken_away(fake: Fake, shopper: Page, api: V1Services) -> None:
    customer = api.customers.create({"email": "fan@example.com"}).id
    saving: Any = {"payment_method_save": "enabled", "payment_method_remove": "enabled"}
    shopper.goto(str(new_session(api, customer=customer, saved_payment_method_options=saving).url))
    type_card(shopper)
    shopper.check("[name=save]")
    shopper.get_by_role("button", name="Pay $10.00").last.click()
    expect(shopper.locator("body")).to_have_text("the shop")

    shopper.goto(str(new_session(api, customer=customer, saved_payment_method_options=saving).url))
    expect(shopper.get_by_text("Visa ending in 4242")).to_be_visible()
    shopper.locator("#name").press("Enter")  # pays; it does not press Remove, the first button that is seen
    expect(shopper.locator("body")).to_have_text("the shop")
    assert fake.balance() == (0, 2 * 941)

    portal = api.billing_portal.sessions.create({"customer": customer, "return_url": RETURN})
    shopper.goto(portal.url)
    shopper.get_by_role("button", name="Remove").click()
    expect(shopper.get_by_text("No card is kept")).to_be_visible()


def test_the_new_total_is_shown_before_the_tax_is_paid(shopper: Page, api: V1Services) -> None:
    taxed: Any = {"automatic_tax": {"enabled": True}, "customer_email": "fan@example.com"}
    session = new_session(api, currency="eur", tax_behavior="exclusive", **taxed)
    shopper.goto(str(session.url))
    shopper.select_option("#country", "DE")
    type_card(shopper)
    shopper.get_by_role("button", name="Pay €10.00").click()
    expect(shopper.get_by_role("status")).to_contain_text("The total has changed")
    shopper.fill("#cvc", "123")
    shopper.get_by_role("button", name="Pay €11.90").click()
    expect(shopper.locator("body")).to_have_text("the shop")
    assert retrieved(api, session).amount_total == 1_190


@pytest.mark.parametrize("currency", ["usd", "eur"])
def test_the_page_fits_a_telephone(shopper: Page, api: V1Services, currency: str) -> None:
    shopper.goto(str(new_session(api, currency=currency).url))
    box = shopper.locator("main").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True)
