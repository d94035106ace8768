"""The table of exchange rates: typed by an operator, or fetched from where the installation is told to."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

import httpx
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from provider.alerts import raise_alert
from wallet.errors import InvalidExchangeTable
from wallet.exchange import latest_table
from wallet.models import ExchangeRate, ExchangeTable
from wallet.units import MICRO

TIMEOUT_S = 15
LARGEST_ANSWER = 1_000_000
MOST_CURRENCIES = 400
STALE_AFTER = timedelta(days=5)  # the longest pause of the European Central Bank is Easter's four days
FURTHEST_JUMP = Decimal("1.5")  # a fetched rate that moved more than this is a mistake until a person says no
CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Quoted:
    """One day's rates as a source gives them."""

    on: date
    base: str
    rates: Mapping[str, Decimal]  # of each currency for one unit of the base


def record_rates(*, quoted: Quoted, source: str, operator: User | None, now: datetime) -> ExchangeTable:
    """This will add a table of rates; the latest day counts. Joins the caller's transaction.

    Raises:
        InvalidExchangeTable: no rate, a rate that is none, a base that is no currency, or a day that is to come.
    """
    rates = demand_possible(quoted, now)
    with transaction.atomic():
        table = ExchangeTable.objects.create(
            on=quoted.on, base=quoted.base, source=source[:100], recorded_at=now, recorded_by=operator
        )
        ExchangeRate.objects.bulk_create(
            ExchangeRate(table=table, currency=currency, rate_micro=micro)
            for currency, micro in rates.items()
        )
    return table


def demand_possible(quoted: Quoted, now: datetime) -> dict[str, int]:
    """The rates in millionths, the base left out, if they can be recorded.

    Raises:
        InvalidExchangeTable: why not.
    """
    rates = {currency: _micro(currency, rate) for currency, rate in quoted.rates.items()}
    rates.pop(quoted.base, None)
    if not 0 < len(rates) <= MOST_CURRENCIES:
        raise InvalidExchangeTable("There is no rate in it.")
    if not CURRENCY.fullmatch(quoted.base):
        raise InvalidExchangeTable(f"{quoted.base[:10]!r} is no currency.")
    if quoted.on > (now + timedelta(days=1)).date():
        raise InvalidExchangeTable("The day of these rates is still to come.")
    return rates


def fetch_rates(*, now: datetime) -> ExchangeTable | None:
    """This will fetch the rates and record them if they are of a newer day. None: nothing is new.

    No transaction is open while the source is asked. What cannot be read, or moved too far, is an alert and
    changes nothing.
    """
    try:
        quoted = read_table(_ask())
        before = latest_table()
        if before is not None and quoted.on <= before.on:
            return None
        _demand_near(quoted, before)
        return record_rates(quoted=quoted, source=settings.EXCHANGE_RATES_SOURCE, operator=None, now=now)
    except IntegrityError:  # another worker fetched the same day
        return None
    except (InvalidExchangeTable, httpx.HTTPError) as failure:
        words = failure.message if isinstance(failure, InvalidExchangeTable) else type(failure).__name__
        raise_alert(code="exchange_rates_failed", key="rates",
                    message=f"The exchange rates could not be fetched: {words}")  # fmt: skip
        return None


def warn_of_old_rates(*, now: datetime) -> bool:
    """This will alert the operators when the newest table is old; buyers abroad see no price of their own soon."""
    table = latest_table()
    if table is None or table.on >= (now - STALE_AFTER).date():
        return False
    raise_alert(
        code="exchange_rates_old",
        key="rates",
        message=f"The newest exchange rates are of {table.on:%-d %B %Y}: type newer ones, or mend their source.",
    )
    return True


def read_table(body: bytes) -> Quoted:
    """Read the European Central Bank's XML, or JSON of the form {"base", "date", "rates": {"USD": 1.0851}}.

    Raises:
        InvalidExchangeTable: it is neither.
    """
    if len(body) > LARGEST_ANSWER:
        raise InvalidExchangeTable("The answer is too large.")
    try:
        return _from_xml(body) if body.lstrip()[:1] == b"<" else _from_json(body)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        InvalidOperation,
        ElementTree.ParseError,
    ) as error:
        raise InvalidExchangeTable("The answer is no table of exchange rates.") from error


def _ask() -> bytes:
    with (
        httpx.Client(timeout=TIMEOUT_S, follow_redirects=True, max_redirects=3) as http,
        http.stream("GET", settings.EXCHANGE_RATES_URL) as answer,
    ):
        answer.raise_for_status()
        body = b""
        for part in answer.iter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                break
    return body


def _from_xml(body: bytes) -> Quoted:
    if b"<!DOCTYPE" in body:  # no document type, so no entities
        raise InvalidExchangeTable("The answer has a document type of its own.")
    cubes = ElementTree.fromstring(body).iter()  # noqa: S314 - no document type, and a limited size
    days = [cube for cube in cubes if cube.get("time")]
    day = max(days, key=lambda cube: cube.attrib["time"])
    rates = {cube.attrib["currency"]: Decimal(cube.attrib["rate"]) for cube in day}
    return Quoted(date.fromisoformat(day.attrib["time"]), "EUR", rates)


def _from_json(body: bytes) -> Quoted:
    table = json.loads(body, parse_float=Decimal)
    rates = {str(currency): Decimal(rate) for currency, rate in table["rates"].items()}
    return Quoted(date.fromisoformat(table["date"]), str(table["base"]), rates)


def _micro(currency: str, rate: Decimal) -> int:
    if not CURRENCY.fullmatch(currency):
        raise InvalidExchangeTable(f"{currency[:10]!r} is no currency.")
    micro = int(rate * MICRO) if rate.is_finite() and abs(rate) < 10**9 else 0
    if micro <= 0:
        raise InvalidExchangeTable(f"The rate of {currency} is no rate.")
    return micro


def _demand_near(quoted: Quoted, before: ExchangeTable | None) -> None:
    """A source that suddenly says something else is not believed."""
    if before is None or before.base != quoted.base:
        return
    known = dict(before.rates.values_list("currency", "rate_micro"))
    for currency, rate in quoted.rates.items():
        if old := known.get(currency):
            moved = max(rate * MICRO / old, old / (rate * MICRO)) if rate > 0 else FURTHEST_JUMP + 1
            if moved > FURTHEST_JUMP:
                raise InvalidExchangeTable(f"The rate of {currency} moved too far to be believed.")
