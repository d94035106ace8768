"""The wallet's pages: who may see them, what they say, what a press of a button does."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import CARD_POOR, Webhooks
from tests.wallet.conftest import buy, now_of
from wallet.models import Order
from wallet.pages import standing
from wallet.services import receipts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def words_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def start(page: Client, **fields: str) -> Any:
    return page.post("/balance/", {"key": str(uuid4()), "package": "coins-700"} | fields)


def test_the_recharge_page_shows_the_ladder_in_the_buyers_currency(
    fan: User, page_as: Callable[[User], Client]
) -> None:
    page = page_as(fan).get("/balance/")
    shown = words_of(page)
    assert page.status_code == 200
    assert "€9.85" in shown
    assert "€1.41 per 100" in shown
    assert shown.count('name="package"') == 8
    assert 'value="coins-700" data-coins="700" data-price="985" checked' in shown


def test_choosing_a_package_leads_to_the_payment_page(fan: User, page_as: Callable[[User], Client]) -> None:
    answer = start(page_as(fan))
    order = Order.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, order.checkout_url)
    assert (order.user, order.coins, order.state) == (fan, 700, "awaiting_payment")


def test_a_double_click_is_one_order(fan: User, page_as: Callable[[User], Client]) -> None:
    page, key = page_as(fan), str(uuid4())
    assert start(page, key=key).headers["Location"] == start(page, key=key).headers["Location"]
    assert Order.objects.count() == 1


def test_a_silent_provider_leads_to_the_orders_page_which_says_so(
    fan: User, page_as: Callable[[User], Client], fakestripe: FakeStripe
) -> None:
    fakestripe.control("faults", {"kind": "503", "path": "/v1/checkout/sessions", "count": 3})
    page = page_as(fan)
    answer = start(page)
    assert answer.headers["Location"] == f"/orders/{Order.objects.get().pk}/"
    assert "The payment page is not ready yet" in words_of(page.get(answer.headers["Location"]))


@pytest.mark.parametrize("coins", ["", "0", "-5", "abc", "1e9", "99999999999"])
def test_a_wrong_exact_amount_is_said_beside_its_field(
    fan: User, page_as: Callable[[User], Client], coins: str
) -> None:
    answer = start(page_as(fan), package="custom", coins=coins)
    assert answer.status_code == 400
    assert "field-error" in words_of(answer)
    assert Order.objects.count() == 0


def test_an_amount_beyond_the_limit_is_refused_in_words(fan: User, page_as: Callable[[User], Client]) -> None:
    answer = start(page_as(fan), package="custom", coins="1000000")
    assert answer.status_code == 400
    assert "One recharge is 35 to 35,211 coins." in words_of(answer)
    assert Order.objects.count() == 0


def test_the_return_from_the_payment_page_credits_and_shows_it(
    fan: User, page_as: Callable[[User], Client], pay: Callable[..., httpx.Response]
) -> None:
    page = page_as(fan)
    start(page)
    order = Order.objects.get()
    came_back = pay(order)
    assert came_back.headers["Location"] == f"http://testserver/orders/{order.pk}/landing/"
    answer = page.get(f"/orders/{order.pk}/landing/", follow=True)
    assert "700 coins are yours" in words_of(answer)
    assert now_of(order) == ("credited", 700)


def test_the_return_before_the_payment_says_that_the_bank_is_asked(
    fan: User, page_as: Callable[[User], Client]
) -> None:
    order = buy(fan)
    answer = page_as(fan).get(f"/orders/{order.pk}/landing/", follow=True)
    assert "We are checking with the bank" in words_of(answer)


def test_the_return_while_the_provider_is_silent_is_no_error(
    fan: User, page_as: Callable[[User], Client], fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    fakestripe.control("faults", {"kind": "503", "path": "/v1/checkout/sessions/*", "count": 3})
    answer = page_as(fan).get(f"/orders/{order.pk}/landing/", follow=True)
    assert (answer.status_code, now_of(order)) == (200, ("awaiting_payment", 0))


def test_a_decline_is_said_in_words_with_the_same_page_to_try_again(
    fan: User, page_as: Callable[[User], Client], pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(fan)
    pay(order, CARD_POOR)
    webhooks.deliver_all()
    shown = words_of(page_as(fan).get(f"/orders/{order.pk}/"))
    assert "not enough money on this card" in shown
    assert "No money was taken." in shown
    assert f'href="{order.checkout_url}"' in shown


def test_where_are_my_coins_shows_the_trace(
    fan: User, page_as: Callable[[User], Client], pay: Callable[..., httpx.Response]
) -> None:
    order = buy(fan)
    pay(order)
    shown = words_of(page_as(fan).post(f"/orders/{order.pk}/recheck/"))
    assert "The payment provider has your payment." in shown
    assert "coins are booked as operation" in shown


def test_cancelling_says_that_no_money_was_taken(fan: User, page_as: Callable[[User], Client]) -> None:
    order = buy(fan)
    shown = words_of(page_as(fan).post(f"/orders/{order.pk}/cancel/", follow=True))
    assert "This order was cancelled" in shown
    assert now_of(order) == ("cancelled", 0)


def test_a_receipt_is_there_once_the_coins_are(
    fan: User,
    page_as: Callable[[User], Client],
    fund: Callable[[User, int], Order],
    mailoutbox: list[EmailMessage],
) -> None:
    page, unpaid = page_as(fan), buy(fan)
    assert page.get(f"/orders/{unpaid.pk}/receipt/").status_code == 404
    order = fund(fan, 700)
    assert "$9.03" in words_of(page.get(f"/orders/{order.pk}/receipt/"))


def test_the_receipt_is_mailed_once(fan: User, fund: Callable[[User, int], Order]) -> None:
    order = fund(fan, 700)
    Order.objects.filter(pk=order.pk).update(receipt_sent_at=None)
    assert [receipts.send_receipt(order_id=order.pk) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("path", ["/balance/", "/orders/{}/", "/orders/{}/landing/", "/orders/{}/receipt/"])
def test_nobody_who_is_not_signed_in_sees_anything(
    fan: User, fund: Callable[[User, int], Order], path: str
) -> None:
    answer = Client().get(path.format(fund(fan, 100).pk))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["", "landing/", "receipt/"])
def test_a_stranger_sees_nothing_of_an_order(
    fan: User,
    stranger: User,
    fund: Callable[[User, int], Order],
    page_as: Callable[[User], Client],
    path: str,
) -> None:
    assert page_as(stranger).get(f"/orders/{fund(fan, 100).pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["recheck/", "cancel/"])
def test_a_stranger_presses_nothing(
    fan: User, stranger: User, page_as: Callable[[User], Client], path: str
) -> None:
    order = buy(fan)
    assert page_as(stranger).post(f"/orders/{order.pk}/{path}").status_code == 404
    assert page_as(fan).get(f"/orders/{order.pk}/{path}").status_code == 405
    assert now_of(order) == ("awaiting_payment", 0)


def test_the_history_takes_as_many_queries_for_eight_orders_as_for_one(
    fan: User, page_as: Callable[[User], Client], fund: Callable[[User, int], Order]
) -> None:
    page = page_as(fan)
    fund(fan, 100)
    page.get("/balance/")
    with CaptureQueriesContext(connection) as for_one:
        page.get("/balance/")
    for _ in range(9):
        fund(fan, 100)
    with CaptureQueriesContext(connection) as for_eight:
        shown = words_of(page.get("/balance/"))
    assert len(for_eight) == len(for_one) <= 24
    assert shown.count("Details") == 9  # eight rows and the column's name
    assert 'rel="next"' in shown


def test_every_state_of_an_order_has_its_words(fan: User, fund: Callable[[User, int], Order]) -> None:
    order = fund(fan, 100)
    for state in ("created", "awaiting_payment", "declined", "paid", "credited", "expired", "cancelled"):
        order.state = state
        shown = standing(order)
        assert shown.headline
        assert shown.words
        assert shown.look.word
