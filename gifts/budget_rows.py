"""A fan's budgets as they stand: what is allowed, what is spent, what waits for its day, what a guardian allows."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.models import User
from accounts.selectors import guardian_budget
from gifts import selectors
from gifts.budget_models import BudgetChange
from ledger import books
from ledger.models import Limit
from ledger.selectors import allowances

NAMES = {"day": "A day", "week": "A week", "month": "A month", "gift": "For one gift"}


@dataclass(frozen=True)
class Budget:
    """One budget. `coins` None: there is none. `spent` and what is left are the enforcement's own numbers."""

    scope: str  # day, week, month, gift, creator
    period: str = ""  # of a creator's
    creator: User | None = None
    coins: int | None = None
    spent: int | None = None  # None: nothing is counted (one gift)
    ends_at: datetime | None = None  # of the running period
    guardian_coins: int | None = None  # what a guardian lets it be at most
    pending: BudgetChange | None = None

    @property
    def left(self) -> int | None:
        """What can still be spent in the running period."""
        if self.coins is None:
            return None
        return max(self.coins - (self.spent or 0), 0)

    @property
    def name(self) -> str:
        return NAMES.get(self.scope) or f"A {self.period}"


def budgets_of(fan: User, now: datetime) -> list[Budget]:
    """The four budgets that everybody may have, then those for creators; six queries however many there are."""
    allowed = guardian_budget(fan)
    guardians = allowed.as_dict() if allowed else {}
    waiting = {
        (change.scope, change.creator_id, change.period): change
        for change in BudgetChange.objects.pending().filter(fan=fan)
    }
    stands = {
        row.period: row for row in allowances(holder=fan.ledger_id, code="coins", unit=books.COIN, now=now)
    }
    overall = []
    for period in Limit.Period.values:
        row = stands.get(period)
        overall.append(
            Budget(
                scope=period,
                coins=row and row.amount,
                spent=row and row.spent,
                ends_at=row and row.ends_at,
                guardian_coins=guardians.get(period),
                pending=waiting.get((period, None, "")),
            )
        )
    gift = Budget(
        scope="gift",
        coins=selectors.gift_limit(fan),
        guardian_coins=guardians.get("gift"),
        pending=waiting.get(("gift", None, "")),
    )
    return [*overall, gift, *_for_creators(fan, waiting, now)]


def _for_creators(
    fan: User, waiting: dict[tuple[str, int | None, str], BudgetChange], now: datetime
) -> list[Budget]:
    rows = selectors.creator_allowances(fan, now=now)
    people = User.objects.in_bulk({row.creator_id for row in rows})
    return [
        Budget(
            scope="creator",
            period=row.period,
            creator=people[row.creator_id],
            coins=row.coins,
            spent=row.spent,
            ends_at=row.ends_at,
            pending=waiting.get(("creator", row.creator_id, row.period)),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Nearest:
    """The budget that a gift to a creator would meet first."""

    words: str  # "this week", "this month for Bob"
    coins: int
    left: int


@dataclass(frozen=True)
class Room:
    """What a fan's budgets leave for gifts to one creator; None where nothing is limited."""

    nearest: Nearest | None
    most_per_gift: int | None
    paused_until: datetime | None


def room_for(fan: User, creator: User, now: datetime) -> Room:
    """What the budgets of `fan` leave for gifts to `creator` now; one query."""
    with connection.cursor() as cursor:
        cursor.execute(ROOM, {"fan": fan.pk, "holder": fan.ledger_id, "creator": creator.pk, "now": now})
        rows = cursor.fetchall()
    nearest = min((row for row in rows if row[0] == "budget"), key=lambda row: int(row[3]), default=None)
    return Room(
        nearest=nearest and Nearest(_when(nearest[1], creator), nearest[2], nearest[3]),
        most_per_gift=next((row[2] for row in rows if row[0] == "gift"), None),
        paused_until=next((row[4] for row in rows if row[0] == "pause"), None),
    )


def _when(period: str, creator: User) -> str:
    name, _, is_creators = period.partition(":")
    when = "today" if name == "day" else f"this {name}"
    return f"{when} for {creator.name}" if is_creators else when


ROOM = """
    SELECT 'budget', l.period, l.amount,
           greatest(l.amount - CASE WHEN l.ends_at > %(now)s THEN purse.spent - l.spent_at_start ELSE 0 END, 0),
           l.ends_at
    FROM ledger_limit l JOIN ledger_account purse ON purse.id = l.account_id
    WHERE purse.holder = %(holder)s AND purse.code = 'coins' AND purse.unit = 'COIN' AND l.period <> 'pause'
    UNION ALL
    SELECT 'pause', l.period, 0, 0, l.ends_at
    FROM ledger_limit l JOIN ledger_account purse ON purse.id = l.account_id
    WHERE purse.holder = %(holder)s AND purse.code = 'coins' AND purse.unit = 'COIN' AND l.period = 'pause'
      AND l.ends_at > %(now)s
    UNION ALL
    SELECT 'budget', period || ':creator', coins,
           greatest(coins - CASE WHEN ends_at > %(now)s THEN spent ELSE 0 END, 0), ends_at
    FROM gifts_creatorbudget WHERE fan_id = %(fan)s AND creator_id = %(creator)s
    UNION ALL
    SELECT 'gift', '', coins, coins, NULL FROM gifts_giftlimit WHERE fan_id = %(fan)s
"""
