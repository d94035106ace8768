"""What a worker does with one payout: the step that its state calls for, as long as steps are due."""

import logging
import uuid
from datetime import datetime, timedelta

from ground import clock
from payouts import nudges
from payouts.models import Payout
from payouts.selectors import due_payouts
from payouts.services import lease as leases
from payouts.services import returning, review, sending, settling
from payouts.states import PayoutState
from provider.alerts import raise_alert

logger = logging.getLogger(__name__)
STEPS_MAX = 8  # more than any payout has; a bound, not a plan
SWEEP_MAX = 500


def work_on_payout(*, payout_id: uuid.UUID) -> None:
    """Do what is due for this payout. May be called twice, at once, or for nothing: the row decides."""
    lease = leases.claim(payout_id)
    if lease is None:
        return
    try:
        for _ in range(STEPS_MAX):
            if not _one_step(payout_id, lease, now=clock.now()):
                return
    except leases.LeaseLost:
        logger.warning("payout %s was taken over by another worker", payout_id)
    except Exception:  # one poisoned payout must neither stop the others nor be tried without a pause
        logger.exception("a step of payout %s failed", payout_id)
        raise_alert(
            code="payout_step_failed", key=str(payout_id), message="A step failed; see the worker's log."
        )
        _postpone(payout_id, lease, now=clock.now())
    finally:
        leases.release(payout_id, lease)


def sweep_payouts(*, now: datetime) -> int:
    """Nudge every payout whose next step is due and which no worker has. Finds what lost nudges left."""
    payout_ids = list(due_payouts(now).values_list("id", flat=True)[:SWEEP_MAX])
    for payout_id in payout_ids:
        nudges.nudge(payout_id)
    return len(payout_ids)


def _postpone(payout_id: uuid.UUID, lease: uuid.UUID, *, now: datetime) -> None:
    """Try again later, each time later."""
    payout = Payout.objects.get(id=payout_id)
    delay = timedelta(seconds=min(3600, 30 * 2 ** min(payout.tries, 10)))
    mine = Payout.objects.filter(id=payout_id, lease=lease, due_at__isnull=False)
    mine.update(due_at=now + delay, tries=payout.tries + 1)


def _one_step(payout_id: uuid.UUID, lease: uuid.UUID, *, now: datetime) -> bool:
    payout = Payout.objects.select_related("creator", "account").get(id=payout_id)
    if payout.due_at is None or payout.due_at > now:
        return False
    if payout.status == PayoutState.REQUESTED:
        review.screen_payout(payout_id=payout_id, now=now)
    elif payout.status == PayoutState.APPROVED:
        sending.prepare(payout, lease, now=now)
    elif payout.status == PayoutState.SENDING:
        _send(payout, lease, now)
    elif payout.status in (PayoutState.SENT, PayoutState.PAID):
        settling.ask(payout, lease, now=now)
    elif payout.status == PayoutState.FAILED:
        returning.bring_back(payout, lease, now=now)
    else:
        raise AssertionError(f"nothing is ever due in {payout.state}")
    return True


def _send(payout: Payout, lease: uuid.UUID, now: datetime) -> None:
    is_transferred = payout.attempts.filter(outcome="open", transfer_id__isnull=False).exists()
    (sending.pay_out if is_transferred else sending.transfer)(payout, lease, now=now)
