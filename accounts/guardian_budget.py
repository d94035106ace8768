"""What a guardian allows, and how it becomes the books' limits.

The books and the gifts keep one limit a period and one a gift. A young person may set a lower one of their own: a
limit that is below the guardian's is theirs and stays theirs; any other follows the guardian's.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from accounts import hooks
from accounts.guardian_errors import InvalidGuardianBudget
from accounts.models import Guardianship, User
from ledger import books
from ledger.selectors import allowances

MOST_COINS = 10**9
PERIODS = ("day", "week", "month")


@dataclass(frozen=True)
class Budget:
    """Coins a day, a week, a month, and for one gift; None is no limit of that sort."""

    day: int | None = None
    week: int | None = None
    month: int | None = None
    gift: int | None = None

    def as_dict(self) -> dict[str, int | None]:
        return asdict(self)

    def columns(self) -> dict[str, int | None]:
        """As Guardianship keeps it."""
        return {f"{name}_coins": coins for name, coins in asdict(self).items()}

    def require_valid(self) -> None:
        """Let through only a budget for at least one period, in whole coins.

        Raises:
            InvalidGuardianBudget: it is none.
        """
        amounts = [coins for coins in self.as_dict().values() if coins is not None]
        is_periodic = any(getattr(self, period) is not None for period in PERIODS)
        if not is_periodic or not all(0 <= coins <= MOST_COINS for coins in amounts):
            raise InvalidGuardianBudget


NO_BUDGET = Budget()


def budget_of(guardianship: Guardianship) -> Budget:
    """What stands there."""
    return Budget(
        day=guardianship.day_coins,
        week=guardianship.week_coins,
        month=guardianship.month_coins,
        gift=guardianship.gift_coins,
    )


def apply_budget(*, minor: User, before: Budget, after: Budget, now: datetime) -> None:
    """Make the limits of `minor` follow their guardian's from `before` to `after`. Joins the caller's transaction."""
    present = {
        limit.period: limit.amount
        for limit in allowances(holder=minor.ledger_id, code="coins", unit=books.COIN, now=now)
    }
    for period in PERIODS:
        wanted = following(present.get(period), getattr(before, period), getattr(after, period))
        if wanted != present.get(period):
            books.limit(minor.ledger_id, period=period, coins=wanted, zone=minor.time_zone, now=now)
    hooks.guardian_gift_limit.call_all(minor, before.gift, after.gift)


def following(present: int | None, before: int | None, after: int | None) -> int | None:
    """The limit that stands when the guardian's goes from `before` to `after`: the young person's own, if lower."""
    is_own = present is not None and (before is None or present < before)
    if not is_own or present is None:
        return after
    return present if after is None else min(present, after)
