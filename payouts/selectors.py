"""What creators and operators read about diamonds and cash-outs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models import Max, Q, QuerySet, Sum

from accounts.models import User
from ground import clock
from ledger import books
from ledger.models import Account
from payouts import bookings
from payouts.models import CashOutTerms, ConnectedAccount, Payout
from payouts.states import UNDONE, PayoutState

CHART_DAYS = 30


@dataclass(frozen=True)
class Pending:
    """Diamonds that become available on a date. The date never moves."""

    matures_on: date
    units: int


@dataclass(frozen=True)
class Earnings:
    """A creator's diamonds (hundredths), by where they are, and what the last days brought."""

    available_units: int  # matured ones included, whether or not the beat has moved them
    reserved_units: int
    paid_units: int
    pending: list[Pending]
    today_units: int
    days: list[tuple[date, int]]  # CHART_DAYS UTC days, oldest first

    @property
    def pending_units(self) -> int:
        return sum(part.units for part in self.pending)

    @property
    def next_maturity(self) -> Pending | None:
        return self.pending[0] if self.pending else None

    @property
    def recent_units(self) -> int:
        return sum(units for _, units in self.days)


def terms_in_force(now: datetime) -> CashOutTerms:
    """The cash-out terms that apply at `now`."""
    return CashOutTerms.objects.filter(starts_at__lte=now).latest("starts_at")


def account_in_use(creator: User) -> ConnectedAccount | None:
    """The creator's payout account, if one was begun."""
    return ConnectedAccount.objects.filter(creator=creator, retired_at=None).first()


def is_frozen(creator: User) -> bool:
    """Whether the creator's accounts are frozen: nothing leaves until that is lifted."""
    return Account.objects.filter(holder=creator.ledger_id, frozen=True).exists()


def due_payouts(now: datetime) -> QuerySet[Payout]:
    """Payouts whose next step is due and which no living worker has, longest due first."""
    free = Q(leased_until=None) | Q(leased_until__lte=clock.wall())
    return Payout.objects.filter(free, due_at__lte=now).order_by("due_at", "id")


def due_pending_accounts(today: date, *, holder: int | None = None) -> list[tuple[int, str]]:
    """(holder, code) of every pending balance whose day has come, by holder."""
    accounts = due_pending(today)
    if holder is not None:
        accounts = accounts.filter(holder=holder)
    return list(accounts.order_by("holder", "code").values_list("holder", "code"))


def due_pending(today: date) -> QuerySet[Account]:
    """The accounts of days that have come, until they are at rest. An index holds these and no balance."""
    return Account.objects.filter(
        code__startswith=bookings.PENDING_PREFIX,
        code__lte=f"{bookings.PENDING_PREFIX}{today.isoformat()}",
        at_rest=False,
    )


def available_units(creator: User, today: date) -> int:
    """What the creator may cash out: the available balance and all that has matured."""
    balances = books.balances(creator.ledger_id)
    return sum(units for (code, _), units in balances.items() if _is_available(code, today))


def earnings(creator: User, now: datetime) -> Earnings:
    """Everything the studio shows of a creator's diamonds."""
    today = now.date()
    diamonds = {
        code: units
        for (code, unit), units in books.balances(creator.ledger_id).items()
        if unit == bookings.DIAMOND
    }
    days = earned_by_day(creator, today=today)
    return Earnings(
        available_units=sum(units for code, units in diamonds.items() if _is_available(code, today)),
        reserved_units=diamonds.get(bookings.RESERVED, 0),
        paid_units=_paid_units(creator),
        pending=_pending(diamonds, today),
        today_units=days[-1][1],
        days=days,
    )


def earned_by_day(creator: User, *, today: date, days: int = CHART_DAYS) -> list[tuple[date, int]]:
    """Diamonds that gifts brought on each of the last `days` UTC days, `today` last, from the books."""
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time.min, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(EARNED_BY_DAY, {"holder": creator.ledger_id, "since": since})
        earned = dict(cursor.fetchall())
    return [(day, int(earned.get(day, 0))) for day in (first + timedelta(days=n) for n in range(days))]


def cashed_out_today_minor(creator: User, now: datetime) -> int:
    """What counts against the day's limit already: everything requested today that was not undone."""
    start = datetime.combine(now.date(), time.min, tzinfo=UTC)
    requested = Payout.objects.filter(
        creator=creator, requested_at__gte=start, requested_at__lt=start + timedelta(days=1)
    ).exclude(state__in=UNDONE)
    return int(requested.aggregate(total=Sum("amount_minor"))["total"] or 0)


def payouts_of(creator: User) -> QuerySet[Payout]:
    """A creator's cash-outs, newest first."""
    return Payout.objects.filter(creator=creator).order_by("-requested_at", "-id")


def last_paid_at(creator: User) -> datetime | None:
    """When the creator's bank last got money."""
    paid = Payout.objects.filter(creator=creator, state=PayoutState.PAID)
    at: datetime | None = paid.aggregate(at=Max("state_at"))["at"]
    return at


def accounts_worth_listing() -> list[str]:
    """Provider accounts whose events are worth asking for: something is under way there."""
    in_flight = Q(payouts__state__in=[PayoutState.SENDING, PayoutState.SENT, PayoutState.FAILED])
    unfinished = Q(payouts_enabled=False, deauthorised_at=None)
    accounts = ConnectedAccount.objects.filter(
        in_flight | unfinished, provider_account_id__isnull=False, retired_at=None
    )
    return [
        str(name)
        for name in accounts.order_by("-id").values_list("provider_account_id", flat=True).distinct()[:100]
    ]


def _paid_units(creator: User) -> int:
    paid = Payout.objects.filter(creator=creator, state=PayoutState.PAID)
    return int(paid.aggregate(total=Sum("diamond_units"))["total"] or 0)


def _pending(diamonds: dict[str, int], today: date) -> list[Pending]:
    parts = [
        Pending(date.fromisoformat(code.removeprefix(bookings.PENDING_PREFIX)), units)
        for code, units in diamonds.items()
        if code.startswith(bookings.PENDING_PREFIX) and units
    ]
    return sorted((part for part in parts if part.matures_on > today), key=lambda part: part.matures_on)


def _is_available(code: str, today: date) -> bool:
    if code == bookings.AVAILABLE:
        return True
    is_pending = code.startswith(bookings.PENDING_PREFIX)
    return is_pending and date.fromisoformat(code.removeprefix(bookings.PENDING_PREFIX)) <= today


EARNED_BY_DAY = """
    SELECT (operation.at AT TIME ZONE 'UTC')::date AS day, sum(transfer.amount)::bigint
    FROM ledger_account account
    JOIN ledger_transfer transfer ON transfer.credit_id = account.id
    JOIN ledger_operation operation ON operation.id = transfer.operation_id
    WHERE account.holder = %(holder)s AND account.unit = 'DIAMOND' AND account.code LIKE 'diamonds.%%'
      AND operation.kind = 'gift' AND operation.at >= %(since)s
    GROUP BY 1
"""
