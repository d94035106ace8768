"""The gift panel, sending without JavaScript, receipts and history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gifts.models import Gift, GiftPrice, SentGift
from gifts.money_words import exact_money, near_money
from gifts.services import send_gift
from gifts.split import split_of
from ground import clock
from ledger import books
from live.models import Room
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
Page = Callable[[User], Client]


def post(page: Client, room: Room, **fields: Any) -> Any:
    wish = {"choice": "test-rose:10", "quantity": "1", "key": "k"}
    return page.post(f"/live/{room.pk}/gifts/", wish | fields, follow=True)


def test_the_tray_shows_price_money_and_the_creators_part(client: Client, room: Room, rose: Gift) -> None:
    html = client.get(f"/live/{room.pk}/").content.decode()

    assert "Worth $0.129: Bob gets 10 diamonds, $0.0645; the platform keeps $0.0645." in html


def test_programs_read_numbers_without_separators(
    client: Client, room: Room, gift: Callable[[str, int], Gift]
) -> None:
    gift("crown", 1999)

    html = client.get(f"/live/{room.pk}/").content.decode()

    assert 'value="test-crown:1999"' in html
    assert 'data-coins="1999"' in html


def test_sending_without_javascript(page_as: Page, fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    page = page_as(fan)

    shown = post(page, room, quantity="10", choice="test-rose:10")
    post(page, room, quantity="10", choice="test-rose:10")

    assert f'<a href="/gifts/{SentGift.objects.get().pk}/">Receipt</a>' in shown.content.decode()
    assert books.balance(fan.ledger_id, "coins", books.COIN) == 0


def test_a_form_without_a_choice_sends_nothing(
    page_as: Page, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)

    shown = post(page_as(fan), room, choice="")

    assert "Choose a gift first. Nothing was sent" in shown.content.decode()
    assert SentGift.objects.count() == 0


def test_a_changed_price_is_said_and_not_charged(
    page_as: Page, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    GiftPrice.objects.create(gift=rose, coins=12, starts_at=clock.now() - timedelta(seconds=1))

    shown = post(page_as(fan), room)

    assert "The price has changed" in shown.content.decode()
    assert SentGift.objects.count() == 0


def test_a_large_gift_is_asked_about_first(
    page_as: Page, fan: User, room: Room, gift: Callable[[str, int], Gift], fund: Fund
) -> None:
    fund(fan, 2000)
    gift("crown", 1001)
    page = page_as(fan)

    asked = post(page, room, choice="test-crown:1001")
    nothing_yet = SentGift.objects.count()
    post(page, room, choice="test-crown:1001", confirmed="yes")

    assert "Nothing has been sent yet" in asked.content.decode()
    assert (nothing_yet, SentGift.objects.count()) == (0, 1)


@pytest.fixture
def sent(fan: User, room: Room, rose: Gift, fund: Fund) -> SentGift:
    fund(fan, 100)
    answer = send_gift(
        sender=fan, room_id=room.pk, gift=rose.slug, quantity=3, coins=30, key="k", now=clock.now()
    )
    return SentGift.objects.get(pk=answer.id)


@pytest.mark.parametrize("who", ["fan", "creator"])
def test_the_receipt_is_exact_for_both_sides(
    who: str, page_as: Page, sent: SentGift, request: pytest.FixtureRequest
) -> None:
    html = page_as(request.getfixturevalue(who)).get(f"/gifts/{sent.pk}/").content.decode()

    assert "$0.387" in html
    assert html.count("$0.1935") >= 2
    assert sent.matures_on.strftime("%Y-%m-%d") in html


def test_charlie_and_nobody_see_no_receipt(
    page_as: Page, stranger: User, client: Client, sent: SentGift
) -> None:
    assert page_as(stranger).get(f"/gifts/{sent.pk}/").status_code == 404
    assert client.get(f"/gifts/{sent.pk}/")["Location"].startswith("/accounts/login/")


def test_history_shows_ones_own(page_as: Page, fan: User, stranger: User, sent: SentGift) -> None:
    assert f"/gifts/{sent.pk}/" in page_as(fan).get("/gifts/").content.decode()
    assert f"/gifts/{sent.pk}/" not in page_as(stranger).get("/gifts/").content.decode()
    assert page_as(fan).get("/gifts/?before=junk").status_code == 200


@pytest.mark.parametrize(
    ("coins", "price", "creator", "platform"),
    [
        (1, "$0.0129", "$0.00645", "$0.00645"),
        (100, "$1.29", "$0.645", "$0.645"),
        (34_999, "$451.4871", "$225.74355", "$225.74355"),
    ],
)
def test_splits_are_exact(coins: int, price: str, creator: str, platform: str) -> None:
    split = split_of(
        coins=coins,
        diamond_units=coins * 100,
        coin_value_micro=12_900,
        diamond_value_micro=6_450,
        currency="USD",
    )

    assert split.creator_parts + split.platform_parts == split.price_parts
    shown = [
        exact_money(parts, "USD") for parts in (split.price_parts, split.creator_parts, split.platform_parts)
    ]
    assert shown == [price, creator, platform]


@pytest.mark.parametrize(
    ("parts", "words"),
    [(1_290_000, "≈ $0.01"), (6_450_000, "≈ $0.06"), (127_710_000, "≈ $1.28"), (129_000_000, "$1.29")],
)
def test_a_tile_says_when_its_money_is_only_near(parts: int, words: str) -> None:
    assert near_money(parts, "USD") == words


def test_a_gift_over_a_budget_is_said_in_words(
    page_as: Page, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    books.limit(fan.ledger_id, period="day", coins=5, zone="UTC", now=clock.now())

    shown = post(page_as(fan), room).content.decode()

    assert "Your budget is 5 coins a day, and 5 of them are left. Nothing was sent" in shown
    assert "Send a smaller gift, or wait: it begins anew on" in shown
    assert SentGift.objects.count() == 0
