"""Reads of the wallet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User
from ledger import books
from ledger.models import Operation
from look.money import money
from provider.models import InboxEvent
from wallet import prices
from wallet.bookings import order_key
from wallet.deals import Quote
from wallet.exchange import Abroad
from wallet.models import Order, OrderEvent, Package, PriceBook, Storefront
from wallet.prices import Price
from wallet.rates import Rates
from wallet.states import CREDITED_STATES, PAYABLE_STATES, OrderState

HIDDEN_FROM_BUYERS = [
    OrderEvent.Kind.FEE_BOOKED,
    OrderEvent.Kind.REFUND_PROPOSED,
    OrderEvent.Kind.REFUND_REJECTED,
]


@dataclass(frozen=True)
class Tile:
    """A package as the buyer sees it."""

    package: Package
    price: Price  # what the listed price comes to with its tax
    per_hundred_minor: int  # as listed
    saving_basis_points: int
    creator_minor: int  # what a creator gets when all of it is given, in the settlement currency
    abroad_minor: int | None = None  # about what it is in the buyer's own currency
    quote: Quote | None = None  # with the best offer for the buyer in it

    @property
    def saving_percent(self) -> str:
        """The saving as "1.4" for 1.4 %; empty below one percent, which is not worth the word."""
        return f"{self.saving_basis_points // 10 / 10:.1f}" if self.saving_basis_points >= 100 else ""


@dataclass(frozen=True)
class TraceLine:
    """What one party says about an order."""

    party: str  # provider, webhook, ledger
    is_settled: bool
    words: str
    at: datetime | None = None


def coins_of(user: User) -> int:
    """The coins a person can spend now."""
    return books.balance(user.ledger_id, "coins", books.COIN)


def storefront_for(user: User) -> Storefront | None:
    """Where this person buys: the storefront that serves their country, else the default one."""
    active = list(Storefront.objects.filter(is_active=True))
    serving = [one for one in active if user.country and user.country in one.sells_to]
    return next(iter(serving), None) or next((one for one in active if one.is_default), None)


def price_book(storefront: Storefront, now: datetime) -> PriceBook | None:
    """The version in force at `now`: of those announced the one that began last."""
    begun = storefront.price_books.announced().filter(starts_at__lte=now)
    return begun.order_by("-starts_at").first()


def next_price_book(storefront: Storefront, now: datetime) -> PriceBook | None:
    """The announced version that begins next."""
    return storefront.price_books.announced().filter(starts_at__gt=now).order_by("starts_at").first()


def packages_on_sale(storefront: Storefront, now: datetime) -> list[Package]:
    """The packages sold at `now`, smallest first."""
    book = price_book(storefront, now)
    return list(book.packages.order_by("coins")) if book else []


def tiles(storefront: Storefront, rates: Rates, now: datetime, *, abroad: Abroad | None = None) -> list[Tile]:
    """The packages with what makes them comparable."""
    book = price_book(storefront, now)
    return tiles_of(book, storefront, rates, abroad=abroad) if book else []


def tiles_of(
    book: PriceBook, storefront: Storefront, rates: Rates, *, abroad: Abroad | None = None
) -> list[Tile]:
    """The packages of one version with what makes them comparable, smallest first."""
    return [_tile(package, book, storefront, rates, abroad) for package in book.packages.order_by("coins")]


def _tile(
    package: Package, book: PriceBook, storefront: Storefront, rates: Rates, abroad: Abroad | None
) -> Tile:
    price = prices.price_of(package.price_minor, storefront)
    return Tile(
        package=package,
        price=price,
        per_hundred_minor=prices.per_hundred_minor(package.price_minor, package.coins),
        saving_basis_points=prices.saving_basis_points(package.coins, package.price_minor, book),
        creator_minor=creator_minor(package.coins, rates),
        abroad_minor=abroad.about(price.gross_minor) if abroad else None,
    )


def creator_minor(coins: int, rates: Rates) -> int:
    """What a creator can cash out for so many coins, in minor units of the settlement currency, rounded down."""
    return coins * rates.diamond_units_per_coin * rates.diamond_value_micro // 1_000_000


def orders_of(user: User) -> "QuerySet[Order]":
    """A person's orders, newest first, with what lists show."""
    return (
        Order.objects.filter(user=user)
        .select_related("package", "price_book", "offer")
        .order_by("-created_at", "-id")
    )


def order_of(user: User, order_id: UUID) -> Order | None:
    """One order of this person; somebody else's is None."""
    return (
        Order.objects.filter(user=user, pk=order_id)
        .select_related("user", "storefront", "package", "price_book")
        .first()
    )


def unfinished_order(user: User) -> Order | None:
    """The newest order that waits for the buyer to pay."""
    waiting = orders_of(user).filter(state__in=PAYABLE_STATES, held_reason="", is_bank_checking=False)
    return waiting.exclude(checkout_url="").first()


def timeline(order: Order) -> list[OrderEvent]:
    """What happened to an order, as its buyer may see it, oldest first."""
    return list(order.events.exclude(kind__in=HIDDEN_FROM_BUYERS).order_by("id"))


def order_id_of_session(session_id: str, reference: str) -> UUID | None:
    """The order a Checkout Session pays for: the one that keeps it, else the one it names."""
    kept = Order.objects.filter(session_id=session_id).values_list("pk", flat=True).first()
    return kept or Order.objects.filter(pk__in=_uuids(reference)).values_list("pk", flat=True).first()


def session_of_order(reference: str, payment_intent_id: str) -> str | None:
    """The Checkout Session of the order that a payment names, or that knows the payment."""
    orders = Order.objects.exclude(session_id=None)
    found = orders.filter(pk__in=_uuids(reference)).values_list("session_id", flat=True).first()
    if found is None and payment_intent_id:
        found = (
            orders.filter(payment_intent_id=payment_intent_id).values_list("session_id", flat=True).first()
        )
    return found


def order_of_payment(reference: str, payment_intent_id: str, charge_id: str) -> Order | None:
    """The order that a payment names, or that knows the payment or its charge."""
    ways = [Q(pk__in=_uuids(reference))]
    ways += [Q(payment_intent_id=payment_intent_id)] if payment_intent_id else []
    ways += [Q(charge_id=charge_id)] if charge_id else []
    found = (Order.objects.filter(way).first() for way in ways)
    return next((order for order in found if order is not None), None)


def trace(order: Order, *, has_answered: bool) -> list[TraceLine]:
    """Where the coins of an order are, by the three who know: provider, webhook, ledger."""
    return [_provider_line(order, has_answered=has_answered), _webhook_line(order), _ledger_line(order)]


def _open(party: str, words: str) -> TraceLine:
    return TraceLine(party, is_settled=False, words=words)


def _settled(party: str, words: str, at: datetime) -> TraceLine:
    return TraceLine(party, is_settled=True, words=words, at=at)


def _provider_line(order: Order, *, has_answered: bool) -> TraceLine:
    if not has_answered:
        return _open("provider", "The payment provider does not answer just now. We keep asking.")
    if order.held_reason:
        return _open("provider", "The payment provider has a payment that does not fit this order.")
    if order.refunded_minor and order.paid_at:
        back = money(order.refunded_minor, order.currency)
        return _settled(
            "provider", f"The payment provider had your payment; {back} of it goes back.", order.paid_at
        )
    if order.paid_at:
        return _settled("provider", "The payment provider has your payment.", order.paid_at)
    if order.is_bank_checking:
        return _open("provider", "Your bank is still checking the payment.")
    words = {
        OrderState.DECLINED: "The last try was declined; no money was taken.",
        OrderState.EXPIRED: "The payment page was closed without a payment; no money was taken.",
        OrderState.CANCELLED: "The payment page was closed without a payment; no money was taken.",
    }
    return _open("provider", words.get(OrderState(order.state), "No payment has arrived yet."))


def _webhook_line(order: Order) -> TraceLine:
    ids = [one for one in (order.session_id, order.payment_intent_id, order.charge_id) if one]
    messages = InboxEvent.objects.filter(object_id__in=ids)
    first = messages.order_by("received_at").first()
    if first is None:
        return _open("webhook", "No message about it has arrived yet; we do not depend on one.")
    count = messages.count()
    words = "One message about it arrived." if count == 1 else f"{count} messages about it arrived."
    return _settled("webhook", words, first.received_at)


def _ledger_line(order: Order) -> TraceLine:
    operation = Operation.objects.filter(holder=order.user.ledger_id, key=order_key(order)).first()
    if operation is None:
        return _open("ledger", "No coins have been booked for this order.")
    words = f"{order.coins:,} coins are booked as operation {operation.pk}."
    if order.refunded_coins:
        words += f" {order.refunded_coins:,} of them were refunded."
    return _settled("ledger", words, operation.at)


def orders_against_books() -> list[str]:
    """What ledger_check adds: every credited order has its operation with its coins, every operation an order."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS_AGAINST_BOOKS, {"credited": [state.value for state in CREDITED_STATES]})
        rows: Sequence[tuple[str]] = cursor.fetchall()
    return [row[0] for row in rows]


def receipts_without_gaps() -> list[str]:
    """What ledger_check adds: each storefront's receipts are numbered 1, 2, 3 … up to the last one given."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPTS_WITH_GAPS)
        rows: Sequence[tuple[str]] = cursor.fetchall()
    return [row[0] for row in rows]


def _uuids(text: str) -> list[UUID]:
    """The id that `text` names, if it names one: what comes from outside may be anything."""
    try:
        return [UUID(text)]
    except ValueError:
        return []


_ORDERS_AGAINST_BOOKS = """
WITH sold AS (
    SELECT 'order:' || orders.id AS key, people.ledger_id AS holder, orders.coins, orders.state
    FROM wallet_order orders JOIN accounts_user people ON people.id = orders.user_id
), booked AS (
    SELECT operation.id, operation.key, operation.holder, sum(transfer.amount) AS coins
    FROM ledger_operation operation
    JOIN ledger_transfer transfer ON transfer.operation_id = operation.id AND transfer.unit = 'COIN'
    WHERE operation.kind = 'recharge'
    GROUP BY operation.id, operation.key, operation.holder
)
SELECT CASE
    WHEN booked.id IS NULL THEN sold.key || ' is credited but has no operation'
    WHEN sold.key IS NULL THEN 'operation ' || booked.id || ' (' || booked.key || ') has no order'
    WHEN sold.state <> ALL (%(credited)s)
        THEN 'operation ' || booked.id || ' credits ' || sold.key || ', which is ' || sold.state
    ELSE 'operation ' || booked.id || ' books ' || booked.coins || ' coins, ' || sold.key || ' sold ' || sold.coins
END
FROM sold FULL JOIN booked ON booked.key = sold.key AND booked.holder = sold.holder
WHERE (sold.state = ANY (%(credited)s) AND booked.id IS NULL)
   OR (booked.id IS NOT NULL
       AND (sold.key IS NULL OR sold.state <> ALL (%(credited)s) OR booked.coins <> sold.coins))
"""

_RECEIPTS_WITH_GAPS = """
SELECT 'receipts of ' || storefront.code || ': ' || count(receipt.id) || ' up to number '
    || coalesce(max(receipt.number), 0) || ', the last given is ' || series.last_number
FROM wallet_receiptseries series
JOIN wallet_storefront storefront ON storefront.id = series.storefront_id
LEFT JOIN wallet_receipt receipt ON receipt.storefront_id = series.storefront_id
GROUP BY storefront.code, series.last_number
HAVING count(receipt.id) <> series.last_number OR coalesce(max(receipt.number), 0) <> series.last_number
"""
