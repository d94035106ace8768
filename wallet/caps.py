"""Caps on money recharged: the operator's for everybody, and a guardian's month for a young person.

Nothing is kept beside the orders: an order that waits for its payment has its amount reserved, a paid one counts for
as long as its payment lies in the time looked at, and one that expired, was declined or cancelled counts for nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import User
from accounts.selectors import guardian_budget
from ledger import books
from look import money
from wallet.errors import RechargeCapReached
from wallet.models import Order, RechargeCap
from wallet.rates import in_force
from wallet.states import OrderState

DAY, WEEK, GUARDIAN_MONTH = "day", "week", "guardian_month"
LENGTHS = {DAY: timedelta(days=1), WEEK: timedelta(days=7)}
RESERVING = [OrderState.CREATED, OrderState.AWAITING_PAYMENT]
WORDS = {DAY: "in 24 hours", WEEK: "in 7 days", GUARDIAN_MONTH: "a month, as your guardian allows"}
# A guardian who set no month: the most that their week or day lets be spent in one.
WEEKS_A_MONTH, DAYS_A_MONTH = 5, 31


@dataclass(frozen=True)
class Counted:
    """One order as a cap sees it: how much, and when it stops to count."""

    amount: int
    frees_at: datetime


@dataclass(frozen=True)
class Cap:
    """One cap as it stands. `unit`: a currency (amounts in its minor units) or COIN."""

    period: str
    unit: str
    most: int
    counted: tuple[Counted, ...]  # the first to stop counting first

    @property
    def used(self) -> int:
        return sum(one.amount for one in self.counted)

    @property
    def left(self) -> int:
        return max(self.most - self.used, 0)

    @property
    def words(self) -> str:
        return WORDS[self.period]

    @property
    def frees_at(self) -> datetime | None:
        """When the first of what counts stops to count."""
        return self.counted[0].frees_at if self.counted else None

    def fits_at(self, wanted: int) -> datetime | None:
        """When `wanted` more would fit; None: never, it is more than the cap itself."""
        over = self.used + wanted - self.most
        for one in self.counted:
            over -= one.amount
            if over <= 0:
                return one.frees_at
        return None


def caps_of(user: User, now: datetime, *, currency: str = "") -> list[Cap]:
    """The caps of `user` at `now`; three queries, and those for the settlement currency if it is not given."""
    rule = RechargeCap.objects.filter(starts_at__lte=now).order_by("-starts_at").first()
    orders = _counting(user, now)
    found = []
    if rule is not None:
        currency = currency or in_force(now).currency
        is_young = now - user.joined_at < timedelta(days=rule.young_days)
        most = {
            DAY: rule.young_day_minor if is_young else rule.day_minor,
            WEEK: rule.young_week_minor if is_young else rule.week_minor,
        }
        found = [Cap(period, currency, most[period], _in_window(orders, period, now)) for period in LENGTHS]
    month = guardian_month(user)
    if month is not None:
        found.append(Cap(GUARDIAN_MONTH, books.COIN, month, _in_month(orders, user, now)))
    return found


def guardian_month(user: User) -> int | None:
    """The coins that the guardian of `user` lets be bought in a calendar month; None without one."""
    allowed = guardian_budget(user)
    if allowed is None:
        return None
    if allowed.month is not None:
        return allowed.month
    if allowed.week is not None:
        return allowed.week * WEEKS_A_MONTH
    return None if allowed.day is None else allowed.day * DAYS_A_MONTH


def reserve(order: Order, now: datetime) -> None:
    """Let a new order through only if it fits under every cap; once it is saved, its amount is reserved.

    In the transaction that saves the order, under the lock of its buyer (wallet/services/create.py).

    Raises:
        RechargeCapReached: it does not fit; how much is left, and when it would.
    """
    for cap in caps_of(order.user, now, currency=order.settlement_currency):
        wanted = order.coins if cap.unit == books.COIN else order.settlement_gross_minor
        if wanted > cap.left:
            raise _reached(cap, wanted, order.user)


def _reached(cap: Cap, wanted: int, user: User) -> RechargeCapReached:
    fits_at = cap.fits_at(wanted)
    if fits_at is None:
        step = "Choose a smaller amount."
    else:
        local = fits_at.astimezone(ZoneInfo(user.time_zone))
        step = f"Choose a smaller amount, or come back after {local:%-d %B at %H:%M} ({user.time_zone})."
    return RechargeCapReached(
        f"You can recharge {_amount(cap.most, cap.unit)} {cap.words}, and {_amount(cap.left, cap.unit)} of it is "
        "left now.",
        next_step=step,
        period=cap.period,
        unit=cap.unit,
        most=cap.most,
        left=cap.left,
        frees_at=fits_at.isoformat() if fits_at else None,
    )


def _amount(amount: int, unit: str) -> str:
    return money.spoken(amount, unit) if unit == books.COIN else money.money(amount, unit)


def _counting(user: User, now: datetime) -> list[Order]:
    """What may count: this month's payments at least, and everything that waits for one."""
    since = min(_month(user, now)[0], now - LENGTHS[WEEK])
    counts = Q(state__in=RESERVING) | Q(paid_at__gte=since)
    fields = ["coins", "settlement_gross_minor", "state", "paid_at", "expires_at"]
    return list(Order.objects.filter(counts, user=user).only(*fields))


def _in_window(orders: list[Order], period: str, now: datetime) -> tuple[Counted, ...]:
    found = [
        Counted(
            order.settlement_gross_minor,
            order.paid_at + LENGTHS[period] if order.paid_at else order.expires_at,
        )
        for order in orders
    ]
    still = (one for one, order in zip(found, orders, strict=True) if not order.paid_at or one.frees_at > now)
    return tuple(sorted(still, key=lambda one: one.frees_at))


def _in_month(orders: list[Order], user: User, now: datetime) -> tuple[Counted, ...]:
    begins, ends = _month(user, now)
    still = [order for order in orders if not order.paid_at or order.paid_at >= begins]
    counted = (Counted(order.coins, ends if order.paid_at else order.expires_at) for order in still)
    return tuple(sorted(counted, key=lambda one: one.frees_at))


def _month(user: User, now: datetime) -> tuple[datetime, datetime]:
    """Where the calendar month of `user` began, and where the next one does."""
    local = now.astimezone(ZoneInfo(user.time_zone))
    begins = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begins, (begins + timedelta(days=32)).replace(day=1)
