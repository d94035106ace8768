"""Paying, and what goes wrong on the way, in a real browser on one site: each journey has a person of its own."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from accounts.models import User
from ground import clock as business_clock
from tests.fixtures.accounts import token_of
from tests.fixtures.time import Clock
from tests.fixtures.wallet import CARD_3DS, CARD_OK, CARD_POOR, IBAN_OK
from tests.wallet.conftest import coins
from tests.wallet.refunds_stage import allow_withdrawal
from wallet.models import Order, Refund
from wallet.services import sweep

PATIENCE_MS = 20_000
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


@dataclass
class Shopper:
    """A person with a browser of their own."""

    person: User
    site: str
    context: BrowserContext

    def tab(self, path: str = "/balance/") -> Page:
        page = self.context.new_page()
        page.goto(self.site + path)
        return page

    def checkout(self) -> Page:
        """The provider's payment page of a new recharge."""
        page = self.tab()
        page.get_by_role("button", name="Continue to payment").click()
        expect(page.locator("h1")).to_have_text("Choose how to pay")
        return page

    def order(self) -> Order:
        return Order.objects.get(user=self.person)


@pytest.fixture
def shopper(browser: Browser, site: str, person: Callable[..., User]) -> Iterator[Callable[..., Shopper]]:
    """`shopper("ana")`: signed in, in the default storefront unless `country` says otherwise."""
    contexts: list[BrowserContext] = []

    def make(handle: str, country: str = "US") -> Shopper:
        made, context = person(handle, country=country, totp_secret=None), browser.new_context()
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": token_of(made), "url": site}])
        contexts.append(context)
        return Shopper(made, site, context)

    yield make
    for context in contexts:
        context.close()


def type_card(page: Page, card: str) -> None:
    page.fill("#card_number", card)
    page.fill("#exp", "12 / 40")
    page.fill("#cvc", "123")


def pay(page: Page, card: str = CARD_OK) -> None:
    type_card(page, card)
    pay_button(page).click()


def pay_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Pay "))


def pay_by(page: Page, method: str) -> None:
    page.locator(f"#method-{method}").check(force=True)
    if method == "sepa_debit":
        page.fill("#iban", IBAN_OK)
        page.fill("#name", "Ivo")
    pay_button(page).click()


def arrived(page: Page, coins_words: str = "700") -> None:
    expect(page.locator("h1")).to_have_text(f"{coins_words} coins are yours")


# One site serves them all: starting it takes longer than a journey.
def test_every_way_through_the_payment_page(shopper: Callable[..., Shopper], clock: Clock) -> None:
    _by_card_then_back_for_a_part(shopper("ana"))
    _declined_then_paid(shopper("ben"))
    _confirmed_with_the_bank(shopper("cleo"))
    _refused_at_the_bank_then_paid(shopper("dina"))
    _the_tab_closed_before_coming_back(shopper("emil"))
    _a_double_click_on_pay(shopper("fay"))
    _two_tabs_of_one_order(shopper("gus"))
    _by_paypal(shopper("hana", country="DE"))
    _by_a_slow_bank(shopper("ivo", country="DE"), clock)


def _by_card_then_back_for_a_part(buyer: Shopper) -> None:
    allow_withdrawal()
    page = buyer.checkout()
    pay(page)
    arrived(page)
    page.get_by_role("link", name="Give coins back").click()
    page.get_by_label("Coins to give back").fill("350")
    page.get_by_role("button", name="Show what I get").click()
    expect(page.locator(".refund-sum")).to_have_text("$4.47")
    page.get_by_role("button", name="Give back and refund").dblclick()
    arrived(page, "350")
    expect(page.locator("#refunds")).to_contain_text("Paid back")
    assert Refund.objects.filter(order__user=buyer.person).count() == 1
    assert coins(buyer.person) == 350


def _declined_then_paid(buyer: Shopper) -> None:
    page = buyer.checkout()
    pay(page, CARD_POOR)
    expect(page.get_by_role("alert")).to_contain_text("insufficient funds")
    told = buyer.tab(f"/orders/{buyer.order().pk}/")
    told.get_by_role("button", name="Where are my coins?").click()
    expect(told.locator("h1")).to_have_text("Your bank says there is not enough money on this card.")
    expect(told.locator("main")).to_contain_text("No money was taken.")
    pay(page)
    arrived(page)


def _confirmed_with_the_bank(buyer: Shopper) -> None:
    page = buyer.checkout()
    pay(page, CARD_3DS)
    page.locator("button[value=approve]").click()
    arrived(page)


def _refused_at_the_bank_then_paid(buyer: Shopper) -> None:
    page = buyer.checkout()
    pay(page, CARD_3DS)
    page.locator("button[value=fail]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert coins(buyer.person) == 0
    pay(page)
    arrived(page)


def _the_tab_closed_before_coming_back(buyer: Shopper) -> None:
    page, paid = buyer.checkout(), []
    type_card(page, CARD_OK)

    def pays_and_is_gone(route: Route) -> None:
        paid.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route("**/c/pay/**", pays_and_is_gone)
    with page.expect_event("requestfailed"):
        pay_button(page).click()
    assert paid == [303]
    page.close()
    assert coins(buyer.person) == 0
    sweep.check_order(order_id=buyer.order().pk, now=buyer.order().next_check_at)
    arrived(buyer.tab(f"/orders/{buyer.order().pk}/"))


def _a_double_click_on_pay(buyer: Shopper) -> None:
    page = buyer.tab()
    page.get_by_role("button", name="Continue to payment").dblclick()
    expect(page.locator("h1")).to_have_text("Choose how to pay")
    type_card(page, CARD_OK)
    pay_button(page).dblclick()
    arrived(page)
    assert (Order.objects.filter(user=buyer.person).count(), coins(buyer.person)) == (1, 700)


def _two_tabs_of_one_order(buyer: Shopper) -> None:
    first, second = buyer.checkout(), buyer.context.new_page()
    second.goto(first.url)
    type_card(second, CARD_OK)
    pay(first)
    arrived(first)
    pay_button(second).click()
    expect(pay_button(second)).to_have_count(0)
    second.goto(f"{buyer.site}/orders/{buyer.order().pk}/")
    arrived(second)
    assert coins(buyer.person) == 700


def _by_paypal(buyer: Shopper) -> None:
    page = buyer.checkout()
    pay_by(page, "paypal")
    page.locator("button[value=authorise]").click()
    arrived(page)


def _by_a_slow_bank(buyer: Shopper, clock: Clock) -> None:
    page = buyer.checkout()
    pay_by(page, "sepa_debit")
    expect(page.locator("h1")).to_have_text("Your bank is checking the payment")
    clock.advance(days=8)
    sweep.check_order(order_id=buyer.order().pk, now=business_clock.now())
    page.get_by_role("button", name="Where are my coins?").click()
    arrived(page)
