"""What became of the money at the bank: learned from the provider's events, and by asking when none came."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from payouts import bookings, connect, nudges
from payouts.models import Payout, PayoutAttempt
from payouts.services.lease import held
from payouts.services.transitions import advance, locked
from payouts.services.waiting import wait
from payouts.states import AttemptOutcome, PayoutState, WaitReason
from provider.alerts import raise_alert
from provider.errors import ProviderRefused, ProviderUnknown
from provider.models import InboxEvent

WATCH_PAID = timedelta(
    days=10
)  # a bank may send money back up to 5 business days after "paid" (stripe.md, R20)
ASK_PAID_EVERY = timedelta(hours=12)
ASK_SENT_MAX_S = 6 * 3600
IN_FLIGHT = frozenset({"pending", "in_transit"})
FAILED = frozenset({"failed", "canceled"})


def ask(payout: Payout, lease: uuid.UUID, *, now: datetime) -> None:
    """Ask the provider about a payout whose events may have been lost."""
    attempt = payout.attempts.filter(provider_payout_id__isnull=False).latest("number")
    try:
        facts = connect.read_payout(attempt.destination, str(attempt.provider_payout_id))
    except ProviderUnknown:
        return wait(payout.id, lease, WaitReason.NONE, now=now)
    except ProviderRefused as refusal:
        raise_alert(code="payout_unreadable", key=str(payout.id), message=refusal.message)
        return wait(payout.id, lease, WaitReason.NONE, now=now, after=ASK_PAID_EVERY)
    with held(payout.id, lease) as fresh:
        apply_bank_facts(fresh, facts, now=now)
        _plan_next_question(fresh, now)
    return None


def settle_by_event(*, event: InboxEvent, payout_id: uuid.UUID, now: datetime) -> None:
    """The provider says that something happened to a payout: ask it what, and write that. Any number of times.

    Raises:
        ProviderUnknown: it could not be asked now; the inbox tries again.
        NotFound: we have no such payout.
    """
    facts = connect.read_payout(event.account, event.object_id)
    with locked(payout_id) as payout:
        if payout.attempts.filter(destination=event.account).exists():
            apply_bank_facts(payout, facts, now=now)
            event.settle(InboxEvent.Status.DONE)
        else:
            words = "It names a payout that was never sent to this account"
            raise_alert(code="payout_of_another", key=event.event_id, message=f"{words}: {event.account}.")
            event.settle(InboxEvent.Status.IGNORED, words)


def apply_bank_facts(payout: Payout, facts: dict[str, Any], *, now: datetime) -> None:
    """Bring the locked `payout` to where the provider's payout object says the money is. Never moves it back."""
    attempt = _attempt_of(payout, facts)
    if attempt is None or not _agrees(payout, facts):
        return
    if attempt.provider_payout_id is None:
        _record_sent(payout, attempt, facts, now)
    if facts.get("arrival_date") and payout.status == PayoutState.SENT:
        payout.arrives_on = datetime.fromtimestamp(int(facts["arrival_date"]), UTC).date()
        payout.save(update_fields=["arrives_on"])
    status = str(facts["status"])
    if status == "paid" and payout.status == PayoutState.SENT:
        bookings.paid(payout, now=now)
        _end(attempt, AttemptOutcome.PAID, now)
        advance(payout, PayoutState.PAID, now=now, due_at=now + ASK_PAID_EVERY)
    elif status in FAILED and payout.status in (PayoutState.SENT, PayoutState.PAID):
        _record_failed(payout, attempt, facts, now)


def _attempt_of(payout: Payout, facts: dict[str, Any]) -> PayoutAttempt | None:
    """The attempt that the provider's object belongs to: by its id, or by the mark we put on it when we asked."""
    by_id = payout.attempts.filter(provider_payout_id=facts["id"]).first()
    if by_id is not None:
        return by_id
    mark = (facts.get("metadata") or {}).get(connect.ATTEMPT_MARK, "")
    return payout.attempts.filter(
        transfer_group=mark, provider_payout_id=None, outcome=AttemptOutcome.OPEN, transfer_id__isnull=False
    ).first()


def _agrees(payout: Payout, facts: dict[str, Any]) -> bool:
    if facts["amount"] == payout.net_minor and str(facts["currency"]).upper() == payout.currency:
        return True
    raise_alert(
        code="payout_amount_differs", key=str(payout.id), message=f"{facts['amount']} {facts['currency']}"
    )
    return False


def _record_sent(payout: Payout, attempt: PayoutAttempt, facts: dict[str, Any], now: datetime) -> None:
    attempt.provider_payout_id = str(facts["id"])
    attempt.outcome = AttemptOutcome.SENT
    attempt.save()
    if payout.status == PayoutState.SENDING:
        ids = {"payout": attempt.provider_payout_id, "attempt": attempt.number}
        advance(payout, PayoutState.SENT, now=now, due_at=now + timedelta(seconds=30), facts=ids)


def _record_failed(payout: Payout, attempt: PayoutAttempt, facts: dict[str, Any], now: datetime) -> None:
    code = str(facts.get("failure_code") or facts["status"])
    attempt.failure_code, attempt.failure_message = code[:60], str(facts.get("failure_message") or "")[:300]
    _end(attempt, AttemptOutcome.FAILED, now)
    payout.failure_code = code[:60]
    advance(payout, PayoutState.FAILED, now=now, due_at=now, facts={"code": code})
    nudges.nudge(payout.id)


def _end(attempt: PayoutAttempt, outcome: AttemptOutcome, now: datetime) -> None:
    attempt.outcome, attempt.closed_at = outcome, now
    attempt.save()


def _plan_next_question(payout: Payout, now: datetime) -> None:
    if payout.status == PayoutState.PAID:
        payout.due_at = now + ASK_PAID_EVERY if now < payout.state_at + WATCH_PAID else None
    elif payout.status == PayoutState.SENT:
        payout.due_at = now + timedelta(seconds=min(ASK_SENT_MAX_S, 30 * 2 ** min(payout.tries, 10)))
        payout.tries += 1
    payout.save()
