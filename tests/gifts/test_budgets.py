"""What fans allow themselves: for one gift, for one creator, and what the books' own budgets answer here."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from accounts.models import User
from gifts import errors, selectors
from gifts.batch import GIFT, Answer, Request
from gifts.models import CreatorBudget, Gift, SentGift
from gifts.services import Sent, send_gift, set_creator_budget, set_gift_limit
from ground.batches import settle
from ledger import books
from live.models import Room
from tests.fixtures.broken import broken
from tests.fixtures.gifts import Fund
from tests.fixtures.meanwhile import meanwhile
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2031, 11, 25, 12, tzinfo=UTC)  # a Tuesday, after the prices of every fixture began
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _coins(fan: User, stranger: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 1_000)
    fund(stranger, 1_000)


def wish(fan: User, room: Room, roses: int, key: str = "") -> Request:
    return Request(fan.pk, room.pk, "test-rose", roses, 10 * roses, key or str(uuid4()))


def settled(*requests: Request, now: datetime = NOON) -> list[Answer]:
    with transaction.atomic():
        return settle(GIFT, requests, now=now)


def statuses(*requests: Request, now: datetime = NOON) -> list[str]:
    return [answer.status for answer in settled(*requests, now=now)]


def send(fan: User, room: Room, roses: int, now: datetime = NOON, key: str = "") -> Sent:
    return send_gift(
        sender=fan,
        room_id=room.pk,
        gift="test-rose",
        quantity=roses,
        coins=10 * roses,
        key=key or str(uuid4()),
        now=now,
    )


def allow(fan: User, creator: User, coins: int | None, period: str = "day", now: datetime = NOON) -> None:
    set_creator_budget(fan=fan, creator=creator, period=period, coins=coins, now=now)


def spent() -> int:
    return CreatorBudget.objects.get().spent


def test_a_creator_gets_no_more_than_the_fan_allows(fan: User, creator: User, room: Room) -> None:
    allow(fan, creator, 50)
    assert statuses(wish(fan, room, 3)) == ["posted"]
    before = SentGift.objects.count(), books.totals()
    (answer,) = settled(wish(fan, room, 3, key="k"))
    assert (answer.status, answer.coins, answer.balance) == ("over_creator_budget", 30, 970)
    assert (SentGift.objects.count(), books.totals()) == before
    assert statuses(wish(fan, room, 2, key="k"), wish(fan, room, 1)) == ["posted", "over_creator_budget"]
    assert spent() == 50


def test_a_budget_for_one_creator_leaves_the_others_alone(
    fan: User, stranger: User, creator: User, room: Room, other_room: Room
) -> None:
    allow(fan, creator, 10)
    asked = wish(fan, room, 2), wish(fan, other_room, 2), wish(stranger, room, 2), wish(fan, room, 1)
    assert statuses(*asked) == ["over_creator_budget", "posted", "posted", "posted"]
    assert spent() == 10


def test_a_batch_answers_as_one_by_one_under_a_creator_budget(
    fan: User, stranger: User, creator: User, room: Room
) -> None:
    allow(fan, creator, 50)
    answers = settled(
        wish(fan, room, 3, key="a"),
        wish(stranger, room, 1),
        wish(fan, room, 3, key="b"),
        wish(fan, room, 3, key="a"),
        wish(fan, room, 2, key="b"),
        wish(stranger, room, 100),
        wish(fan, room, 1),
    )
    expected = [
        "posted",
        "posted",
        "over_creator_budget",
        "replayed",
        "posted",
        "insufficient",
        "over_creator_budget",
    ]
    assert [answer.status for answer in answers] == expected
    assert [answer.balance for answer in answers] == [970, 990, 970, 970, 950, 990, 950]
    assert spent() == 50


def test_what_the_books_refuse_uses_no_budget_up(fan: User, creator: User, room: Room) -> None:
    allow(fan, creator, 5_000)
    books.limit(fan.ledger_id, period="day", coins=100, zone="UTC", now=NOON)
    assert statuses(wish(fan, room, 11), wish(fan, room, 10), wish(fan, room, 1)) == [
        "over_ceiling",
        "posted",
        "over_ceiling",
    ]
    books.freeze(fan.ledger_id, frozen=True)
    assert statuses(wish(fan, room, 1)) == ["frozen"]
    assert spent() == 100


def test_a_key_is_looked_up_before_every_budget(fan: User, creator: User, room: Room) -> None:
    first = wish(fan, room, 5, key="k")
    (sent,) = settled(first)
    allow(fan, creator, 0)
    set_gift_limit(fan=fan, coins=0)
    assert settled(first) == [sent._replace(status="replayed")]


def test_what_was_given_before_the_budget_was_set_counts(fan: User, creator: User, room: Room) -> None:
    send(fan, room, 7, now=NOON - DAY)
    send(fan, room, 2, now=NOON - timedelta(hours=12))
    allow(fan, creator, 50)
    assert spent() == 20
    allow(fan, creator, 100, "week")
    assert [row.left for row in selectors.creator_allowances(fan, now=NOON)] == [30, 10]
    assert statuses(wish(fan, room, 2), wish(fan, room, 1)) == ["over_creator_budget", "posted"]


def test_a_period_ends_and_the_budget_begins_anew(fan: User, creator: User, room: Room) -> None:
    allow(fan, creator, 20)
    assert statuses(wish(fan, room, 2), wish(fan, room, 1)) == ["posted", "over_creator_budget"]
    (stale,) = selectors.creator_allowances(fan, now=NOON + DAY)
    assert (stale.spent, stale.ends_at) == (0, datetime(2031, 11, 27, tzinfo=UTC))
    assert statuses(wish(fan, room, 2), wish(fan, room, 1), now=NOON + DAY) == [
        "posted",
        "over_creator_budget",
    ]


def test_periods_are_of_the_fans_calendar(fan: User, creator: User, room: Room) -> None:
    fan.time_zone = "America/New_York"
    allow(fan, creator, 20)
    (row,) = selectors.creator_allowances(fan, now=NOON)
    assert row.ends_at == datetime(2031, 11, 26, 5, tzinfo=UTC)
    fan.time_zone = "Asia/Kathmandu"
    allow(fan, creator, 30)
    (row,) = selectors.creator_allowances(fan, now=NOON)
    assert (row.coins, row.ends_at) == (30, datetime(2031, 11, 26, 5, tzinfo=UTC))
    (row,) = selectors.creator_allowances(fan, now=NOON + DAY)
    assert row.ends_at == datetime(2031, 11, 26, 18, 15, tzinfo=UTC)


def test_a_creator_budget_is_changed_and_taken_away_at_once(fan: User, creator: User, room: Room) -> None:
    allow(fan, creator, 50)
    send(fan, room, 4)
    allow(fan, creator, 30)
    assert statuses(wish(fan, room, 1)) == ["over_creator_budget"]
    allow(fan, creator, None)
    assert (statuses(wish(fan, room, 1)), CreatorBudget.objects.count()) == (["posted"], 0)


def test_one_gift_costs_no_more_than_the_fan_allows(fan: User, stranger: User, room: Room) -> None:
    set_gift_limit(fan=fan, coins=30)
    assert selectors.gift_limit(fan) == 30
    asked = wish(fan, room, 4), wish(fan, room, 3), wish(stranger, room, 4), wish(fan, room, 3)
    assert statuses(*asked) == ["over_gift_limit", "posted", "posted", "posted"]
    set_gift_limit(fan=fan, coins=40)
    assert statuses(wish(fan, room, 4)) == ["posted"]
    set_gift_limit(fan=fan, coins=None)
    assert (selectors.gift_limit(fan), statuses(wish(fan, room, 5))) == (None, ["posted"])


def test_a_refusal_says_which_budget_and_until_when(fan: User, creator: User, room: Room) -> None:
    books.limit(fan.ledger_id, period="week", coins=1_000, zone="UTC", now=NOON)
    books.limit(fan.ledger_id, period="month", coins=500, zone="UTC", now=NOON)
    with pytest.raises(errors.BudgetReached) as refusal:
        send(fan, room, 51)
    assert refusal.value.extra == {
        "period": "month", "limit_coins": 500, "left_coins": 500, "ends_at": "2031-12-01T00:00:00Z",
    }  # fmt: skip
    assert refusal.value.message.startswith(
        "Your budget is 500 coins a month, and 500 of them are left. Nothing"
    )
    assert refusal.value.next_step.endswith("it begins anew on 1 December 2031 at 00:00 UTC.")


def test_a_refusal_for_a_creators_budget_says_so(fan: User, creator: User, room: Room) -> None:
    allow(fan, creator, 50)
    send(fan, room, 4)
    with pytest.raises(errors.CreatorBudgetReached) as refusal:
        send(fan, room, 2)
    assert refusal.value.extra == {
        "period": "day", "limit_coins": 50, "left_coins": 10, "ends_at": "2031-11-26T00:00:00Z",
    }  # fmt: skip
    assert refusal.value.message.startswith(
        "Your budget for this creator is 50 coins a day, and 10 of them are left."
    )


def test_a_refusal_for_a_dear_gift_says_both_numbers(fan: User, room: Room) -> None:
    set_gift_limit(fan=fan, coins=30)
    with pytest.raises(errors.GiftLimitReached) as refusal:
        send(fan, room, 4)
    assert refusal.value.extra == {"coins": 40, "limit_coins": 30}
    assert "at most 30 coins for one gift, and this costs 40" in refusal.value.message


@pytest.mark.parametrize("coins", [-1, 10**12 + 1])
def test_a_budget_is_a_number_of_coins(coins: int, fan: User, creator: User) -> None:
    with pytest.raises(errors.InvalidBudget):
        allow(fan, creator, coins)
    with pytest.raises(errors.InvalidBudget):
        set_gift_limit(fan=fan, coins=coins)


def test_a_budget_is_for_a_known_period_and_somebody_else(fan: User, creator: User) -> None:
    with pytest.raises(errors.InvalidBudget):
        allow(fan, creator, 5, "hour")
    with pytest.raises(errors.InvalidBudget):
        allow(fan, fan, 5)


def test_the_runtime_role_cannot_write_what_was_spent(fan: User, creator: User) -> None:
    allow(fan, creator, 50)
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE gifts_creatorbudget SET spent = 0")


def outcome(fan: User, room: Room, now: datetime = NOON) -> Any:
    try:
        return type(send(fan, room, 1, now))
    except errors.BudgetReached as refusal:
        return type(refusal)


def test_a_budget_for_seven_roses_lets_seven_of_twenty_pass(
    fan: User, creator: User, room: Room, race: Race
) -> None:
    allow(fan, creator, 70)
    assert Counter(race(20, lambda: outcome(fan, room))) == {Sent: 7, errors.CreatorBudgetReached: 13}
    assert spent() == 70


def test_a_new_day_that_races_with_itself_begins_once(
    fan: User, creator: User, room: Room, race: Race
) -> None:
    allow(fan, creator, 70)
    send(fan, room, 7)
    seen = Counter(race(20, lambda: outcome(fan, room, NOON + DAY)))
    assert (seen, spent()) == ({Sent: 7, errors.CreatorBudgetReached: 13}, 70)


def test_a_budget_set_in_the_middle_of_gifts_counts_every_one(
    fan: User, creator: User, room: Room, race: Race
) -> None:
    turns = iter(range(20))

    def one() -> Any:
        if next(turns) == 8:
            return allow(fan, creator, 70)
        return outcome(fan, room)

    seen = Counter(race(20, one))
    assert spent() == 10 * seen[Sent]


def test_batches_of_fans_with_budgets_meet_no_unhandled_deadlock(
    fan: User, stranger: User, creator: User, room: Room, other_room: Room, race: Race
) -> None:
    allow(fan, creator, 5_000)
    allow(stranger, creator, 5_000)

    def batch() -> list[str]:
        asked = [wish(who, where, 1) for who in (fan, stranger) for where in (room, other_room)]
        return statuses(*asked, *[wish(fan, room, 1), wish(stranger, other_room, 1)])

    answers = race(8, batch)
    assert Counter(status for mine in answers for status in mine) == {"posted": 48}
    assert sorted(CreatorBudget.objects.values_list("spent", flat=True)) == [80, 160]


def test_without_rounds_a_batch_passes_the_budget(
    fan: User, creator: User, room: Room, superuser_connection: psycopg.Connection
) -> None:
    """The broken variant: each answer of the tests above rests on one gift a round."""
    allow(fan, creator, 50)
    one_round = "row_number() OVER (PARTITION BY sender ORDER BY n)"
    with broken(superuser_connection, "gifts_rounds", one_round, "1"):
        assert statuses(wish(fan, room, 3), wish(fan, room, 3)) == ["posted", "posted"]


def two_gifts_at_once(fan: User, room: Room) -> list[str]:
    """The second is asked for when the first is settled and not committed."""
    seen: list[str] = []
    first, second = wish(fan, room, 5), wish(fan, room, 4)
    meanwhile(
        lambda: seen.extend(answer.status for answer in settle(GIFT, [first], now=NOON)),
        lambda: seen.extend(statuses(second)),
    )
    return seen


def test_a_gift_waits_for_the_one_before_it(fan: User, creator: User, room: Room) -> None:
    allow(fan, creator, 70)
    assert two_gifts_at_once(fan, room) == ["posted", "over_creator_budget"]


def test_without_the_lock_a_budget_is_passed(
    fan: User, creator: User, room: Room, superuser_connection: psycopg.Connection
) -> None:
    """The broken variant."""
    allow(fan, creator, 70)
    with broken(
        superuser_connection, "gifts_post_in_rounds", "taken := ledger_take(question.named, sent_at);"
    ):
        assert two_gifts_at_once(fan, room) == ["posted", "posted"]


def test_a_gift_decided_while_the_first_budget_is_set_is_counted(
    fan: User, creator: User, room: Room, superuser_connection: psycopg.Connection
) -> None:
    """A budget becomes visible between the look for it and the fan's lock: here, in the very same call."""
    set_it = f"PERFORM gifts_set_creator_budget({fan.pk}, {creator.pk}, 'day', 50, 'UTC', sent_at);"
    before_the_books = "BEGIN\n    SELECT array_agg(p.status)"
    with broken(
        superuser_connection,
        "gifts_post",
        before_the_books,
        before_the_books.replace("BEGIN", f"BEGIN {set_it}"),
    ):
        assert statuses(wish(fan, room, 3)) == ["posted"]
    assert spent() == 30
    assert statuses(wish(fan, room, 3), wish(fan, room, 2)) == ["over_creator_budget", "posted"]
