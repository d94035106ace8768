"""The examples of docs/ledger.md on budgets, freeze and maturity: done, and compared with the page line by line."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from ledger import books
from ledger.books import COIN, DIAMOND, PLATFORM, Operation, Ref, Transfer, request_hash
from tests.ledger.journeys import gift, recharge

pytestmark = pytest.mark.django_db(transaction=True)

FAN, CREATOR = 31, 32
PAGE = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text()
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)  # in Berlin
DAY = timedelta(days=1)


def shown(name: str) -> list[list[str]]:
    """The lines that the page shows under a mark, in words."""
    block = re.search(rf"<!-- {name} -->\n```\n(.*?)```", PAGE, re.DOTALL)
    assert block, name
    return [line.split() for line in block[1].splitlines()]


def read(part_of_query: str) -> list[list[str]]:
    """What a query of the page answers now, in words; times in UTC, to the minute."""
    (sql,) = [found for found in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL) if part_of_query in found]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [" ".join(_word(value) for value in row).split() for row in cursor.fetchall()]


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return str(value)[0].lower() if isinstance(value, bool) else str(value)


def move(key: str, unit: str, debit: Ref, credit: Ref, amount: int) -> Operation:
    return Operation(debit.holder, key, "move", request_hash(key), [Transfer(unit, debit, credit, amount)])


def post(*operations: Operation, now: datetime = NOON) -> list[tuple[str, int | None]]:
    with transaction.atomic():
        return [(answer.status, answer.balance) for answer in books.post(operations, now=now)]


def spend_until_wednesday() -> None:
    post(recharge(FAN, 1_000), gift(FAN, CREATOR, 30), now=NOON - timedelta(hours=3))
    for period, coins in (("day", 50), ("week", 500)):
        books.limit(FAN, period=period, coins=coins, zone="Europe/Berlin", now=NOON)
    answers = post(*(gift(FAN, CREATOR, coins) for coins in (21, 20, 1)))
    assert [status for status, _ in answers] == ["over_ceiling", "posted", "over_ceiling"]


def test_budgets_stand_as_the_page_says() -> None:
    spend_until_wednesday()
    assert read("FROM ledger_limit") == shown("budgets, Tuesday")
    assert post(gift(FAN, CREATOR, 40), now=NOON + DAY) == [("posted", 910)]
    assert read("FROM ledger_limit") == shown("budgets, Wednesday")


def test_a_frozen_fan_is_answered_as_the_page_says() -> None:
    post(recharge(FAN, 910))
    books.freeze(FAN, frozen=True)
    hold = move("hold", COIN, Ref(FAN, "coins"), Ref(FAN, "coins.held"), 400)
    answers = post(gift(FAN, CREATOR, 10), recharge(FAN, 90), hold, gift(FAN, CREATOR, 10))
    told = [[status, "-" if balance is None else str(balance)] for status, balance in answers]
    assert told == [line[2:] for line in shown("freeze")]
    assert books.balance(FAN, "coins.held", COIN) == 400


def test_what_matured_stands_as_the_page_says() -> None:
    issued, available = Ref(PLATFORM, "diamonds.issued"), Ref(CREATOR, "diamonds.available")
    first, second = (Ref(CREATOR, f"diamonds.pending/{day}") for day in ("2026-11-30", "2026-12-01"))
    post(move("a", DIAMOND, issued, first, 30_000), move("b", DIAMOND, issued, second, 10_000))
    post(move("mature", DIAMOND, first, available, 30_000), now=NOON + 6 * DAY)
    books.rest([first])
    assert read("at_rest FROM ledger_account") == shown("maturity")
