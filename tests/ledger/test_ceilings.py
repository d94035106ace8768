"""Limits on what a fan may spend in a day, a week, a month: what they count, when they begin, what they refuse."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import DataError, IntegrityError, transaction

from ledger import books, checks, retry, selectors
from ledger.books import COIN, PLATFORM, Operation, Posted, Ref, Transfer, request_hash
from ledger.errors import OverCeiling
from ledger.models import Account, Limit
from ledger.models import Operation as OperationRow
from tests.fixtures.races import Race
from tests.ledger.journeys import gift, recharge

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, BOB, CARA = 11, 12, 13
COINS = Ref(ALICE, "coins")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)


def post(*operations: Operation, now: datetime = NOON) -> list[Posted]:
    with transaction.atomic():
        return books.post(operations, now=now)


def spend(coins: int, now: datetime = NOON, key: str = "") -> str:
    return post(gift(ALICE, CARA, coins, key=key), now=now)[0].status


def limit(period: str, coins: int | None, *, now: datetime = NOON, zone: str = "UTC") -> None:
    books.limit(ALICE, period=period, coins=coins, zone=zone, now=now)


def move(key: str, debit: Ref, credit: Ref, amount: int, payer: Ref | None = None) -> Operation:
    return Operation(
        ALICE, key, "move", request_hash(key), [Transfer(COIN, debit, credit, amount)], payer=payer
    )


@pytest.fixture(autouse=True)
def _a_full_wallet(transactional_db: None) -> None:
    post(recharge(ALICE, 1_000), now=NOON - 400 * DAY)


def account() -> Account:
    return Account.objects.get(holder=ALICE, code="coins")


def left() -> int | None:
    """What the ceiling on the account leaves to be spent."""
    row = account()
    return None if row.spent_ceiling is None else row.spent_ceiling - row.spent


def test_what_goes_over_a_limit_is_refused_and_frees_its_key() -> None:
    limit("day", 100)
    assert spend(60) == "posted"
    before = OperationRow.objects.count()
    assert post(gift(ALICE, CARA, 41, key="k")) == [("over_ceiling", None, 940)]
    assert OperationRow.objects.count() == before
    assert spend(40, key="k") == "posted"
    assert (left(), books.balance(ALICE, "coins", COIN)) == (0, 900)
    assert checks.run().findings == []


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        ({"day": 10, "week": 50, "month": 90}, 10),
        ({"day": 50, "week": 20, "month": 90}, 20),
        ({"day": 50, "week": 40, "month": 30}, 30),
    ],
)
def test_the_least_of_the_limits_decides(limits: dict[str, int], fits: int) -> None:
    for period, coins in limits.items():
        limit(period, coins)
    assert left() == fits
    assert [spend(fits + 1), spend(fits), spend(1)] == ["over_ceiling", "posted", "over_ceiling"]


def test_each_limit_begins_anew_with_its_own_period() -> None:
    limit("day", 50)
    limit("week", 80)
    limit("month", 100)
    wednesday, monday, next_month = NOON + DAY, NOON + 6 * DAY, NOON + 7 * DAY
    assert [spend(51), spend(50)] == ["over_ceiling", "posted"]
    assert [spend(31, wednesday), spend(30, wednesday)] == ["over_ceiling", "posted"]  # 80 of the week
    assert [spend(21, monday), spend(20, monday)] == ["over_ceiling", "posted"]  # 100 of the month
    assert [spend(51, next_month), spend(50, next_month)] == ["over_ceiling", "posted"]
    assert checks.run().findings == []


def test_a_period_is_renewed_when_it_is_asked_for_and_not_before() -> None:
    limit("day", 50)
    spend(50)
    assert account().ceiling_until == datetime(2026, 11, 25, tzinfo=UTC)
    late = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert spend(10, late) == "posted"
    row = Limit.objects.get()
    assert (row.starts_at, row.ends_at) == (late.replace(hour=0), datetime(2026, 12, 1, tzinfo=UTC))
    assert (row.spent_at_start, left()) == (50, 40)


def test_the_last_moment_of_a_period_is_in_it() -> None:
    limit("day", 50)
    spend(50)
    midnight = datetime(2026, 11, 25, tzinfo=UTC)
    assert spend(1, midnight - timedelta(microseconds=1)) == "over_ceiling"
    assert spend(1, midnight) == "posted"


@pytest.mark.parametrize(
    ("period", "zone", "at", "starts", "ends"),
    [
        ("day", "UTC", "2026-11-24T12:00", "2026-11-24T00:00", "2026-11-25T00:00"),
        ("day", "Asia/Kathmandu", "2026-11-24T18:20", "2026-11-24T18:15", "2026-11-25T18:15"),
        ("day", "Europe/Berlin", "2026-10-25T12:00", "2026-10-24T22:00", "2026-10-25T23:00"),  # 25 hours
        ("day", "Europe/Berlin", "2027-03-28T12:00", "2027-03-27T23:00", "2027-03-28T22:00"),  # 23 hours
        ("week", "Europe/Berlin", "2026-10-25T12:00", "2026-10-18T22:00", "2026-10-25T23:00"),  # 169 hours
        ("week", "UTC", "2026-11-23T00:00", "2026-11-23T00:00", "2026-11-30T00:00"),  # Monday itself
        ("week", "UTC", "2026-11-22T23:59", "2026-11-16T00:00", "2026-11-23T00:00"),  # Sunday night
        ("week", "America/New_York", "2026-11-23T04:59", "2026-11-16T05:00", "2026-11-23T05:00"),
        ("month", "UTC", "2027-01-31T12:00", "2027-01-01T00:00", "2027-02-01T00:00"),
        ("month", "UTC", "2028-02-29T23:59", "2028-02-01T00:00", "2028-03-01T00:00"),
        ("month", "America/New_York", "2026-11-01T03:59", "2026-10-01T04:00", "2026-11-01T04:00"),
        ("month", "America/New_York", "2026-11-30T12:00", "2026-11-01T04:00", "2026-12-01T05:00"),
        # Clocks go back from 1 to 0: of the two midnights the day begins at the second; there is none in September.
        ("day", "America/Havana", "2026-11-01T04:30", "2026-10-31T04:00", "2026-11-01T05:00"),
        ("day", "America/Santiago", "2026-09-06T12:00", "2026-09-06T04:00", "2026-09-07T03:00"),  # 23 hours
    ],
)
def test_a_period_is_of_the_calendar_of_its_zone(
    period: str, zone: str, at: str, starts: str, ends: str
) -> None:
    limit(period, 50, now=datetime.fromisoformat(at).replace(tzinfo=UTC), zone=zone)
    row = Limit.objects.get()
    begun = [moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") for moment in (row.starts_at, row.ends_at)]
    assert begun == [starts, ends]


def test_a_new_zone_counts_from_the_next_period_on() -> None:
    limit("day", 50, zone="Europe/Berlin")
    spend(50)
    limit("day", 50, zone="America/New_York")
    assert account().ceiling_until == datetime(2026, 11, 24, 23, tzinfo=UTC)  # Berlin's midnight still
    assert spend(1, datetime(2026, 11, 24, 22, 59, tzinfo=UTC)) == "over_ceiling"
    assert spend(50, datetime(2026, 11, 24, 23, tzinfo=UTC)) == "posted"
    assert account().ceiling_until == datetime(2026, 11, 25, 5, tzinfo=UTC)  # New York's


def test_what_was_spent_before_the_limit_was_set_counts() -> None:
    spend(500, NOON - DAY)
    spend(30, NOON - timedelta(hours=12))  # midnight: today
    limit("day", 50)
    assert left() == 20
    limit("week", 540)  # Monday's 500 and today's 30
    assert left() == 10
    assert checks.run().findings == []


def test_lowering_and_raising_count_at_once() -> None:
    limit("day", 100)
    spend(60)
    limit("day", 50)
    assert (left(), spend(1)) == (-10, "over_ceiling")
    limit("day", 61)
    assert [spend(2), spend(1)] == ["over_ceiling", "posted"]


def test_a_limit_taken_away_and_set_again_remembers_what_was_spent() -> None:
    limit("day", 50)
    spend(50)
    limit("day", None)
    assert (account().spent_ceiling, account().ceiling_until, Limit.objects.count()) == (None, None, 0)
    assert spend(10) == "posted"
    limit("day", 70)
    assert left() == 10


def test_taking_one_limit_away_leaves_the_others() -> None:
    limit("day", 50)
    limit("week", 90)
    limit("day", None)
    assert (left(), account().ceiling_until) == (90, datetime(2026, 11, 30, tzinfo=UTC))


def test_a_limit_of_nothing_refuses_everything() -> None:
    limit("day", 0)
    assert [spend(1), spend(1, NOON + DAY)] == ["over_ceiling", "over_ceiling"]


def test_a_refund_gives_no_budget_back() -> None:
    limit("day", 50)
    spend(50)
    back = move("refund", Ref(PLATFORM, "coins.redeemed"), COINS, 50)
    assert post(back)[0].status == "posted"
    assert (left(), account().spent, spend(1)) == (0, 50, "over_ceiling")


def test_only_spending_is_limited() -> None:
    limit("day", 0)
    by_system = move("hold", COINS, Ref(ALICE, "coins.held"), 5)
    by_owner = move("aside", COINS, Ref(ALICE, "coins.held"), 6, payer=COINS)
    assert [answer.status for answer in post(by_system, by_owner, recharge(ALICE, 7))] == ["posted"] * 3
    assert (left(), account().spent) == (0, 0)


def test_frozen_comes_before_the_ceiling_and_the_ceiling_before_the_balance() -> None:
    limit("day", 100)
    first = gift(ALICE, CARA, 60, key="first")
    post(first)
    assert spend(2_000) == "over_ceiling"
    books.freeze(ALICE, frozen=True)
    assert spend(2_000) == "frozen"
    assert post(first)[0].status == "replayed"
    books.freeze(ALICE, frozen=False)
    limit("day", None)
    assert spend(2_000) == "insufficient"


def test_a_batch_answers_as_if_posted_one_by_one_under_a_limit() -> None:
    limit("day", 50)
    answers = post(
        gift(ALICE, CARA, 30, key="a"),
        gift(ALICE, CARA, 30, key="b"),
        gift(BOB, CARA, 1),
        gift(ALICE, CARA, 30, key="a"),
        gift(ALICE, CARA, 20, key="b"),
        recharge(ALICE, 5),
        gift(ALICE, CARA, 1),
    )
    expected = ["posted", "over_ceiling", "insufficient", "replayed", "posted", "posted", "over_ceiling"]
    assert [answer.status for answer in answers] == expected
    assert [answer.balance for answer in answers] == [970, 970, 0, 970, 950, 955, 955]


def test_one_fans_limit_is_not_anothers() -> None:
    post(recharge(BOB, 100))
    limit("day", 5)
    assert post(gift(BOB, CARA, 100))[0].status == "posted"
    assert spend(6) == "over_ceiling"


def test_posting_one_over_the_ceiling_raises() -> None:
    limit("day", 5)
    with pytest.raises(OverCeiling), transaction.atomic():
        books.post_one(gift(ALICE, CARA, 6), now=NOON)


def test_a_limit_needs_a_known_zone_period_and_amount() -> None:
    with pytest.raises(DataError, match="time zone"):
        limit("day", 5, zone="Europe/Atlantis")
    with pytest.raises(IntegrityError, match="ledger_limit_period_known"):
        limit("hour", 5)
    with pytest.raises(IntegrityError, match="ledger_limit_amount_not_negative"):
        limit("day", -1)
    assert (Limit.objects.count(), account().spent_ceiling) == (0, None)


def test_what_is_left_is_read_whether_or_not_the_period_was_begun() -> None:
    limit("week", 80)
    limit("day", 50)
    spend(30)

    def read(now: datetime) -> list[tuple[str, int, datetime]]:
        rows = selectors.allowances(holder=ALICE, code="coins", unit=COIN, now=now)
        return [(row.period, row.left, row.ends_at) for row in rows]

    wednesday, monday = datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    assert read(NOON) == [("day", 20, wednesday), ("week", 50, monday)]
    assert read(NOON + DAY) == [("day", 50, wednesday + DAY), ("week", 50, monday)]


def spend_one(now: datetime) -> str:
    return retry.in_transaction(lambda: books.post([gift(ALICE, CARA, 1)], now=now)[0].status)


def test_a_ceiling_for_seven_lets_seven_of_twenty_pass(race: Race) -> None:
    limit("day", 7)
    assert Counter(race(20, lambda: spend_one(NOON))) == {"posted": 7, "over_ceiling": 13}
    assert checks.run().findings == []


def test_a_renewal_that_races_with_itself_begins_the_period_once(race: Race) -> None:
    limit("day", 7)
    assert [spend_one(NOON) for _ in range(7)] == ["posted"] * 7
    assert Counter(race(20, lambda: spend_one(NOON + DAY))) == {"posted": 7, "over_ceiling": 13}
    assert (Limit.objects.get().spent_at_start, account().spent) == (7, 14)
    assert checks.run().findings == []


def test_a_limit_set_in_the_middle_of_spending_counts_all_of_it(race: Race) -> None:
    turns = iter(range(20))

    def one() -> str:
        if next(turns) == 10:
            retry.in_transaction(lambda: limit("day", 7))
            return "limit"
        return spend_one(NOON)

    seen = Counter(race(20, one))
    assert Limit.objects.get().spent_at_start == 0
    assert account().spent == seen["posted"]
    assert left() == 7 - seen["posted"]


@pytest.mark.tampers
def test_without_the_lock_a_ceiling_for_seven_is_passed(
    race: Race, without_the_account_lock: Callable[[], AbstractContextManager[None]]
) -> None:
    """The broken variant: the races above rest on the lock."""
    limit("day", 7)
    with without_the_account_lock():
        seen = sum((Counter(race(20, lambda: spend_one(NOON))) for _ in range(3)), Counter[str]())
    assert seen["posted"] > 7


@pytest.mark.tampers
@pytest.mark.parametrize("change", ["amount = amount + 1", "ends_at = ends_at - interval '1 hour'"])
def test_a_changed_limit_is_named(change: str, superuser_connection: psycopg.Connection) -> None:
    limit("day", 50)
    superuser_connection.execute(f"UPDATE ledger_limit SET {change}")
    (finding,) = checks.run().findings
    assert finding.startswith(
        f"account {account().pk} (coins): its ceiling is 50 until 2026-11-25 00:00:00+00,"
    )


@pytest.mark.tampers
def test_a_limit_that_counts_from_more_than_was_spent_is_named(
    superuser_connection: psycopg.Connection,
) -> None:
    limit("day", 50)
    superuser_connection.execute("UPDATE ledger_limit SET spent_at_start = 9")
    superuser_connection.execute("UPDATE ledger_account SET spent_ceiling = 59 WHERE spent_ceiling = 50")
    (finding,) = checks.run().findings
    assert (
        finding
        == f"account {account().pk} (coins): its limit a day counts from 9 spent, and it spent only 0 in all"
    )
