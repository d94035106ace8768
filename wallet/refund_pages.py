"""What pages show of refunds, as ready values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wallet import refund_policy, refund_rules
from wallet.models import Order, Refund, Storefront
from wallet.refund_policy import PolicyText
from wallet.refund_states import RefundState


@dataclass(frozen=True)
class OfOrder:
    """An order's refunds, and whether its buyer may ask for one."""

    refunds: list[Refund]
    policy: PolicyText
    coins_left: int
    until: datetime | None
    can_ask: bool


def of_order(order: Order, now: datetime) -> OfOrder:
    """The refunds part of an order's page."""
    may = refund_rules.may_withdraw(order, now)
    left = refund_rules.coins_left(order) if may else 0
    return OfOrder(
        refunds=refunds_of(order),
        policy=refund_rules.policy_of(order),
        coins_left=left,
        until=refund_rules.withdrawal_ends_at(order),
        can_ask=left > 0,
    )


def refunds_of(order: Order) -> list[Refund]:
    """The order's refunds as its buyer sees them, newest first: without what operators only proposed."""
    if not order.was_credited:
        return []
    hidden = [RefundState.PROPOSED, RefundState.REJECTED]
    return list(order.refunds.exclude(state__in=hidden).order_by("-created_at", "-id"))


def policy_for(storefront: Storefront | None) -> PolicyText:
    """What somebody who buys there now is promised."""
    if storefront is None:
        return refund_policy.text_of(refund_policy.RefundPolicy.FINAL, 0)
    return refund_policy.text_of(storefront.refund_policy, storefront.withdrawal_days)


def receipt_lines(order: Order) -> list[dict[str, Any]]:
    """What a receipt says of money that went back: when, and how much."""
    return [
        {"at": refund.state_at, "amount_minor": refund.amount_minor, "coins": refund.coins}
        for refund in reversed(refunds_of(order))
        if refund.state == RefundState.SUCCEEDED
    ]
