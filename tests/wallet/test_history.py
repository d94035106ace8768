"""Everything one ever recharged: filters, pages by cursor, and a file that is written while it is read."""

import asyncio
import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from ground import clock as business_clock
from tests.fixtures.wallet import unpaid_order
from wallet import history
from wallet.history import Wanted
from wallet.models import Order, Storefront
from wallet.services.receipts import issue_receipt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]


@pytest.fixture
def past(american: User, fund: Callable[[User, int], Order]) -> list[Order]:
    """Ana's orders: one credited today, one open in euro from today."""
    return [fund(american, 100), unpaid_order(american, 200, Storefront.objects.get(code="euro"))]


def file_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode())))


@pytest.mark.parametrize(
    ("query", "coins"),
    [
        ("", [200, 100]),
        ("state=credited", [100]),
        ("storefront=euro", [200]),
        ("state=credited&storefront=euro", []),
        ("since={today}", [200, 100]),
        ("until={today}", [200, 100]),
        ("until={yesterday}", []),
        ("since={tomorrow}", []),
        ("until=9999-12-31", [200, 100]),
    ],
)
def test_filters_are_the_same_on_page_api_and_file(
    american: User, past: list[Order], as_user: Callable[[User], APIClient], page_as: Callable[[User], Client],
    query: str, coins: list[int],
) -> None:  # fmt: skip
    today, day = business_clock.now().date(), timedelta(days=1)
    query = query.format(today=today, yesterday=today - day, tomorrow=today + day)
    over_api = as_user(american).get(f"/api/v1/orders/?{query}").json()["results"]
    assert [order["coins"] for order in over_api] == coins
    page = page_as(american)
    shown = page.get(f"/orders/?{query}").content.decode()
    assert [f"of {one} coins</span>" in shown for one in (100, 200)] == [one in coins for one in (100, 200)]
    for path in ("/orders/recharges.csv", "/api/v1/orders/recharges.csv"):
        rows = file_of(page.get(f"{path}?{query}"))
        assert rows[0] == history.COLUMNS
        assert [int(row[7]) for row in rows[1:]] == coins


@pytest.mark.parametrize(
    "query", ["state=nothing", "since=yesterday", "storefront=moon", "since=2026-02-02&until=2026-02-01"]
)
def test_a_filter_that_is_not_understood_is_said(
    american: User, past: list[Order], page_as: Callable[[User], Client], query: str
) -> None:
    answer = page_as(american).get(f"/orders/?{query}")
    assert answer.status_code == 400
    assert "field-error" in answer.content.decode()
    assert page_as(american).get(f"/orders/recharges.csv?{query}").status_code == 400


def test_the_file_says_every_amount_exactly(
    american: User, past: list[Order], page_as: Callable[[User], Client]
) -> None:
    issue_receipt(order=past[0], now=business_clock.now())
    rows = file_of(page_as(american).get("/orders/recharges.csv"))
    credited = dict(zip(rows[0], rows[2], strict=True))
    assert (credited["order"], credited["receipt"]) == (str(past[0].pk), "US-0000001")
    assert (credited["net"], credited["tax"], credited["total"]) == ("1.29", "0.00", "1.29")
    open_one = dict(zip(rows[0], rows[1], strict=True))
    assert (open_one["receipt"], open_one["currency"], open_one["total"]) == ("", "EUR", "2.84")
    assert (open_one["tax"], open_one["tax_name"], open_one["paid_at"]) == ("0.45", "VAT", "")


def test_no_cell_is_a_formula(american: User, page_as: Callable[[User], Client]) -> None:
    Storefront.objects.filter(code="us").update(name='=HYPERLINK("http://evil")', tax_name="@x")
    unpaid_order(american, 100)
    row = file_of(page_as(american).get("/orders/recharges.csv"))[1]
    assert (row[6], row[11]) == ('\'=HYPERLINK("http://evil")', "'@x")


def test_the_file_is_read_in_parts_however_long_it_is(
    american: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CSV_AT_ONCE", 3)
    orders = [unpaid_order(american, 100 + number) for number in range(8)]
    Order.objects.filter(pk__in=[one.pk for one in orders[:4]])
    with CaptureQueriesContext(connection) as asked:
        parts = history.csv_parts(american, Wanted())
        next(parts)
        assert len(asked) == 0  # the head is sent before the first row is read
        sizes = [part.count("\r\n") for part in parts]
    assert (sizes, len(asked)) == ([3, 3, 2], 4)
    text = "".join(history.csv_parts(american, Wanted()))
    assert [int(row[7]) for row in list(csv.reader(StringIO(text)))[1:]] == [107 - n for n in range(8)]


def test_a_server_that_does_not_wait_sends_the_same_file(
    american: User, past: list[Order], page_as: Callable[[User], Client]
) -> None:
    cookies = page_as(american).cookies

    async def fetched() -> str:
        client = AsyncClient()
        client.cookies = cookies
        answer = await client.get("/orders/recharges.csv")
        return "".join([part.decode() async for part in answer.streaming_content])  # type: ignore[attr-defined]

    assert asyncio.run(fetched()) == "".join(history.csv_parts(american, Wanted()))


def test_nobody_sees_somebody_elses(
    past: list[Order], stranger: User, page_as: Callable[[User], Client], client: Client
) -> None:
    assert file_of(page_as(stranger).get("/orders/recharges.csv")) == [history.COLUMNS]
    assert "No recharge yet" in page_as(stranger).get("/orders/").content.decode()
    for path in ("/orders/", "/orders/recharges.csv"):
        assert client.get(path).status_code == 302


def test_a_page_takes_as_many_queries_for_many_orders_as_for_one(
    american: User, page_as: Callable[[User], Client]
) -> None:
    page = page_as(american)
    unpaid_order(american, 100)
    page.get("/orders/")
    with CaptureQueriesContext(connection) as for_one:
        page.get("/orders/")
    for _ in range(24):
        unpaid_order(american, 100)
    with CaptureQueriesContext(connection) as for_many:
        shown = page.get("/orders/").content.decode()
    assert len(for_many) == len(for_one)
    assert 'rel="next"' in shown
