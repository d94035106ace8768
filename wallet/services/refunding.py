"""Giving coins back for money: what one would get, asking for it, and an operator's second pair of eyes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from ledger import books
from ledger.errors import KeyReused
from ledger.retry import in_transaction
from wallet import refund_rules, refunds
from wallet.models import Order, Refund
from wallet.refund_errors import (
    MayNotRefund,
    NotProposed,
    OwnOrder,
    ReasonRequired,
    RefundTooSmall,
    SecondOperatorNeeded,
)
from wallet.refund_rules import Offer
from wallet.refund_states import RefundState
from wallet.services.refund_sending import send_refund
from wallet.services.refund_steps import begin, locked_refund, tell
from wallet.services.steps import Kind, Source, locked, note

Origin = Refund.Origin


def quote_refund(*, order: Order, coins: int | None = None, asked_by: User, now: datetime) -> Offer:
    """What giving `coins` of the order back (None: all that are left) would bring now; nothing is changed.

    Raises:
        NotRefundable, RefundDuringDispute, TooFewCoinsLeft, RefundTooSmall: it cannot be refunded, or not so.
        WithdrawalOff, WithdrawalOver, AccountFrozen: the buyer may not by themselves.
    """
    return in_transaction(lambda: _offer(locked(order.pk), coins, asked_by, now))


def ask_refund(
    *, order: Order, coins: int | None, asked_by: User, reason: str, key: str, now: datetime
) -> Refund:
    """Take `coins` of the order back (None: all that are left) and send their price back to where it came from.

    Once per `key` of the order. By the buyer it is a withdrawal, within the storefront's days; by anybody else an
    operator's refund, which above the storefront's limit waits for a second one. The face has checked who may. Opens
    its own transactions and asks the provider after them: when it is silent the sweep goes on.

    Raises:
        as `quote_refund`. KeyReused: `key` stands for another refund. Nothing was changed.
    """
    refund = in_transaction(lambda: _ask(order.pk, coins, asked_by, reason, key, now))
    if refund.state != RefundState.PENDING:
        return refund
    return send_refund(refund_id=refund.pk, now=now, source=_source(refund))


def refund_as_operator(
    *, order: Order, coins: int | None, operator: User, verified: bool, reason: str, key: str, now: datetime
) -> Refund:
    """`ask_refund` from the back office. `verified`: the session used a second factor.

    Raises:
        MayNotRefund, OwnOrder, ReasonRequired: the operator may not, or not like this.
    """
    _require_operator(order, operator, verified=verified, reason=reason)
    return ask_refund(order=order, coins=coins, asked_by=operator, reason=reason, key=key, now=now)


def agree_to_refund(*, refund_id: UUID, operator: User, verified: bool, now: datetime) -> Refund:
    """Let a proposed refund go on: its coins are taken now, at what is left of them.

    Raises:
        MayNotRefund, OwnOrder, SecondOperatorNeeded, NotProposed: nothing was changed.
        NotRefundable, RefundDuringDispute, TooFewCoinsLeft: things have changed since it was proposed.
    """

    def agree() -> None:
        order, refund = _proposed(refund_id, operator, verified)
        _take(order, refund, _offer(order, refund.coins, refund.asked_by, now), now)
        refund.decided_by = operator
        begin(order, refund, source=Source.OPERATOR, now=now)
        tell(order, refund)

    in_transaction(agree)
    return send_refund(refund_id=refund_id, now=now, source=Source.OPERATOR)


def reject_refund(*, refund_id: UUID, operator: User, verified: bool, now: datetime) -> Refund:
    """Close a proposed refund; nothing was taken for it. Also its proposer may.

    Raises:
        MayNotRefund, OwnOrder, NotProposed: nothing was changed.
    """
    with transaction.atomic(durable=True):
        order, refund = _proposed(refund_id, operator, verified, is_agreeing=False)
        refund.decided_by, refund.state, refund.state_at = operator, RefundState.REJECTED, now
        refund.save()
        note(order, Kind.REFUND_REJECTED, source=Source.OPERATOR, now=now, refund=str(refund.pk))
    return refund


def _ask(order_id: UUID, coins: int | None, asked_by: User, reason: str, key: str, now: datetime) -> Refund:
    order = locked(order_id)
    asked = books.request_hash("refund", order.pk, coins, asked_by.pk)
    earlier = Refund.objects.filter(order=order, key=key).first()
    if earlier is not None:
        if bytes(earlier.request_hash) != asked:
            raise KeyReused
        return earlier
    offer = _offer(order, coins, asked_by, now)
    is_own = asked_by.pk == order.user_id
    refund = Refund(
        order=order,
        origin=Origin.BUYER if is_own else Origin.OPERATOR,
        asked_by=asked_by,
        reason=reason.strip()[:300],
        key=key,
        request_hash=asked,
        currency=order.currency,
        created_at=now,
        state_at=now,
    )
    if not is_own and offer.amount_minor > order.storefront.refund_four_eyes_above_minor:
        return _propose(order, refund, offer, now)
    _take(order, refund, offer, now)
    begin(order, refund, source=_source(refund), now=now)
    tell(order, refund)
    return refund


def _source(refund: Refund) -> Source:
    return Source.BUYER if refund.origin == Origin.BUYER else Source.OPERATOR


def _offer(order: Order, coins: int | None, asked_by: User | None, now: datetime) -> Offer:
    """What the locked order gives back now; locks its buyer's coins."""
    is_own = asked_by is not None and asked_by.pk == order.user_id
    refund_rules.require_refundable(order)
    if is_own:
        refund_rules.require_withdrawal(order, now)
    left = refund_rules.coins_left(order)
    given = refunds.quote(order, holder=order.user.ledger_id, coins=left if coins is None else coins)
    if given.amount_minor == 0:
        raise RefundTooSmall
    return Offer.of(order, given, coins_left=left)


def _take(order: Order, refund: Refund, offer: Offer, now: datetime) -> None:
    given = refunds.refund(
        order, holder=order.user.ledger_id, coins=offer.coins, reference=str(refund.pk), now=now
    )
    refund.coins, refund.bonus_coins = given.coins, given.bonus_coins
    refund.amount_minor, refund.withheld_minor = given.amount_minor, given.withheld_minor


def _propose(order: Order, refund: Refund, offer: Offer, now: datetime) -> Refund:
    refund.state, refund.coins, refund.amount_minor = RefundState.PROPOSED, offer.coins, offer.amount_minor
    refund.bonus_coins, refund.withheld_minor = offer.bonus_coins, offer.withheld_minor
    refund.save(force_insert=True)
    note(order, Kind.REFUND_PROPOSED, source=Source.OPERATOR, now=now, refund=str(refund.pk),
         amount_minor=refund.amount_minor, operator=refund.asked_by_id)  # fmt: skip
    return refund


def _proposed(
    refund_id: UUID, operator: User, verified: bool, *, is_agreeing: bool = True
) -> tuple[Order, Refund]:
    order, refund = locked_refund(refund_id)
    _require_operator(order, operator, verified=verified, reason="agreed")
    if refund.state != RefundState.PROPOSED:
        raise NotProposed
    if is_agreeing and refund.asked_by_id == operator.pk:
        raise SecondOperatorNeeded
    return order, refund


def _require_operator(order: Order, operator: User, *, verified: bool, reason: str) -> None:
    may = operator.is_active and operator.is_staff and operator.has_perm("wallet.refund_order")
    if not (may and verified):
        raise MayNotRefund
    if order.user_id == operator.pk:
        raise OwnOrder
    if not reason.strip():
        raise ReasonRequired
