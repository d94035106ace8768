"""What the wallet's pages show, as ready values: no rule stays behind for a template."""

from dataclasses import dataclass
from typing import Any

from look.money import money
from look.states import State, state
from wallet import declines
from wallet.models import Order, OrderEvent, Storefront, TaxMode
from wallet.states import PAYABLE_STATES, OrderState

Kind = OrderEvent.Kind

ICONS = {
    Kind.CREATED: ("circle-dashed", "neutral"),
    Kind.CHECKOUT_OPENED: ("credit-card", "info"),
    Kind.PROVIDER_SILENT: ("hourglass", "warn"),
    Kind.PAYMENT_FAILED: ("circle-x", "bad"),
    Kind.BANK_CHECKING: ("landmark", "info"),
    Kind.PAID: ("banknote", "good"),
    Kind.CREDITED: ("circle-check", "good"),
    Kind.BONUS_GRANTED: ("gift", "good"),
    Kind.BONUS_LOST: ("info", "neutral"),
    Kind.EXPIRED: ("timer", "neutral"),
    Kind.CANCELLED: ("ban", "neutral"),
    Kind.REFUSED: ("ban", "bad"),
    Kind.HELD: ("circle-pause", "warn"),
    Kind.RELEASED: ("check", "info"),
    Kind.RECHECKED: ("refresh-cw", "info"),
    Kind.REFUND_ASKED: ("undo-2", "info"),
    Kind.REFUND_PAID: ("undo-2", "good"),
    Kind.REFUND_FAILED: ("rotate-ccw", "warn"),
    Kind.REFUND_PROPOSED: ("users", "info"),
    Kind.REFUND_REJECTED: ("ban", "neutral"),
    Kind.CASE_OPENED: ("life-buoy", "info"),
    Kind.DISPUTE_OPENED: ("scale", "warn"),
    Kind.DISPUTE_WON: ("scale", "good"),
    Kind.DISPUTE_LOST: ("scale", "bad"),
    Kind.FRAUD_WARNING: ("shield-alert", "warn"),
}


@dataclass(frozen=True)
class Standing:
    """How an order stands, in words: what happened, whether money moved, what to do."""

    name: str  # of look.states
    headline: str
    words: str
    can_pay: bool  # the same payment page can be used now
    can_cancel: bool
    is_waiting: bool  # something is still to come by itself: the page looks again

    @property
    def look(self) -> State:
        return state("order", self.name)


def standing(order: Order, *, returned: bool = False) -> Standing:
    """How `order` stands. `returned`: the buyer has just come back from the payment page."""
    name, headline, words = _words(order, returned=returned)
    is_payable = order.state in PAYABLE_STATES and not order.held_reason and not order.is_bank_checking
    return Standing(
        name=name,
        headline=headline,
        words=words,
        can_pay=is_payable and bool(order.checkout_url),
        can_cancel=is_payable,
        is_waiting=order.is_open or bool(order.held_reason),
    )


def _words(order: Order, *, returned: bool) -> tuple[str, str, str]:
    if order.held_reason:
        return (
            "held",
            "A person is looking at this order",
            "What the payment provider told us does not fit this order, so we stopped before booking anything. "
            "Your payment is safe; an operator has been alerted.",
        )
    if order.refunded_minor and not order.was_credited:  # sent back at the provider
        return order.state, "Your payment went back to you", "We could not book it, and nothing was sold."
    if order.is_bank_checking:
        return (
            "processing",
            "Your bank is checking the payment",
            "You are done; your bank is not yet. The coins arrive by themselves as soon as it says yes.",
        )
    if order.state in (OrderState.CREATED, OrderState.AWAITING_PAYMENT) and not order.checkout_url:
        return (
            "awaiting_payment",
            "The payment page is not ready yet",
            "The payment provider does not answer just now. Nothing was charged. We keep asking and the button "
            "appears here by itself.",
        )
    return _plain_words(order, returned=returned)


def _plain_words(order: Order, *, returned: bool) -> tuple[str, str, str]:
    match OrderState(order.state):
        case OrderState.CREDITED:
            return _credited_words(order)
        case OrderState.PAID:
            return "paid", "Payment received", "The coins are being booked. This takes a few seconds."
        case OrderState.DECLINED:
            why = declines.explain(order.decline_code)
            return "declined", why.message, f"No money was taken. {why.next_step}"
        case OrderState.EXPIRED:
            return _expired_words(order)
        case OrderState.CANCELLED:
            return "cancelled", "This order was cancelled", "No money was taken."
        case OrderState.REFUNDED:
            return (
                "refunded",
                f"{money(order.refunded_minor, order.currency)} went back to you",
                "It was sent to the payment method you paid with. Banks take up to 10 days to show it.",
            )
        case OrderState.DISPUTED if order.is_dispute_lost:
            return (
                "dispute_lost",
                "Your bank took this payment back",
                "What was left of its coins is gone with it. You owe nothing. What happened stands below.",
            )
        case OrderState.DISPUTED:
            return (
                "disputed",
                "Your bank is looking into this payment",
                "What is left of its coins is set aside until the bank has decided. Each step stands below.",
            )
        case _ if returned:
            return (
                "processing",
                "We are checking with the bank",
                "You have come back from the payment page; the confirmation takes a few seconds. "
                "You can leave this page, the coins arrive anyway.",
            )
        case _:
            return (
                "awaiting_payment",
                "Waiting for your payment",
                "Nothing was charged yet. The payment page stays open until you use it or this order expires.",
            )


def tax_words(storefront: Storefront) -> str:
    """What a buyer should know about the tax of the listed prices; empty where there is none."""
    name = storefront.tax_name or "Tax"
    is_added = storefront.tax_mode == TaxMode.EXCLUSIVE
    if storefront.is_tax_automatic:
        if is_added:
            return f"{name} is added on the payment page, by your address."
        return f"{name} is included; its rate follows your address."
    if not storefront.tax_basis_points:
        return ""
    percent = f"{storefront.tax_basis_points / 100:g}%"
    return f"{name} of {percent} is {'added to these prices' if is_added else 'included in every price'}."


def _expired_words(order: Order) -> tuple[str, str, str]:
    if not order.decline_code:
        return "expired", "This order has expired", "It was not paid, and no money was taken."
    why = declines.explain(order.decline_code)
    return "expired", "This order was not paid", f"{why.message} No money was taken. {why.next_step}"


def _credited_words(order: Order) -> tuple[str, str, str]:
    back = money(order.refunded_minor, order.currency)
    if order.refunded_minor and order.settled_state == OrderState.REFUNDED:
        return (
            "credited",
            f"{back} is on its way back to you",
            "The payment provider has not confirmed it yet.",
        )
    if order.refunded_minor:
        words = f"You gave {order.refunded_coins:,} back for {back}; the others are yours."
        return "credited", f"{order.coins - order.refunded_coins:,} coins are yours", words
    return "credited", f"{order.coins:,} coins are yours", "They are in your balance. Thank you."


def steps(events: list[OrderEvent]) -> list[dict[str, Any]]:
    """The timeline for the `timeline` tag."""
    return [_step(event) for event in events]


def _step(event: OrderEvent) -> dict[str, Any]:
    icon, tone = ICONS.get(Kind(event.kind), ("circle-dot", "neutral"))
    return {
        "title": event.get_kind_display(),
        "at": event.at,
        "who": f"by {event.get_source_display()}",
        "why": declines.explain(event.code).message if event.kind == Kind.PAYMENT_FAILED else "",
        "icon": icon,
        "tone": tone,
    }
