"""The wallet over REST."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from tests.fixtures.wallet import CARD_POOR, Webhooks
from tests.wallet.conftest import buy, now_of
from wallet.models import Order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

ORDERS = "/api/v1/orders/"
NOBODYS = "00000000-0000-4000-8000-000000000000"


def test_a_wallet_tells_coins_and_rates(
    fan: User, as_user: Callable[[User], APIClient], fund: Callable[[User, int], Order]
) -> None:
    fund(fan, 700)
    answer = as_user(fan).get("/api/v1/wallet/").json()
    assert (answer["coins"], answer["value_minor"], answer["settlement_currency"]) == (700, 903, "USD")
    assert (answer["diamond_units_per_coin"], answer["creator_share_basis_points"]) == (100, 5000)
    assert answer["storefront"]["currency"] == "EUR"


def test_packages_tell_price_and_what_the_creator_gets(
    american: User, as_user: Callable[[User], APIClient]
) -> None:
    answer = as_user(american).get("/api/v1/packages/").json()
    assert [package["coins"] for package in answer["packages"]] == [70, 350, 700, 1400, 3500, 7000, 17500]
    assert answer["packages"][5] == {
        "code": "coins-7000",
        "coins": 7000,
        "price_minor": 8699,
        "tax_minor": 0,
        "gross_minor": 8699,
        "currency": "USD",
        "per_hundred_minor": 124,
        "saving_basis_points": 366,
        "creator_minor": 4515,
        "abroad_minor": None,
        "is_preselected": False,
        "offered": None,
    }


def test_an_order_is_made_paid_and_read(
    american: User,
    as_user: Callable[[User], APIClient],
    pay: Callable[..., httpx.Response],
    webhooks: Webhooks,
) -> None:
    api = as_user(american)
    made = api.post(ORDERS, {"package": "coins-7000"})
    assert made.status_code == 201
    assert (made.json()["status"], made.json()["gross_minor"]) == ("awaiting_payment", 8699)
    pay(Order.objects.get())
    webhooks.deliver_all()
    read = api.get(f"{ORDERS}{made.json()['id']}/").json()
    assert (read["status"], read["checkout_url"], read["coins"]) == ("credited", None, 7000)
    assert [step["kind"] for step in read["timeline"]] == ["created", "checkout_opened", "paid", "credited"]
    assert api.get("/api/v1/wallet/").json()["coins"] == 7000


def test_the_same_key_answers_the_same_order_and_another_body_is_refused(
    fan: User, as_user: Callable[[User], APIClient]
) -> None:
    api, key = as_user(fan), {"Idempotency-Key": "k1"}
    first = api.post(ORDERS, {"coins": 100}, headers=key)
    again = api.post(ORDERS, {"coins": 100}, headers=key)
    other = api.post(ORDERS, {"coins": 101}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert (again.json()["id"], other.json()["code"]) == (first.json()["id"], "key_reused")
    assert Order.objects.count() == 1


def test_a_key_of_one_person_is_not_anothers(
    fan: User, stranger: User, as_user: Callable[[User], APIClient]
) -> None:
    key = {"Idempotency-Key": "k1"}
    assert as_user(fan).post(ORDERS, {"coins": 100}, headers=key).status_code == 201
    assert as_user(stranger).post(ORDERS, {"coins": 200}, headers=key).status_code == 201
    assert Order.objects.count() == 2


@pytest.mark.parametrize("key", ["x" * 121, "naïve"])
def test_a_key_that_is_none_is_refused(fan: User, as_user: Callable[[User], APIClient], key: str) -> None:
    assert as_user(fan).post(ORDERS, {"coins": 100}, HTTP_IDEMPOTENCY_KEY=key).status_code == 400
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"package": "coins-700", "coins": 5},
        {"coins": 0},
        {"coins": -1},
        {"coins": 2**63},
        {"coins": "1e309"},
        {"coins": 1.5},
        {"coins": None},
        {"coins": True},
        {"package": ""},
        {"package": "x" * 41},
        {"package": None},
        [],
        "text",
    ],
)
def test_a_body_that_asks_for_nothing_possible_is_refused(
    fan: User, as_user: Callable[[User], APIClient], body: dict[str, Any]
) -> None:
    answer = as_user(fan).post(ORDERS, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert Order.objects.count() == 0


def test_an_unknown_package_says_what_to_do(fan: User, as_user: Callable[[User], APIClient]) -> None:
    answer = as_user(fan).post(ORDERS, {"package": "coins-71"})
    assert (answer.status_code, answer.json()["code"]) == (409, "package_unavailable")


def test_a_declined_order_explains_itself(
    fan: User, as_user: Callable[[User], APIClient], pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(fan)
    pay(order, CARD_POOR)
    webhooks.deliver_all()
    decline = as_user(fan).get(f"{ORDERS}{order.pk}/").json()["decline"]
    assert decline["code"] == "insufficient_funds"
    assert decline["message"].startswith("Your bank says there is not enough money")


def test_a_recheck_credits_what_was_paid_and_tells_the_trace(
    fan: User, as_user: Callable[[User], APIClient], pay: Callable[..., httpx.Response]
) -> None:
    order = buy(fan)
    pay(order)
    answer = as_user(fan).post(f"{ORDERS}{order.pk}/recheck/").json()
    assert answer["order"]["status"] == "credited"
    assert [line["party"] for line in answer["trace"]] == ["provider", "webhook", "ledger"]


def test_a_cancellation_closes_the_order(fan: User, as_user: Callable[[User], APIClient]) -> None:
    order = buy(fan)
    assert as_user(fan).post(f"{ORDERS}{order.pk}/cancellation/").json()["status"] == "cancelled"
    assert now_of(order) == ("cancelled", 0)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/v1/wallet/"),
        ("get", "/api/v1/packages/"),
        ("get", ORDERS),
        ("post", ORDERS),
        ("get", f"{ORDERS}{NOBODYS}/"),
        ("post", f"{ORDERS}{NOBODYS}/recheck/"),
        ("post", f"{ORDERS}{NOBODYS}/cancellation/"),
    ],
)
def test_without_a_session_nothing_is_answered(method: str, path: str) -> None:
    assert getattr(APIClient(), method)(path, {"coins": 100}).status_code in (401, 403)
    assert Order.objects.count() == 0


@pytest.mark.parametrize(("method", "rest"), [("get", ""), ("post", "recheck/"), ("post", "cancellation/")])
def test_somebody_elses_order_is_not_there(
    fan: User, stranger: User, as_user: Callable[[User], APIClient], method: str, rest: str
) -> None:
    order = buy(fan)
    answer = getattr(as_user(stranger), method)(f"{ORDERS}{order.pk}/{rest}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert now_of(order) == ("awaiting_payment", 0)


def test_the_list_shows_ones_own_orders_by_cursor(
    fan: User,
    stranger: User,
    as_user: Callable[[User], APIClient],
    fund: Callable[[User, int], Order],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fund(stranger, 100)
    for coins in (100, 200, 300):
        fund(fan, coins)
    api = as_user(fan)
    first = api.get(f"{ORDERS}?limit=2").json()
    assert [order["coins"] for order in first["results"]] == [300, 200]
    second = api.get(first["next"]).json()
    assert ([order["coins"] for order in second["results"]], second["next"]) == ([100], None)
    with django_assert_num_queries(4):  # token, person, session, orders
        api.get(ORDERS)
