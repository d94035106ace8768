"""Exchange rates: typed or fetched, shown beside the price, never charged."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from ground import clock as business_clock
from provider.models import OperatorAlert
from tests.fixtures.loopback import Answer, Handler, serving
from tests.fixtures.races import run_race
from wallet import exchange, tasks
from wallet.errors import InvalidExchangeTable
from wallet.models import ExchangeTable
from wallet.services.exchange import Quoted, fetch_rates, read_table, record_rates

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]

BANK = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube><Cube time="DAY"><Cube currency="USD" rate="1.0850"/><Cube currency="HUF" rate="394.25"/></Cube></Cube>
</gesmes:Envelope>"""


def bank(day: object) -> str:
    return BANK.replace("DAY", str(day))


class Source(Handler):
    """Answers what the test put there."""

    given: Answer = (200, {}, "")

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        self.answer(type(self).given)


@pytest.fixture
def source(settings: Any) -> Iterator[type[Source]]:
    """The place that exchange rates come from."""
    with serving(Source, threading.Event()) as address:
        settings.EXCHANGE_RATES_URL = address
        yield Source


def typed(**rates: str) -> ExchangeTable:
    now = business_clock.now()
    quoted = Quoted(now.date(), "EUR", {name: Decimal(rate) for name, rate in rates.items()})
    return record_rates(quoted=quoted, source="European Central Bank", operator=None, now=now)


def test_a_buyer_abroad_sees_about_what_it_is_at_home(
    person: Callable[..., User], as_user: Callable[[User], APIClient], page_as: Callable[[User], Client]
) -> None:
    typed(USD="1.0850", HUF="394.25")
    zsofi = person("zsofi", country="HU", totp_secret=None)
    answer = as_user(zsofi).get("/api/v1/packages/").json()
    assert answer["abroad"]["currency"] == "HUF"
    assert answer["packages"][2]["price_minor"] == 895  # $8.95 / 1.085 × 394.25
    assert answer["packages"][2]["abroad_minor"] == 325_211
    shown = page_as(zsofi).get("/balance/").content.decode()
    assert "about Ft3,252" in shown
    assert "(European Central Bank)" in shown


def test_who_pays_in_their_own_currency_sees_nothing_of_it(
    american: User, as_user: Callable[[User], APIClient]
) -> None:
    typed(USD="1.0850")
    answer = as_user(american).get("/api/v1/packages/").json()
    assert (answer["abroad"], answer["packages"][0]["abroad_minor"]) == (None, None)


def test_an_old_table_or_one_without_the_currency_shows_nothing() -> None:
    now = business_clock.now()
    assert exchange.abroad("HU", "USD", now) is None
    typed(USD="1.0850")
    assert exchange.abroad("HU", "USD", now) is None
    assert exchange.abroad("DE", "USD", now) is not None
    assert exchange.abroad("DE", "USD", now + timedelta(days=16)) is None
    assert exchange.abroad("", "USD", now) is None


def test_currencies_without_decimals_are_counted_as_they_are() -> None:
    typed(USD="1.0850", JPY="163.2", KWD="0.3325")
    now = business_clock.now()
    yen, dinar = exchange.abroad("JP", "USD", now), exchange.abroad("KW", "USD", now)
    assert yen is not None
    assert dinar is not None
    assert (yen.about(895), yen.minor_per_minor) == (1346, "1.504147465437")
    assert dinar.about(895) == 2743  # thousandths


def test_the_banks_table_is_fetched_once_a_day(source: type[Source]) -> None:
    now = business_clock.now()
    source.given = (200, {"Content-Type": "text/xml"}, bank(now.date()))
    table = fetch_rates(now=now)
    assert table is not None
    assert dict(table.rates.values_list("currency", "rate_micro")) == {"USD": 1_085_000, "HUF": 394_250_000}
    assert (table.base, table.source, table.recorded_by) == ("EUR", "European Central Bank", None)
    assert fetch_rates(now=now) is None
    assert ExchangeTable.objects.count() == 1
    assert OperatorAlert.objects.count() == 0


def test_workers_that_fetch_at_once_record_one_table(source: type[Source]) -> None:
    now = business_clock.now()
    source.given = (200, {}, {"base": "USD", "date": str(now.date()), "rates": {"EUR": 0.92, "HUF": 363.4}})
    run_race(4, lambda: fetch_rates(now=now))
    assert ExchangeTable.objects.count() == 1


@pytest.mark.parametrize(
    "given",
    [
        (500, {}, "out of order"),
        (200, {}, "no rates today"),
        (200, {}, '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        (200, {}, "<x/>"),
        (200, {}, {"base": "EUR", "date": "2026-13-01", "rates": {"USD": 1}}),
        (200, {}, {"base": "EUR", "date": "2020-01-01", "rates": {}}),
        (200, {}, {"base": "EUR", "date": "2020-01-01", "rates": {"USD": "-1"}}),
        (200, {}, {"base": "EUR", "date": "2020-01-01", "rates": {"USD": "NaN"}}),
        (200, {}, {"base": "EUR", "date": "2999-01-01", "rates": {"USD": "1.1"}}),
        (200, {}, "x" * 1_100_000),
    ],
)
def test_what_cannot_be_read_is_an_alert_and_changes_nothing(source: type[Source], given: Answer) -> None:
    source.given = given
    tasks.keep_exchange_rates()
    assert ExchangeTable.objects.count() == 0
    assert OperatorAlert.objects.get().code == "exchange_rates_failed"


def test_a_rate_that_moves_too_far_is_not_believed(source: type[Source]) -> None:
    now = business_clock.now()
    typed(USD="1.0850", HUF="394.25")
    tomorrow = (now + timedelta(days=1)).date()
    source.given = (200, {}, bank(tomorrow).replace("394.25", "3942.5"))
    assert fetch_rates(now=now) is None
    assert "HUF moved too far" in OperatorAlert.objects.get().message


def test_old_rates_are_told_to_the_operators(settings: Any) -> None:
    settings.EXCHANGE_RATES_URL = ""
    now = business_clock.now()
    tasks.keep_exchange_rates()
    assert OperatorAlert.objects.count() == 0  # an installation without rates wants none
    record_rates(
        quoted=Quoted((now - timedelta(days=6)).date(), "EUR", {"USD": Decimal("1.1")}),
        source="A newspaper", operator=None, now=now,
    )  # fmt: skip
    tasks.keep_exchange_rates()
    assert OperatorAlert.objects.get().code == "exchange_rates_old"


def test_json_and_xml_say_the_same() -> None:
    xml = read_table(bank("2026-11-20").encode())
    table = b'{"base": "EUR", "date": "2026-11-20", "rates": {"USD": 1.0850, "HUF": 394.25}}'
    assert read_table(table) == xml
    with pytest.raises(InvalidExchangeTable):
        read_table(b"[]")


def test_an_operator_types_a_table(operator: User, verified_page_as: Callable[..., Client]) -> None:
    page, today = verified_page_as(operator), business_clock.now().date().isoformat()
    fields = {"on": today, "base": "eur", "source": "A newspaper", "rates": "usd 1,0851\n\nHUF 394.25"}
    wrong = page.post("/admin/wallet/exchangetable/add/", fields | {"rates": "USD one"})
    assert (wrong.status_code, ExchangeTable.objects.count()) == (200, 0)
    answer = page.post("/admin/wallet/exchangetable/add/", fields)
    assert answer.status_code == 302, answer.context["errors"]
    table = ExchangeTable.objects.get()
    assert (table.base, table.recorded_by) == ("EUR", operator)
    shown = page.get(f"/admin/wallet/exchangetable/{table.pk}/change/").content.decode()
    assert "394.25" in shown
