"""A recharge as a person does it, in a real browser."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.fixtures.accounts import token_of
from tests.fixtures.wallet import CARD_OK, CARD_POOR

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


@pytest.fixture
def shopper(browser: Browser, site: str, american: User) -> Iterator[Page]:
    """Ana's browser, signed in, on the recharge page."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": token_of(american), "url": site}])
    page = context.new_page()
    page.goto(f"{site}/balance/")
    yield page
    context.close()


def pay_by(page: Page, card: str) -> None:
    page.fill("#card_number", card)
    page.fill("#exp", "12 / 40")
    page.fill("#cvc", "123")
    page.click("button[type=submit]")


def test_a_package_is_chosen_paid_and_there(shopper: Page) -> None:
    shopper.locator("input[value=coins-7000]").check(force=True)
    expect(shopper.locator("[data-sum-total]")).to_have_text("$86.99")
    expect(shopper.locator("[data-sum-creator]")).to_have_text("$45.15")
    shopper.get_by_role("button", name="Continue to payment").click()
    expect(shopper.locator("h1")).to_have_text("Choose how to pay")
    pay_by(shopper, CARD_OK)
    expect(shopper.locator("h1")).to_have_text("7,000 coins are yours")
    expect(shopper.locator("[data-balance]")).to_have_text("7,000")


def test_a_declined_card_is_tried_again_on_the_same_page(shopper: Page) -> None:
    shopper.get_by_role("button", name="Continue to payment").click()
    pay_by(shopper, CARD_POOR)
    expect(shopper.get_by_role("alert")).to_contain_text("insufficient funds")
    pay_by(shopper, CARD_OK)
    expect(shopper.locator("h1")).to_have_text("700 coins are yours")


def test_an_exact_amount_is_priced_while_it_is_typed(shopper: Page) -> None:
    shopper.locator("input[value=custom]").check(force=True)
    shopper.fill("#coins", "123")
    expect(shopper.locator("[data-sum-total]")).to_have_text("$1.59")
    shopper.get_by_role("button", name="Continue to payment").click()
    expect(shopper.locator(".total")).to_contain_text("1.59")
