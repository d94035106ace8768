"""A fan's budgets: set, lowered at once, raised after a day, and told when they are used up.

The limits themselves stand where a gift meets them: in the books for all that is spent (ledger/sql/ceilings.sql), in
gifts/sql/budgets.sql for one creator and one gift. A change that waits is a row here until its day comes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.guardian_errors import GuardiansLimit
from accounts.models import User
from accounts.selectors import guardian_budget
from accounts.services import owe_mail
from events import log
from gifts import selectors
from gifts.budget_models import BudgetChange, BudgetTold
from gifts.errors import BudgetChangeOver, InvalidBudget
from gifts.services import is_budget, write_creator_budget, write_gift_limit
from ground.errors import NotFound
from ledger import books
from ledger.models import Limit
from ledger.retry import in_transaction
from ledger.selectors import allowances

RAISING_TAKES = timedelta(hours=24)
SWEEP_LIMIT = 500
TOLD_AT_ONCE = 500

State = BudgetChange.State


@dataclass(frozen=True)
class Which:
    """Which budget: all that is spent in a day, week or month, one gift, or one creator in a period."""

    scope: str
    creator: User | None = None
    period: str = ""

    def require_valid(self, fan: User) -> None:
        """Let through only a budget that can be.

        Raises:
            InvalidBudget: it cannot.
        """
        is_creators = (
            self.scope == "creator" and self.creator is not None and self.period in Limit.Period.values
        )
        is_plain = self.scope in (*Limit.Period.values, "gift") and self.creator is None and not self.period
        if not (is_creators or is_plain) or self.creator == fan:
            raise InvalidBudget

    @property
    def words(self) -> str:
        """As a sentence names it."""
        if self.scope == "gift":
            return "for one gift"
        if self.creator is not None:
            return f"a {self.period} for @{self.creator.handle}"
        return f"a {self.scope}"


class UsedUp(NamedTuple):
    """A budget of which nothing is left in its running period."""

    fan_id: int
    creator_id: int | None
    period: str
    coins: int
    ends_at: datetime


def set_budget(*, fan: User, which: Which, coins: int | None, now: datetime) -> BudgetChange | None:
    """Let `fan` spend at most `coins` there; None takes the budget away. Opens its own transaction.

    The first one, and a lower one, counts at once; a higher one and none in 24 hours. Another wish replaces one that
    waits; the same again keeps its time. None is answered when nothing is changed by it.

    Raises:
        InvalidBudget: no such budget or amount. GuardiansLimit: a guardian allows less. Nothing was changed.
    """
    which.require_valid(fan)
    if not is_budget(coins):
        raise InvalidBudget
    return in_transaction(lambda: _set(fan, which, coins, now))


def take_back(*, fan: User, change_id: int, now: datetime) -> BudgetChange:
    """Give up a change that waits; the budget stays as it is. Twice is once. Opens its own transaction.

    Raises:
        NotFound: not theirs. BudgetChangeOver: it took force already.
    """

    def once() -> BudgetChange:
        _lock(fan.pk)
        change = BudgetChange.objects.filter(fan=fan, pk=change_id).first()
        if change is None:
            raise NotFound
        if change.state == State.IN_FORCE:
            raise BudgetChangeOver
        if change.state == State.PENDING:
            _settle(change, State.TAKEN_BACK, now)
            _publish(change)
        return change

    return in_transaction(once)


def apply_due_changes(*, now: datetime) -> int:
    """Let every change whose day has come take force; answers how many. Each in a transaction of its own."""
    due = BudgetChange.objects.due(now).order_by("takes_force_at").values_list("pk", "fan_id")[:SWEEP_LIMIT]
    return sum(in_transaction(partial(_apply_due, pk, fan_id, now)) for pk, fan_id in list(due))


def tell_used_up(*, now: datetime) -> int:
    """Write to everybody who has used a budget up, once per period; answers how many mails are owed."""
    with connection.cursor() as cursor:
        cursor.execute(USED_UP, {"now": now, "limit": TOLD_AT_ONCE})
        rows = cursor.fetchall()
    return sum(in_transaction(partial(_tell, UsedUp(*row), now)) for row in rows)


def _set(fan: User, which: Which, coins: int | None, now: datetime) -> BudgetChange | None:
    person = _lock(fan.pk)
    _require_within_guardians(person, which, coins)
    present = coins_now(person, which, now)
    waiting = BudgetChange.objects.pending().filter(
        fan=person, scope=which.scope, creator=which.creator, period=which.period
    )
    before = waiting.first()
    if before is not None and before.coins == coins and coins != present:
        return before
    if before is not None:
        _settle(before, State.REPLACED, now)
    if coins == present:
        return None
    is_lower = coins is not None and (present is None or coins < present)
    change = BudgetChange.objects.create(
        fan=person,
        scope=which.scope,
        creator=which.creator,
        period=which.period,
        coins_before=present,
        coins=coins,
        asked_at=now,
        takes_force_at=now if is_lower else now + RAISING_TAKES,
        state=State.IN_FORCE if is_lower else State.PENDING,
        settled_at=now if is_lower else None,
    )
    if is_lower:
        _write(person, which, coins, now)
    _publish(change)
    return change


def coins_now(fan: User, which: Which, now: datetime) -> int | None:
    """The budget that is in force; None is no budget."""
    if which.scope == "gift":
        return selectors.gift_limit(fan)
    if which.creator is not None:
        rows = selectors.creator_allowances(fan, now=now)
        wanted = (which.creator.pk, which.period)
        return next((row.coins for row in rows if (row.creator_id, row.period) == wanted), None)
    found = allowances(holder=fan.ledger_id, code="coins", unit=books.COIN, now=now)
    return next((row.amount for row in found if row.period == which.scope), None)


def _require_within_guardians(fan: User, which: Which, coins: int | None) -> None:
    most = _guardians(fan, which)
    if most is not None and (coins is None or coins > most):
        raise GuardiansLimit(limit_coins=most)


def _guardians(fan: User, which: Which) -> int | None:
    allowed = guardian_budget(fan) if which.creator is None else None
    return None if allowed is None else allowed.as_dict()[which.scope]


def _write(fan: User, which: Which, coins: int | None, now: datetime) -> None:
    if which.scope == "gift":
        write_gift_limit(fan=fan, coins=coins)
    elif which.creator is not None:
        write_creator_budget(fan=fan, creator=which.creator, period=which.period, coins=coins, now=now)
    else:
        books.limit(fan.ledger_id, period=which.scope, coins=coins, zone=fan.time_zone, now=now)


def _apply_due(change_id: int, fan_id: int, now: datetime) -> bool:
    fan = _lock(fan_id)
    change = BudgetChange.objects.due(now).select_related("creator").filter(pk=change_id).first()
    if change is None:
        return False
    which = Which(change.scope, change.creator, change.period)
    most = _guardians(fan, which)  # their guardian may allow less by now
    coins = most if most is not None and (change.coins is None or change.coins > most) else change.coins
    _write(fan, which, coins, now)
    change.coins = coins
    _settle(change, State.IN_FORCE, now)
    words = f"{coins:,} coins {which.words}" if coins is not None else f"no budget {which.words}"
    owe_mail(user=fan, kind="gifts/budget_raised", facts={"budget": words}, now=now)
    _publish(change)
    return True


def _tell(used: UsedUp, now: datetime) -> bool:
    period, coins, ends_at = used.period, used.coins, used.ends_at
    fan = _lock(used.fan_id)
    creator = User.objects.get(pk=used.creator_id) if used.creator_id else None
    scope = period if creator is None else "creator"
    _, is_new = BudgetTold.objects.get_or_create(
        fan=fan, scope=scope, creator=creator, period=period, ends_at=ends_at
    )
    if not is_new:
        return False
    words = Which(scope, creator, "" if creator is None else period).words
    local = ends_at.astimezone(ZoneInfo(fan.time_zone))
    facts = {"budget": f"{coins:,} coins {words}", "ends": f"{local:%-d %B %Y at %H:%M} ({fan.time_zone})"}
    owe_mail(user=fan, kind="gifts/budget_reached", facts=facts, now=now)
    body = {"scope": scope, "creator": used.creator_id, "period": period, "coins": coins}
    log.publish(f"user:{fan.pk}", "wallet.budget_reached", body)
    return True


def _lock(fan_id: int) -> User:
    """Whoever changes a person's budgets does so alone: themselves, their guardian, the day that comes."""
    return User.objects.select_for_update(no_key=True).get(pk=fan_id)


def _settle(change: BudgetChange, state: BudgetChange.State, now: datetime) -> None:
    change.state, change.settled_at = state, now
    change.save(update_fields=["state", "settled_at", "coins"])


def _publish(change: BudgetChange) -> None:
    body = {
        "change": change.pk,
        "scope": change.scope,
        "creator": change.creator_id,
        "period": change.period,
        "coins": change.coins,
        "state": change.state,
        "takes_force_at": change.takes_force_at.isoformat(),
    }
    log.publish(f"user:{change.fan_id}", "wallet.budget_changed", body)


# Budgets of which nothing is left, and whose fan was not told in this period.
USED_UP = """
    WITH used AS (
        SELECT person.id AS fan_id, NULL::bigint AS creator_id, l.period, l.amount AS coins, l.ends_at
        FROM ledger_limit l
        JOIN ledger_account purse ON purse.id = l.account_id AND purse.spent >= l.spent_at_start + l.amount
        JOIN accounts_user person ON person.ledger_id = purse.holder
        WHERE l.period <> 'pause' AND l.amount > 0 AND l.ends_at > %(now)s
        UNION ALL
        SELECT fan_id, creator_id, period, coins, ends_at FROM gifts_creatorbudget
        WHERE spent >= coins AND coins > 0 AND ends_at > %(now)s
    )
    SELECT used.* FROM used
    WHERE NOT EXISTS (
        SELECT FROM gifts_budgettold told
        WHERE told.fan_id = used.fan_id AND told.creator_id IS NOT DISTINCT FROM used.creator_id
          AND told.period = used.period AND told.ends_at = used.ends_at
    )
    ORDER BY used.fan_id, used.period LIMIT %(limit)s
"""
