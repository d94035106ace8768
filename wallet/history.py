"""A person's recharges, by what they want to see of them: for pages, and as CSV however many there are."""

import csv
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.timezone import get_current_timezone

from accounts.models import User
from look.money import decimals
from wallet.models import Order
from wallet.selectors import orders_of

CSV_AT_ONCE = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = [
    "order", "receipt", "created_at", "paid_at", "credited_at", "state", "storefront", "coins", "currency", "net",
    "tax", "tax_name", "total", "refunded_coins", "refunded",
]  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What to show: everything that is not said is not asked for. Days are days of the reader's time zone."""

    state: str = ""
    since: date | None = None
    until: date | None = None  # that day too
    storefront: str = ""  # its code

    @property
    def is_everything(self) -> bool:
        return self == Wanted()


def recharges(user: User, wanted: Wanted) -> "QuerySet[Order]":
    """The person's orders that fit, newest first, with what lists show."""
    asked = Q()
    if wanted.state:
        asked &= Q(state=wanted.state)
    if wanted.storefront:
        asked &= Q(storefront__code=wanted.storefront)
    if wanted.since:
        asked &= Q(created_at__gte=_midnight(wanted.since))
    if wanted.until and wanted.until < date.max:
        asked &= Q(created_at__lt=_midnight(wanted.until + timedelta(days=1)))
    return orders_of(user).filter(asked)


def csv_answer(request: HttpRequest, user: User, wanted: Wanted) -> StreamingHttpResponse:
    """The person's orders as a CSV file that is sent while it is read, a few hundred rows in memory at a time."""
    parts = csv_parts(user, wanted)
    body = _one_by_one(parts) if isinstance(request, ASGIRequest) else parts
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recharges.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_parts(user: User, wanted: Wanted) -> Iterator[str]:
    """The file in parts of at most CSV_AT_ONCE rows, newest first; one query for each."""
    writer = csv.writer(_Line())
    yield str(writer.writerow(COLUMNS))
    rows = recharges(user, wanted).select_related("storefront", "receipt", "receipt__storefront")
    last: Order | None = None
    while part := list(_older(rows, last)[:CSV_AT_ONCE]):
        yield "".join(str(writer.writerow(_cells(order))) for order in part)
        last = part[-1]


def _older(rows: "QuerySet[Order]", last: Order | None) -> "QuerySet[Order]":
    if last is None:
        return rows
    at_that_moment = Q(created_at=last.created_at, pk__lt=last.pk)
    return rows.filter(Q(created_at__lt=last.created_at) | at_that_moment)


async def _one_by_one(parts: Iterator[str]) -> AsyncIterator[str]:
    """The same for a server that does not wait: each part is read in a thread when the one before is sent."""
    read = sync_to_async(lambda: next(parts, None))
    while (part := await read()) is not None:
        yield part


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _cells(order: Order) -> list[str]:
    receipt = getattr(order, "receipt", None)
    cells = [
        str(order.pk), receipt.code if receipt else "", _at(order.created_at), _at(order.paid_at),
        _at(order.credited_at), order.state, order.storefront.name, str(order.coins), order.currency,
        _major(order, order.net_minor), _major(order, order.tax_minor), order.tax_name,
        _major(order, order.gross_minor), str(order.refunded_coins), _major(order, order.refunded_minor),
    ]  # fmt: skip
    return [f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells]


def _major(order: Order, minor: int) -> str:
    """An amount as a spreadsheet reads it, with a point: 9.85."""
    places = decimals(order.currency)
    main, rest = divmod(minor, 10**places)
    return f"{main}.{rest:0{places}d}" if places else str(main)


def _at(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_current_timezone())
