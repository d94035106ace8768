"""The room in a real browser: a gift sent on one page is seen on another, and money is never sent by accident."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from gifts.models import Gift, GiftPrice, SentGift
from ground import clock
from live import services
from live.models import Room
from tests.fixtures.accounts import token_of
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_MS = 20_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def room_as(browser: Browser, site: str, room: Room) -> Any:
    """Open the room in a new browser as a person (None: as anybody)."""
    contexts = []

    def opened(person: User | None, **options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if person is not None:
            value = token_of(person)
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        page = context.new_page()
        page.goto(f"{site}/live/{room.pk}/")
        return page

    yield opened
    for context in contexts:
        context.close()


def choose(page: Page, slug: str) -> None:
    page.locator(f"[data-slug='test-{slug}']").check(force=True)


def test_a_gift_sent_on_one_page_is_seen_on_another(
    room_as: Any, fan: User, creator: User, rose: Gift, fund: Fund
) -> None:
    fund(fan, 200)
    watching, sending = room_as(creator), room_as(fan)

    choose(sending, "rose")
    sending.get_by_label("×10").check(force=True)
    expect(sending.locator("[data-offer]")).to_have_text("100 coins, worth $1.29")
    expect(sending.locator("[data-split]")).to_contain_text("Bob gets 100 diamonds, $0.645")
    sending.locator("#gift-send").click()

    expect(sending.locator("[data-answer]")).to_contain_text("Sent: Rose ×10", timeout=PATIENCE_MS)
    expect(sending.locator(".gift-balance [data-balance]")).to_have_text("100")
    expect(watching.locator(".gift-play .gift-words")).to_have_text(
        "Alice sent Rose ×10", timeout=PATIENCE_MS
    )
    expect(watching.locator("[data-feed] .line.gave")).to_contain_text("Alice sent Rose ×10")
    expect(watching.locator("[data-ticker] .tick").first).to_contain_text("Alice")
    assert SentGift.objects.get().coins == 100


def test_pressing_twice_sends_once(room_as: Any, fan: User, rose: Gift, fund: Fund) -> None:
    fund(fan, 200)
    page = room_as(fan)
    choose(page, "rose")

    page.locator("#gift-send").dblclick()

    expect(page.locator("[data-answer]")).to_contain_text("Sent: Rose.", timeout=PATIENCE_MS)
    assert SentGift.objects.count() == 1


def test_a_lost_answer_is_asked_for_again_under_the_same_key(
    room_as: Any, fan: User, rose: Gift, fund: Fund
) -> None:
    fund(fan, 200)
    page = room_as(fan)
    keys: list[str] = []

    def lose_the_first(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # the server settles it, and nobody hears of it
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/rooms/*/gifts/", lose_the_first)
    choose(page, "rose")
    page.locator("#gift-send").click()

    expect(page.locator("[data-answer]")).to_contain_text("Sent: Rose.", timeout=PATIENCE_MS)
    assert (len(keys), len(set(keys)), SentGift.objects.count()) == (2, 1, 1)


def test_too_few_coins_lead_to_the_recharge(room_as: Any, fan: User, rose: Gift, fund: Fund) -> None:
    fund(fan, 4)
    page = room_as(fan)
    choose(page, "rose")

    page.locator("#gift-send").click()

    sheet = page.locator("[data-recharge-sheet]")
    expect(sheet.locator("h2")).to_have_text("6 coins more", timeout=PATIENCE_MS)
    expect(sheet.locator("input[name=package]:checked")).to_have_value("coins-70")
    assert not SentGift.objects.exists()


def test_a_new_price_is_shown_before_it_is_paid(room_as: Any, fan: User, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    page = room_as(fan)
    choose(page, "rose")
    GiftPrice.objects.create(gift=rose, coins=12, starts_at=clock.now() - timedelta(seconds=1))

    page.locator("#gift-send").click()
    expect(page.locator("[data-answer]")).to_contain_text("The price has changed", timeout=PATIENCE_MS)
    expect(page.locator("[data-offer]")).to_have_text("12 coins, worth $0.1548")
    nothing_yet = SentGift.objects.count()
    page.locator("#gift-send").click()

    expect(page.locator("[data-answer]")).to_contain_text("Sent: Rose.", timeout=PATIENCE_MS)
    assert (nothing_yet, SentGift.objects.get().coins) == (0, 12)


def test_a_large_gift_waits_and_can_be_undone(
    room_as: Any, fan: User, gift: Callable[[str, int], Gift], fund: Fund
) -> None:
    fund(fan, 3000)
    gift("crown", 1001)
    page = room_as(fan)
    choose(page, "crown")

    page.locator("#gift-send").click()
    expect(page.locator("[data-wait]")).to_contain_text("Nothing has been sent yet")
    page.locator("[data-undo]").click()
    expect(page.locator("[data-wait]")).to_be_hidden()
    page.wait_for_timeout(5500)
    undone = SentGift.objects.count()
    page.locator("#gift-send").click()

    expect(page.locator("[data-answer]")).to_contain_text("Sent: Crown.", timeout=PATIENCE_MS)
    assert (undone, SentGift.objects.count()) == (0, 1)


def test_a_gift_by_keyboard_alone(room_as: Any, fan: User, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    page = room_as(fan)

    page.locator("[name=choice]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.locator("[data-answer]")).to_contain_text("Sent:", timeout=PATIENCE_MS)
    assert SentGift.objects.count() == 1


def test_a_gift_on_a_phone_closes_the_sheet_to_show_the_stage(
    room_as: Any, fan: User, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    page = room_as(fan, **PHONE)
    page.locator("[data-gift-open]").click()
    choose(page, "rose")

    page.locator("#gift-send").click()

    expect(page.locator("[data-answer]")).to_contain_text("Sent: Rose.", timeout=PATIENCE_MS)
    expect(page.locator("#gift-form")).to_be_hidden()
    expect(page.locator(".gift-play")).to_be_attached()


def test_chat_arrives_as_text_and_the_end_is_told(
    room_as: Any, fan: User, creator: User, room: Room, rose: Gift
) -> None:
    User.objects.filter(pk=fan.pk).update(display_name="<i>Alice</i>")
    watching, speaking = room_as(None), room_as(fan)
    speaking.locator("#say-text").fill("<img src=x onerror=document.title='hacked'>")
    speaking.keyboard.press("Enter")

    line = watching.locator("[data-feed] .line.said").last
    expect(line).to_contain_text("<img src=x onerror", timeout=PATIENCE_MS)
    expect(line.locator(".who")).to_have_text("<i>Alice</i>")
    assert watching.title() != "hacked"
    services.end_room(room_id=room.pk, creator=creator, now=clock.now())
    expect(watching.locator("[data-ended]")).to_be_visible(timeout=PATIENCE_MS)
    expect(speaking.locator("#say-text")).to_be_disabled()
