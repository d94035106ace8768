"""A payout that the bank refused: bring the money back to the platform, and only then give the diamonds back."""

import uuid
from datetime import datetime

from provider import alerts
from provider.errors import ProviderRefused, ProviderUnknown

from payouts import bookings, connect, failpoints
from payouts.models import Payout, PayoutAttempt
from payouts.services.lease import held
from payouts.services.sending import is_forgotten
from payouts.services.transitions import advance
from payouts.services.waiting import wait
from payouts.states import AttemptOutcome, PayoutState, WaitReason


def bring_back(payout: Payout, lease: uuid.UUID, *, now: datetime) -> None:
    """failed → returned: reverse the transfer; when that is confirmed, one transaction returns everything."""
    attempt = payout.attempts.get(outcome=AttemptOutcome.FAILED)
    try:
        reversal_id = connect.find_reversal(attempt, payout)
        if reversal_id is None:
            if is_forgotten(attempt.reversal_asked_at, now):
                attempt = _new_reversal_key(payout, lease, attempt)
            PayoutAttempt.objects.filter(id=attempt.pk, reversal_asked_at=None).update(reversal_asked_at=now)
            failpoints.reach("before_reversal")
            reversal_id = connect.reverse(payout, attempt)
    except ProviderUnknown as unknown:
        if unknown.is_stored:
            _new_reversal_key(payout, lease, attempt)
        return wait(payout.id, lease, WaitReason.UNKNOWN, now=now)
    except ProviderRefused as refusal:
        alerts.raise_alert("reversal_refused", str(payout.id), refusal.message, now=now)
        if not refusal.is_ours:
            _new_reversal_key(payout, lease, attempt)
        return wait(payout.id, lease, WaitReason.ACCOUNT, now=now)
    failpoints.reach("reversal_made")
    with held(payout.id, lease) as fresh:
        _return(fresh, attempt, reversal_id, now)
    return None


def _return(payout: Payout, attempt: PayoutAttempt, reversal_id: str, now: datetime) -> None:
    if payout.status != PayoutState.FAILED:
        return
    attempt.reversal_id, attempt.outcome, attempt.closed_at = reversal_id, AttemptOutcome.REVERSED, now
    attempt.save()
    had_been_paid = payout.events.filter(kind=PayoutState.PAID).exists()
    bookings.returned(payout, had_been_paid=had_been_paid, now=now)
    advance(payout, PayoutState.RETURNED, now=now, facts={"reversal": reversal_id})


def _new_reversal_key(payout: Payout, lease: uuid.UUID, attempt: PayoutAttempt) -> PayoutAttempt:
    """A refused or forgotten reversal is asked again under a new key: the old one repeats the old answer."""
    with held(payout.id, lease):
        attempt.refresh_from_db()
        attempt.reversal_number += 1
        attempt.reversal_key = f"{attempt.transfer_group}:reversal:{attempt.reversal_number}"
        attempt.reversal_asked_at = None
        attempt.save()
    return attempt
