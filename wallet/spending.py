"""What a person spent and recharged in each of the last months."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from ledger import books
from ledger.selectors import spent_by_month
from wallet.models import Order

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """One calendar month of the person's time zone."""

    first: date
    coins: int  # given away
    minor: int  # recharged, tax included, in the settlement currency


def months_of(user: User, now: datetime) -> list[Month]:
    """The last 12 calendar months of `user`, the running one last; two queries."""
    zone = ZoneInfo(user.time_zone)
    firsts = _firsts(now.astimezone(zone).date())
    since = datetime(firsts[0].year, firsts[0].month, 1, tzinfo=zone)
    coins = spent_by_month(
        holder=user.ledger_id, code="coins", unit=books.COIN, since=since, zone=user.time_zone
    )
    money = _recharged(user, since, zone)
    return [Month(first, coins.get(first, 0), money[first]) for first in firsts]


def _firsts(today: date) -> list[date]:
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def _recharged(user: User, since: datetime, zone: ZoneInfo) -> dict[date, int]:
    total: dict[date, int] = defaultdict(int)
    paid = Order.objects.filter(user=user, paid_at__gte=since)
    for paid_at, minor in paid.values_list("paid_at", "settlement_gross_minor").iterator():
        total[paid_at.astimezone(zone).date().replace(day=1)] += minor
    return total
