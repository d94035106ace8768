"""Bringing a dispute to what the provider says of it: one function for the inbox, the sweep and the back office.

Nothing rests on an event's content or order. Whoever is called asks the provider and applies the answer; an answer
that changes something is applied only if nobody applied another one since it was asked, and is asked anew otherwise.
So the last answer applied is the newest one, whatever was late, doubled or lost.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings

from care.dispute_states import DisputeStepKind as Did
from care.dispute_states import Stage
from care.models import Dispute, FraudWarning
from care.provider_disputes import EXPAND, Claim
from care.services.dispute_effects import follow, record
from care.services.dispute_news import News
from ledger.errors import TryAgain
from ledger.retry import in_transaction
from provider import calls
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.errors import ProviderRefused
from wallet.models import Order
from wallet.refund_states import RefundState
from wallet.selectors import order_of_payment
from wallet.services import fulfil
from wallet.services.refund_sending import look_at_refund
from wallet.services.standing import judge_payer
from wallet.services.steps import Source, locked

TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
FACTS = (
    "status", "reason", "network_reason_code", "case_type", "evidence_due_at", "has_evidence", "submission_count",
    "is_charge_refundable",
)  # fmt: skip


class _Outdated(Exception):
    """Another answer was applied since this one was asked."""


def nothing_else() -> None:
    """No further work belongs to the transaction."""


def look_at_dispute(
    *, provider_id: str, source: Source, now: datetime, settle: Callable[[], None] = nothing_else
) -> Dispute:
    """This will ask the provider about a dispute and bring our row, the order and the books to that state.

    Safe to call many times at once. `settle` runs inside the transaction of the work. The provider is asked with no
    transaction open; then one transaction does everything.

    Raises:
        ProviderUnknown, ProviderRefused: the provider did not answer, or knows no such dispute; nothing changed.
        TryAgain: too many looked at the same time; nothing changed.
    """
    for _ in range(TRIES):
        looks = Dispute.objects.filter(provider_id=provider_id).values_list("looks", flat=True).first() or 0
        claim = ask(provider_id)
        order_id = credited_order(claim.reference, claim.intent_id, claim.charge_id, source=source, now=now)
        apply = partial(_apply, claim, order_id, looks=looks, source=source, now=now, settle=settle)
        try:
            return in_transaction(apply)
        except _Outdated:
            continue
    raise TryAgain


def ask(provider_id: str) -> Claim:
    """The dispute as the provider has it now."""
    retrieve = stripe_client().v1.disputes.retrieve
    answer: Mapping[str, Any] = calls.read(lambda: retrieve(provider_id, {"expand": EXPAND}))
    return Claim.read(answer)


def credited_order(
    reference: str, intent_id: str, charge_id: str, *, source: Source, now: datetime
) -> UUID | None:
    """The order of a payment, credited first if its own messages were lost. None: it is none of ours.

    Refunds on their way are looked at too: a dispute makes the provider fail them, and what comes back is disputed.
    """
    order = order_of_payment(reference, intent_id, charge_id)
    if order is None:
        return None
    if not order.was_credited and order.session_id is not None:
        fulfil(session_id=order.session_id, source=source, now=now)
    for refund in order.refunds.filter(state=RefundState.PENDING):
        with suppress(ProviderRefused):  # the refund's own sweep tells the operators
            look_at_refund(refund_id=refund.pk, now=now, source=source)
    return order.pk


def judge(order: Order, *, now: datetime) -> None:
    """Settle whether its buyer is a risky payer: by a dispute that was not won, or an early fraud warning."""
    speaks = Dispute.objects.filter(order__user=order.user).against().exists()
    warned = FraudWarning.objects.filter(order__user=order.user).exists()
    judge_payer(user=order.user, is_risky=speaks or warned, now=now)


def _apply(
    claim: Claim,
    order_id: UUID | None,
    *,
    looks: int,
    source: Source,
    now: datetime,
    settle: Callable[[], None],
) -> Dispute:
    order = locked(order_id) if order_id is not None else None
    case = _row(claim, order, now)
    news = None
    if _is_news(case, claim):
        if case.looks != looks:
            raise _Outdated
        news = _take(case, claim, source=source, now=now)
    case.looked_at, case.next_check_at = now, _next_check(case, claim, now)
    case.checks += 1
    case.save()
    settle()
    if news is not None:
        news.tell(now=now)
    return case


def _row(claim: Claim, order: Order | None, now: datetime) -> Dispute:
    """Our row, locked; new ones begin with what the provider says and nothing done."""
    facts = {name: getattr(claim, name) for name in FACTS}
    Dispute.objects.bulk_create(
        [
            Dispute(
                provider_id=claim.provider_id,
                order=order,
                charge_id=claim.charge_id,
                payment_intent_id=claim.intent_id,
                amount_minor=claim.amount_minor,
                currency=claim.currency,
                happened_at=claim.happened_at,
                seen_at=now,
                looked_at=now,
                next_check_at=now,
                **facts,
            )
        ],
        ignore_conflicts=True,
    )
    case = Dispute.objects.select_for_update().get(provider_id=claim.provider_id)
    case.order = order if order is not None else case.order
    return case


def _is_news(case: Dispute, claim: Claim) -> bool:
    """Whether something of the answer is not done yet. An amount counts until the dispute is opened."""
    return (
        case.looks == 0
        or any(getattr(case, name) != getattr(claim, name) for name in FACTS)
        or (case.opened_at is None and case.amount_minor != claim.amount_minor)
        or not _is_followed(case, claim)
    )


def _is_followed(case: Dispute, claim: Claim) -> bool:
    is_booked = case.movements.count() == len(claim.movements)
    if claim.stage in (Stage.WON, Stage.LOST):
        return is_booked and case.outcome != ""
    return is_booked and (claim.stage is not Stage.OPEN or case.opened_at is not None)


def _take(case: Dispute, claim: Claim, *, source: Source, now: datetime) -> News | None:
    """Write the provider's word down and follow it."""
    is_first, before = case.looks == 0, case.status
    for name in FACTS:
        setattr(case, name, getattr(claim, name))
    if case.opened_at is None:
        case.amount_minor = claim.amount_minor
    case.looks += 1
    case.save()
    if is_first or before != case.status:
        record(case, Did.SEEN if is_first else Did.CHANGED, now=now, amount_minor=claim.amount_minor,
               currency=claim.currency, reason=claim.reason)  # fmt: skip
        _alert(case, claim)
    if case.order is None or not _fits(case, claim):
        return None
    news = follow(case, case.order, claim, source=source, now=now)
    judge(case.order, now=now)
    return news


def _fits(case: Dispute, claim: Claim) -> bool:
    """Whether what is disputed is what was sold; else a person must look, and nothing is booked."""
    assert case.order is not None
    fits = claim.livemode == settings.STRIPE_LIVE_MODE and claim.currency == case.order.currency
    if not fits:
        raise_alert(
            code="dispute_held",
            key=case.provider_id,
            message=f"Dispute {case.provider_id} does not fit its order {case.order.pk}: nothing was booked.",
            currency=claim.currency,
            livemode=claim.livemode,
        )
    return fits


def _alert(case: Dispute, claim: Claim) -> None:
    """Tell the operators what they must answer, and by when; and what belongs to no order."""
    facts = {"dispute": str(case.pk), "order": str(case.order_id or ""), "reason": case.reason}
    if case.order is None:
        raise_alert(
            code="dispute_without_order",
            key=case.provider_id,
            message=f"Dispute {case.provider_id} is about a payment that none of our orders knows.",
            **facts,
        )
    elif case.waits_for_answer:
        due = f" by {claim.evidence_due_at:%-d %B %Y, %H:%M} UTC" if claim.evidence_due_at else ""
        what = "An inquiry" if case.is_inquiry else "A dispute"
        raise_alert(
            code="dispute_to_answer",
            key=case.provider_id,
            message=f"{what} ({case.reason or 'no reason'}) waits for our answer{due}: {case.provider_id}.",
            **facts,
        )


def _next_check(case: Dispute, claim: Claim, now: datetime) -> datetime | None:
    """When to ask again. Nothing more is to come once it is decided and its money is where that puts it."""
    if claim.stage.is_final or claim.status == "warning_closed":
        moved = sum(movement.amount_minor for movement in claim.movements)
        is_settled = moved < 0 if claim.stage is Stage.LOST else moved == 0
        if is_settled and (case.order is None or _is_followed(case, claim)):
            return None
    doubled: timedelta = FIRST_PAUSE * 2 ** min(case.checks, 20)
    return now + min(doubled, LONGEST_PAUSE)


def is_gone(refusal: ProviderRefused) -> bool:
    """Whether the provider knows no such object (any more)."""
    return refusal.provider_code == "resource_missing"
