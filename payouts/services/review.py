"""Screening and an operator's decision."""

import uuid
from collections.abc import Callable
from datetime import datetime

from accounts import services as people
from accounts.models import User
from ground.errors import DomainError
from payouts import bookings, nudges
from payouts.errors import (
    CreatorFrozen,
    MayNotDecide,
    NotToReview,
    OwnPayout,
    ReasonRequired,
    SecondFactorNotVerified,
)
from payouts.models import Payout
from payouts.selectors import is_frozen
from payouts.services.request import CASH_OUT_TERMS
from payouts.services.transitions import advance, locked
from payouts.states import PayoutState


def findings(payout: Payout, *, now: datetime) -> list[str]:
    """What an operator should know before deciding, as stable codes; empty when nothing was found."""
    found = [] if payout.account.is_ready else ["account_not_ready"]
    found += _refusal(
        lambda: people.require_current_terms(user=payout.creator, kinds=CASH_OUT_TERMS, now=now)
    )
    found += _refusal(lambda: people.require_adult(user=payout.creator, today=now.date()))
    if not payout.creator.is_active:
        found.append("account_closed")
    if is_frozen(payout.creator):
        found.append("account_frozen")
    if not Payout.objects.filter(creator=payout.creator, state=PayoutState.PAID).exists():
        found.append("first_cash_out")
    return found


def screen_payout(*, payout_id: uuid.UUID, now: datetime) -> Payout:
    """Run the automatic checks of a requested payout and put it, with what they found, before the operators."""
    with locked(payout_id) as payout:
        if payout.status == PayoutState.REQUESTED:
            advance(payout, PayoutState.SCREENING, now=now, facts={"findings": findings(payout, now=now)})
    return payout


def approve_payout(
    *, payout_id: uuid.UUID, operator: User, verified: bool, reason: str, now: datetime
) -> Payout:
    """Let a payout be sent. Opens its own transaction. `verified`: the session used a second factor.

    Raises:
        MayNotDecide, SecondFactorNotVerified, OwnPayout, ReasonRequired: the operator may not, or not like this.
        NotToReview: it does not wait for a decision.
        CreatorFrozen: nothing leaves this account now.
    """
    _require_operator(operator, verified, reason)
    with locked(payout_id) as payout:
        _require_other_person(payout, operator)
        if payout.status != PayoutState.SCREENING:
            raise NotToReview(state=payout.state)
        if is_frozen(payout.creator):
            raise CreatorFrozen
        payout.decided_by = operator
        advance(payout, PayoutState.APPROVED, now=now, actor=operator, reason=reason.strip(), due_at=now)
        nudges.nudge(payout.id)
    return payout


def reject_payout(
    *, payout_id: uuid.UUID, operator: User, verified: bool, reason: str, now: datetime
) -> Payout:
    """Refuse a payout that was not sent; diamonds, money and fee return with it. The creator reads `reason`.

    Raises:
        MayNotDecide, SecondFactorNotVerified, OwnPayout, ReasonRequired: the operator may not, or not like this.
        NotToReview: it was decided, cancelled or sent.
    """
    _require_operator(operator, verified, reason)
    with locked(payout_id) as payout:
        _require_other_person(payout, operator)
        if not payout.status.may_become(PayoutState.REJECTED):
            raise NotToReview(state=payout.state)
        bookings.release(payout, now=now)
        payout.decided_by, payout.reason = operator, reason.strip()[:300]
        advance(payout, PayoutState.REJECTED, now=now, actor=operator, reason=payout.reason)
    return payout


def _refusal(check: Callable[[], None]) -> list[str]:
    try:
        check()
    except DomainError as refusal:
        return [refusal.code]
    return []


def _require_operator(operator: User, verified: bool, reason: str) -> None:
    if not (operator.is_active and operator.is_staff and operator.has_perm("payouts.decide_payout")):
        raise MayNotDecide
    if not verified:
        raise SecondFactorNotVerified
    if not reason.strip():
        raise ReasonRequired


def _require_other_person(payout: Payout, operator: User) -> None:
    if payout.creator_id == operator.pk:
        raise OwnPayout
