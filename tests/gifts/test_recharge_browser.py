"""Recharging from the gift panel, and the budgets page, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import User
from gifts.models import Gift, SentGift
from ledger import books
from live.models import Room
from tests.fixtures.browser import Walk
from tests.fixtures.wallet import CARD_OK
from wallet.models import Order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def american(person: Callable[..., User]) -> User:
    """Ana buys in the default storefront: US dollars, no tax."""
    return person("ana", country="US", totp_secret=None)


def pay(page: Page) -> None:
    page.fill("#card_number", CARD_OK)
    page.fill("#exp", "12 / 40")
    page.fill("#cvc", "123")
    page.click("button[type=submit]")


def test_a_fan_without_coins_picks_a_gift_recharges_and_sends_it(
    walk: Walk, american: User, room: Room, gift: Callable[[str, int], Gift]
) -> None:
    gift("lamp", 40)
    page = walk(american, f"/live/{room.pk}/")
    page.set_viewport_size(PHONE)
    page.locator("[data-gift-open]").click()
    page.locator("[data-slug='test-lamp']").check(force=True)
    page.get_by_label("×10").check(force=True)
    page.locator("#gift-send").press("Enter")

    sheet = page.locator("[data-recharge-sheet]")
    expect(sheet.locator("h2")).to_have_text("400 coins more")
    expect(sheet.locator("input[name=package]:checked")).to_have_value("coins-700")
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    page.locator("#gift-send").press("Enter")
    expect(sheet.locator("[data-recharge-price]")).to_have_text("Pay $8.95")
    expect(sheet.locator("input[name=package]:checked")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Choose how to pay")
    page.get_by_role("link", name="Back").first.click()  # thought better of it
    expect(page.locator("[data-answer]")).to_contain_text("Nothing was charged")
    expect(page.locator("[data-slug='test-lamp']")).to_be_checked()
    page.locator("#gift-send").press("Enter")
    sheet.locator("[data-recharge-pay]").click()
    pay(page)

    expect(page.locator("[data-answer]")).to_contain_text(
        "700 coins are yours. What you had chosen is still here."
    )
    expect(page.locator("[data-slug='test-lamp']")).to_be_checked()
    expect(page.get_by_label("×10")).to_be_checked()
    expect(page.locator("#gift-send")).to_be_focused()
    assert page.url.endswith(f"/live/{room.pk}/")
    page.keyboard.press("Enter")
    expect(page.locator("[data-answer]")).to_contain_text("Sent: Lamp ×10")
    assert SentGift.objects.get().coins == 400
    assert books.balance(american.ledger_id, "coins", "COIN") == 300
    assert set(Order.objects.values_list("return_to", flat=True)) == {
        f"/live/{room.pk}/?gift=test-lamp&quantity=10"
    }


def test_a_budget_is_set_raised_and_taken_back_and_shows_in_the_panel(
    walk: Walk, american: User, room: Room, rose: Gift, fund: Any
) -> None:
    fund(american, 100)
    page = walk(american, "/settings/budgets/")
    week = page.locator(".budget", has_text="A week")
    week.locator("input[type=number]").fill("30")
    week.get_by_role("button", name="Save").click()
    expect(page.locator(".toast, .messages").first).to_contain_text("It counts from now on")
    week.locator("input[type=number]").fill("50")
    week.get_by_role("button", name="Save").click()
    expect(week).to_contain_text("50 coins from")
    expect(week.locator(".meter-words")).to_contain_text("0 of 30 coins")
    week.get_by_role("button", name="Take back").click()
    expect(week.locator(".budget-pending")).to_have_count(0)

    page.goto(page.url.replace("/settings/budgets/", f"/live/{room.pk}/"))
    expect(page.locator("[data-budget]")).to_contain_text("Budget this week: 30 of 30 coins left")
    page.locator("[data-slug='test-rose']").check(force=True)
    page.locator("#gift-send").click()
    expect(page.locator("[data-budget-left]")).to_have_text("20")
    page.get_by_label("×10").check(force=True)
    page.locator("#gift-send").click()
    expect(page.locator("[data-answer]")).to_contain_text("Your budget is 30 coins a week")
    assert SentGift.objects.count() == 1
