"""What the wallet knows about a person: for their export, their closing, and how it is erased."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from accounts.hooks import ExportPart, Hindrance
from accounts.models import User
from accounts.personal import streamed
from ground import clock
from ledger import books
from ledger.models import Limit
from ledger.statement import statement
from look.money import money
from wallet import refund_rules
from wallet.models import Order, OrderEvent, ProviderCustomer, Refund, SpendingPause
from wallet.refund_states import RefundState
from wallet.selectors import HIDDEN_FROM_BUYERS
from wallet.states import PAYABLE_STATES, OrderState

LATEST_ORDERS = 50


def export(person: User) -> Iterator[ExportPart]:
    """The parts of a person's export that the wallet has."""
    yield ExportPart("orders", "Every recharge, with what its receipt says.", _orders(person))
    yield ExportPart(
        "payment-customer",
        "Whom the payment provider knows you as, for what you saved there.",
        _customer(person),
    )
    yield ExportPart("order-history", "What happened to each recharge, step by step.", _steps(person))
    yield ExportPart("refunds", "Money that went back to you, or was to.", _refunds(person))
    yield ExportPart("balances", "What your accounts in the books hold now.", _balances(person))
    yield ExportPart(
        "books", "Every coin and diamond that came or went, as the books have it.", _lines(person)
    )
    yield ExportPart("budgets", "What you allow yourself to spend.", _budgets(person))
    yield ExportPart("spending-pauses", "When you asked not to be able to spend.", _pauses(person))


def hindrances(person: User) -> Iterator[Hindrance]:
    """Coins that are left, coins in a dispute, and recharges and refunds that are not over."""
    there = books.balances(person.ledger_id)
    if coins := there.get(("coins", books.COIN), 0):
        yield Hindrance(
            "unspent_coins",
            f"You have {coins:,} coins left.",
            _ways_out(person),
            reverse("explore"),
            amount=coins,
            unit=books.COIN,
            can_give_up=True,
        )
    if held := there.get(("coins.held", books.COIN), 0):
        yield Hindrance(
            "coins_in_dispute",
            f"{held:,} coins are set aside because a bank disputes their payment.",
            "Wait until the bank has decided. We cannot speed it up.",
            amount=held,
            unit=books.COIN,
        )
    for order in Order.objects.filter(user=person).filter(_unfinished()).order_by("created_at"):
        yield _of_order(order)
    for refund in Refund.objects.filter(
        order__user=person, state__in=[RefundState.PROPOSED, RefundState.PENDING]
    ):
        yield Hindrance(
            "open_refund",
            f"A refund of {money(refund.amount_minor, refund.currency)} is on its way to you.",
            "Wait until it has arrived; the order's page says so.",
            reverse("wallet:order", args=[refund.order_id]),
        )


def provider_ids(person: User) -> Iterator[str]:
    """The provider's ids of a person's payments."""
    customers = ProviderCustomer.objects.filter(user=person).exclude(customer_id=None)
    yield from (str(one) for one in customers.values_list("customer_id", flat=True))
    rows = Order.objects.filter(user=person)
    for ids in rows.values_list("session_id", "payment_intent_id", "charge_id", "declined_try").iterator():
        yield from (one for one in ids if one)
    refunds = Refund.objects.filter(order__user=person).exclude(provider_id=None)
    yield from refunds.values_list("provider_id", flat=True).iterator()


def erase(person: User) -> None:
    """Orders stay as what was sold and paid; what the buyer named them by goes, and their limits."""
    now = clock.now()
    for period in Limit.Period.values:
        books.limit(person.ledger_id, period=period, coins=None, zone="UTC", now=now)
    books.pause(person.ledger_id, until=None, now=now)
    SpendingPause.objects.filter(user=person).delete()
    Order.objects.filter(user=person, credited_at__isnull=False, receipt_sent_at=None).update(
        receipt_sent_at=now
    )
    ProviderCustomer.objects.filter(user=person).delete()  # the one at the provider: a step of the closing
    with connection.cursor() as cursor:
        cursor.execute("SELECT wallet_forget_keys(%s)", [person.pk])


def _ways_out(person: User) -> str:
    """What to do with coins before closing: money back where their purchase allows it still."""
    now = clock.now()
    bought = Order.objects.filter(user=person, state=OrderState.CREDITED, withdrawal_days__gt=0)
    if any(refund_rules.may_withdraw(order, now) for order in bought.order_by("-created_at")[:LATEST_ORDERS]):
        return (
            "Give them back for money from their purchase under Balance, give them away in a live room, "
            "or give them up by typing their number."
        )
    return "Give them away in a live room, or give them up by typing their number."


def _unfinished() -> Q:
    held = ~Q(held_reason="") & ~Q(state__in=[OrderState.CANCELLED, OrderState.EXPIRED])
    return Q(state__in=[*PAYABLE_STATES, OrderState.PAID]) | held


def _of_order(order: Order) -> Hindrance:
    address = reverse("wallet:order", args=[order.pk])
    if order.held_reason or order.state == OrderState.PAID:
        words = "A recharge is paid, and its coins are not on your balance yet."
        return Hindrance("open_order", words, "Open it and see what it waits for.", address)
    if order.is_bank_checking:
        words = "Your bank is still checking a payment."
        return Hindrance("open_order", words, "Wait until it has decided; the order's page says so.", address)
    return Hindrance("open_order", "A recharge is not paid yet.", "Pay or cancel it on its page.", address)


def _orders(person: User) -> Iterable[dict[str, object]]:
    rows = (
        Order.objects.filter(user=person)
        .select_related("storefront", "package", "receipt__storefront")
        .order_by("created_at", "id")
    )
    for order in streamed(rows):
        yield {
            "order": order.pk,
            "receipt": order.receipt.code if hasattr(order, "receipt") else "",
            "state": order.state,
            "coins": order.coins,
            "package": order.package.code if order.package else "",
            "storefront": order.storefront.name,
            "currency": order.currency,
            "net_minor": order.net_minor,
            "price_minor": order.price_minor,
            "tax_name": order.tax_name,
            "tax_mode": order.tax_mode,
            "your_country": order.buyer_country,
            "tax_minor": order.tax_minor,
            "gross_minor": order.gross_minor,
            "created_at": order.created_at,
            "paid_at": order.paid_at,
            "credited_at": order.credited_at,
            "decline_code": order.decline_code,
            "your_key": order.client_key,
            "came_from": order.return_to,
            "provider_session": order.session_id or "",
            "provider_payment": order.payment_intent_id,
            "provider_charge": order.charge_id,
        }


def _customer(person: User) -> Iterable[dict[str, object]]:
    for row in ProviderCustomer.objects.filter(user=person).exclude(customer_id=None):
        yield {"provider_customer": row.customer_id, "made_at": row.made_at}


def _steps(person: User) -> Iterable[dict[str, object]]:
    rows = OrderEvent.objects.filter(order__user=person).exclude(kind__in=HIDDEN_FROM_BUYERS).order_by("id")
    for step in streamed(rows):
        yield {
            "order": step.order_id,
            "at": step.at,
            "step": step.kind,
            "told_by": step.source,
            "code": step.code,
        }


def _refunds(person: User) -> Iterable[dict[str, object]]:
    for refund in streamed(Refund.objects.filter(order__user=person).order_by("created_at", "id")):
        yield {
            "refund": refund.pk,
            "order": refund.order_id,
            "asked_by": refund.origin,
            "reason": refund.reason,
            "state": refund.state,
            "coins": refund.coins,
            "amount_minor": refund.amount_minor,
            "currency": refund.currency,
            "asked_at": refund.created_at,
            "state_at": refund.state_at,
            "failure_code": refund.failure_code,
            "provider_refund": refund.provider_id or "",
        }


def _balances(person: User) -> Iterable[dict[str, object]]:
    for (code, unit), amount in sorted(books.balances(person.ledger_id).items()):
        yield {"account": code, "unit": unit, "balance": amount}


def _lines(person: User) -> Iterable[dict[str, object]]:
    return (asdict(line) for line in statement(person.ledger_id))


def _budgets(person: User) -> Iterable[dict[str, object]]:
    for limit in Limit.objects.filter(account__holder=person.ledger_id).order_by("period"):
        yield {
            "period": limit.period,
            "coins": limit.amount,
            "calendar_of": limit.zone,
            "began_at": limit.starts_at,
            "ends_at": limit.ends_at,
        }


def _pauses(person: User) -> Iterable[dict[str, object]]:
    for pause in SpendingPause.objects.filter(user=person).order_by("pk"):
        yield {
            "kind": pause.kind,
            "started_at": pause.started_at,
            "term_ends_at": pause.term_ends_at,
            "end_wished_at": pause.end_wished_at,
            "lifts_at": pause.lifts_at,
        }
