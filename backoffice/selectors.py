"""What the operators' home shows. Each function is a fixed number of queries, however much there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from backoffice.models import BooksCheck
from care.models import Dispute
from ground import clock
from ledger import books
from ledger.models import Block
from payouts.models import Payout
from payouts.states import PayoutState
from provider.models import InboxEvent, OperatorAlert
from wallet.models import Order
from wallet.states import OrderState

CHART_DAYS = 30
STUCK_AFTER = timedelta(minutes=5)
LISTED_MAX = 8


@dataclass(frozen=True)
class Outstanding:
    """Coins whole, diamonds in hundredths, by where they are."""

    coins: int
    coins_held: int
    diamonds_pending: int
    diamonds_available: int
    diamonds_reserved: int
    diamonds_held: int

    @property
    def diamonds(self) -> int:
        return self.diamonds_pending + self.diamonds_available + self.diamonds_reserved + self.diamonds_held


@dataclass(frozen=True)
class Queues:
    """How many wait for a person."""

    payouts_to_review: int
    payouts_failed: int
    payouts_waiting: int
    alerts: int
    events_failing: int
    orders_stuck: int
    orders_held: int
    disputes_to_answer: int


def outstanding() -> Outstanding:
    """What the platform owes its people, from the books."""
    totals = books.totals()
    return Outstanding(
        coins=totals.get(("coins", books.COIN), 0),
        coins_held=totals.get(("coins.held", books.COIN), 0),
        **{
            f"diamonds_{where}": totals.get((f"diamonds.{where}", books.DIAMOND), 0)
            for where in ("pending", "available", "reserved", "held")
        },
    )


def queues(now: datetime) -> Queues:
    """The counts behind the queues, five queries."""
    payouts = Payout.objects.aggregate(
        to_review=Count("pk", filter=Q(state=PayoutState.SCREENING)),
        failed=Count("pk", filter=Q(state=PayoutState.FAILED)),
        waiting=Count("pk", filter=~Q(wait_reason="")),
    )
    orders = Order.objects.aggregate(
        stuck=Count("pk", filter=Q(state=OrderState.PAID, paid_at__lt=now - STUCK_AFTER)),
        held=Count("pk", filter=~Q(held_reason="") & Q(credited_at=None)),
    )
    events = InboxEvent.objects.aggregate(
        failing=Count("pk", filter=Q(status=InboxEvent.Status.FAILED)),
    )
    return Queues(
        payouts_to_review=payouts["to_review"],
        payouts_failed=payouts["failed"],
        payouts_waiting=payouts["waiting"],
        alerts=open_alerts().count(),
        events_failing=events["failing"],
        orders_stuck=orders["stuck"],
        orders_held=orders["held"],
        disputes_to_answer=Dispute.objects.to_answer().count(),
    )


def payouts_to_review() -> QuerySet[Payout]:
    """The oldest first, with whom they are of."""
    return Payout.objects.to_review().select_related("creator")


def open_alerts() -> QuerySet[OperatorAlert]:
    """What nobody has resolved, newest first."""
    return OperatorAlert.objects.filter(resolved_at=None).order_by("-last_raised_at")


def last_check() -> BooksCheck | None:
    """The newest run of ledger_check."""
    return BooksCheck.objects.order_by("-ran_at").first()


def last_block() -> Block | None:
    """The newest sealed block."""
    return Block.objects.defer("leaf_marks").order_by("-number").first()


def recharges_by_day(today: date) -> dict[date, Mapping[str, Any]]:
    """Credited orders per UTC day: how many, and their gross in settlement minor units."""
    orders = Order.objects.filter(credited_at__gte=_since(today))
    rows = orders.annotate(day=TruncDate("credited_at", tzinfo=UTC)).values("day")
    return {row["day"]: row for row in rows.annotate(count=Count("pk"), amount=Sum("settlement_gross_minor"))}


def payouts_by_day(today: date) -> dict[date, Mapping[str, Any]]:
    """Paid cash-outs per UTC day: how many, and their net."""
    payouts = Payout.objects.filter(state=PayoutState.PAID, state_at__gte=_since(today))
    rows = payouts.annotate(day=TruncDate("state_at", tzinfo=UTC)).order_by().values("day")
    return {row["day"]: row for row in rows.annotate(count=Count("pk"), amount=Sum("net_minor"))}


def gifts_by_day(today: date) -> dict[date, Mapping[str, Any]]:
    """Gifts per UTC day: how many operations, and their coins, from the books."""
    with connection.cursor() as cursor:
        cursor.execute(GIFTS_BY_DAY, {"since": _since(today)})
        return {day: {"count": count, "amount": coins} for day, count, coins in cursor.fetchall()}


def chart_days(today: date) -> list[date]:
    """The days on the charts, oldest first."""
    return [today - timedelta(days=CHART_DAYS - 1 - n) for n in range(CHART_DAYS)]


def filled(days: list[date], rows: Mapping[date, Mapping[str, Any]]) -> list[tuple[date, int, int]]:
    """(day, count, amount) for each of `days`, zeros where nothing happened."""
    nothing = {"count": 0, "amount": 0}
    return [
        (day, int(rows.get(day, nothing)["count"]), int(rows.get(day, nothing)["amount"] or 0))
        for day in days
    ]


def _since(today: date) -> datetime:
    return datetime.combine(today - timedelta(days=CHART_DAYS - 1), time.min, tzinfo=UTC)


def wall_age(moment: datetime) -> timedelta:
    """How long ago, by the wall clock."""
    return clock.wall() - moment


GIFTS_BY_DAY = """
    SELECT (operation.at AT TIME ZONE 'UTC')::date, count(DISTINCT operation.id), sum(transfer.amount)::bigint
    FROM ledger_operation operation
    JOIN ledger_transfer transfer ON transfer.operation_id = operation.id AND transfer.unit = 'COIN'
    WHERE operation.kind = 'gift' AND operation.at >= %(since)s
    GROUP BY 1
"""
