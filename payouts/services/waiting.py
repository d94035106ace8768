"""Waiting, with a reason that people can read and a time when it is tried again."""

import uuid
from datetime import datetime, timedelta

from payouts.services.lease import held
from payouts.services.transitions import record
from payouts.states import WaitReason
from provider import calls
from provider.errors import ProviderKeyTooOld, ProviderUnknown


def wait(
    payout_id: uuid.UUID,
    lease: uuid.UUID,
    reason: WaitReason,
    *,
    now: datetime,
    after: timedelta | None = None,
) -> None:
    """Leave the payout where it is and try again `after` (default: 5 s, doubling, at most an hour)."""
    with held(payout_id, lease) as payout:
        if payout.status.is_final or payout.due_at is None:
            return
        delay = after or timedelta(seconds=min(3600, 5 * 2 ** min(payout.tries, 10)))
        payout.tries += 1
        payout.due_at = now + delay
        is_news = payout.wait_reason != reason
        payout.wait_reason = reason
        payout.save()
        if is_news:
            record(
                payout, "waiting", now=now, reason=str(WaitReason(reason).label), facts={"code": str(reason)}
            )


def wait_for_answer(
    payout_id: uuid.UUID, lease: uuid.UUID, call_key: str, unknown: ProviderUnknown, *, now: datetime
) -> None:
    """Nobody knows whether the call of `call_key` was done: wait, then look it up before asking again.

    A key that only repeats an old failure, or is too old to be remembered, is renewed: it was looked up before it was
    used once more, and will be looked up before the new one is.
    """
    if unknown.replayed or isinstance(unknown, ProviderKeyTooOld):
        calls.renew(key=call_key)
    wait(payout_id, lease, WaitReason.UNKNOWN, now=now)
