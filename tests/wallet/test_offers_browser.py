"""A recharge with a code and with a bonus, as a person does it."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from ground import clock
from tests.fixtures.browser import Walk
from tests.fixtures.wallet import CARD_OK
from tests.wallet.offer_stage import first_recharge, offer
from wallet.services.coupons import make_code

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def pay(page: Page) -> None:
    page.get_by_role("button", name="Continue to payment").click()
    page.fill("#card_number", CARD_OK)
    page.fill("#exp", "12 / 40")
    page.fill("#cvc", "123")
    page.click("button[type=submit]")


def test_a_welcome_bonus_and_then_a_code_are_seen_paid_and_in_the_balance(walk: Walk, american: User) -> None:
    first_recharge(slug=f"welcome-{uuid4().hex[:6]}")
    make_code(offer=offer(way="coupon", basis_points=2000, name="Encore"), code="ENCORE", now=clock.now())
    page = walk(american, "/balance/")
    expect(page.locator(".tile", has=page.locator("input[value=coins-70]"))).to_contain_text("+100 bonus")
    expect(page.locator("[data-sum-bonus]")).to_have_text("+100 coins")
    expect(page.locator("[data-sum-total]")).to_have_text("$8.95")
    pay(page)
    expect(page.locator("[data-balance]")).to_have_text("800")
    expect(page.locator("main")).to_contain_text("Welcome: 100 bonus coins")

    page.get_by_role("link", name="Balance").first.click()
    page.get_by_label("Coupon code").fill("wrong one")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#coupon-words")).to_contain_text("We do not know this code.")
    page.get_by_label("Coupon code").fill("enc-ore")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Encore: 20% off. It is in the prices.")).to_be_visible()
    expect(page.locator("[data-sum-total]")).to_have_text("$7.16")
    page.locator("input[value=custom]").check(force=True)
    page.fill("#coins", "1000")
    expect(page.locator("[data-sum-total]")).to_have_text("$10.32")
    page.locator("input[value=coins-700]").check(force=True)
    expect(page.locator("[data-sum-total]")).to_have_text("$7.16")
    pay(page)
    expect(page.locator("[data-balance]")).to_have_text("1,500")
    expect(page.locator("main")).to_contain_text("by the code ENCORE")
