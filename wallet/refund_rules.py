"""Whether an order can give something back, until when its buyer may ask for it, and what that would be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.errors import AccountFrozen
from ledger.lotparts import count
from ledger.models import Account
from wallet import refund_policy, refunds
from wallet.lots import read_order
from wallet.models import Order, Refund
from wallet.refund_errors import (
    NotRefundable,
    RefundDuringDispute,
    TooManyRefunds,
    WithdrawalOff,
    WithdrawalOver,
)
from wallet.refund_policy import PolicyText
from wallet.states import OrderState

MOST_BY_BUYER = 10  # parts of one order; each is a call to the provider and a line on a bank statement


@dataclass(frozen=True)
class Offer:
    """What giving coins back brings: shown before anything is confirmed."""

    coins: int
    coins_left: int
    bonus_coins: int  # go with them
    amount_minor: int
    full_minor: int  # before the value of a spent bonus came off
    currency: str
    withheld_minor: int  # that value, in the settlement currency
    until: datetime | None  # the buyer may ask until then; None: only an operator

    @classmethod
    def of(cls, order: Order, given: refunds.Refund, *, coins_left: int) -> "Offer":
        """The books' answer with what belongs around it."""
        return cls(
            coins=given.coins,
            coins_left=coins_left,
            bonus_coins=given.bonus_coins,
            amount_minor=given.amount_minor,
            full_minor=order.gross_minor * given.coins // order.coins,
            currency=order.currency,
            withheld_minor=given.withheld_minor,
            until=withdrawal_ends_at(order),
        )

    @property
    def reduced_minor(self) -> int:
        """What a spent bonus takes off, in the order's currency."""
        return self.full_minor - self.amount_minor


def require_refundable(order: Order) -> None:
    """Let an order through whose payment can go back at the provider.

    Raises:
        NotRefundable: there is no such payment, or all of it went back.
        RefundDuringDispute: the buyer's bank decides about it.
    """
    if order.state == OrderState.DISPUTED:
        raise RefundDuringDispute
    if order.state != OrderState.CREDITED or not order.charge_id:
        raise NotRefundable


def require_withdrawal(order: Order, now: datetime) -> None:
    """Let the buyer through while the days that the storefront promised run.

    Raises:
        WithdrawalOff, WithdrawalOver: they do not.
        TooManyRefunds: the order was given back in many parts already.
        AccountFrozen: the account's money is stopped after a report; support helps.
    """
    until = withdrawal_ends_at(order)
    if until is None:
        raise WithdrawalOff
    if until <= now:
        raise WithdrawalOver(until=until.isoformat())
    if order.refunds.filter(origin=Refund.Origin.BUYER).count() >= MOST_BY_BUYER:
        raise TooManyRefunds(retry_after_s=86_400)
    if Account.objects.filter(holder=order.user.ledger_id, frozen=True).exists():
        raise AccountFrozen


def withdrawal_ends_at(order: Order) -> datetime | None:
    """Until when the buyer may give coins back by themselves; None: not at all."""
    if order.credited_at is None or not order.withdrawal_days:
        return None
    return order.credited_at + timedelta(days=order.withdrawal_days)


def may_withdraw(order: Order, now: datetime) -> bool:
    """Whether the buyer may ask now, if coins are left. For pages; the service decides."""
    until = withdrawal_ends_at(order)
    return order.state == OrderState.CREDITED and bool(order.charge_id) and until is not None and now < until


def coins_left(order: Order) -> int:
    """How many of the order's bought coins are unspent now."""
    return count(read_order(order, order.user.ledger_id).unspent)


def policy_of(order: Order) -> PolicyText:
    """The refund policy an order was sold under."""
    return refund_policy.text_of(order.storefront.refund_policy, order.withdrawal_days)
