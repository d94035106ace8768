"""A payout that the bank refused: bring the money back to the platform, and only then give the diamonds back."""

import uuid
from datetime import datetime

from ground import failpoints
from payouts import bookings, connect
from payouts.models import Payout, PayoutAttempt
from payouts.services.lease import held
from payouts.services.transitions import advance
from payouts.services.waiting import wait, wait_for_answer
from payouts.states import AttemptOutcome, PayoutState, WaitReason
from provider.alerts import raise_alert
from provider.errors import ProviderRefused, ProviderUnknown


def bring_back(payout: Payout, lease: uuid.UUID, *, now: datetime) -> None:
    """failed → returned: reverse the transfer; when that is confirmed, one transaction returns everything."""
    attempt = payout.attempts.get(outcome=AttemptOutcome.FAILED)
    try:
        reversal_id = connect.find_reversal(payout, attempt)
        if reversal_id is None:
            PayoutAttempt.objects.filter(id=attempt.pk, reversal_asked_at=None).update(reversal_asked_at=now)
            failpoints.reach("before_reversal")
            reversal_id = connect.reverse(payout, attempt)
    except ProviderUnknown as unknown:
        return wait_for_answer(payout.id, lease, attempt.reversal_key, unknown, now=now)
    except (
        ProviderRefused
    ) as refusal:  # the account there is short: an operator must look; the next try has a new key
        raise_alert(code="reversal_refused", key=str(payout.id), message=refusal.message)
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
