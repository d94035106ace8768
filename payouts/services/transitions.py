"""One step of a cash-out's history: the state, the row that says who, when and why, and the news of it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from events import log
from ground.errors import NotFound
from payouts import nudges
from payouts.models import Payout, PayoutEvent, PayoutNotice
from payouts.states import PayoutState, WaitReason

# Which steps a creator gets an email about, and which email.
NOTICES = {
    PayoutState.REQUESTED: "requested",
    PayoutState.SENT: "sent",
    PayoutState.PAID: "paid",
    PayoutState.REJECTED: "rejected",
    PayoutState.FAILED: "failed",
    PayoutState.RETURNED: "returned",
}


@contextmanager
def locked(payout_id: uuid.UUID) -> Iterator[Payout]:
    """Open a transaction and give the payout, locked; every change of a payout happens inside.

    Raises:
        NotFound: there is no such payout.
    """
    with transaction.atomic(durable=True):
        payout = Payout.objects.select_for_update(no_key=True).filter(id=payout_id).first()
        if payout is None:
            raise NotFound
        yield payout
        tell(payout)


def advance(
    payout: Payout,
    to: PayoutState,
    *,
    now: datetime,
    actor: User | None = None,
    reason: str = "",
    due_at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> PayoutEvent:
    """Move the locked `payout` to `to`; inside the caller's transaction. `due_at` is when its next step is due."""
    assert payout.status.may_become(to), f"{payout.state} may not become {to}"
    payout.state, payout.state_at = to, now
    payout.due_at, payout.tries = due_at, 0
    payout.wait_reason = WaitReason.NONE
    payout.save()
    return record(payout, str(to), now=now, actor=actor, reason=reason, facts=facts)


def record(
    payout: Payout,
    kind: str,
    *,
    now: datetime,
    actor: User | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> PayoutEvent:
    """Write one row of the locked payout's history and owe its email; `tell` publishes it."""
    event = PayoutEvent.objects.create(
        payout=payout,
        number=PayoutEvent.objects.filter(payout=payout).count() + 1,
        kind=kind,
        state=payout.state,
        actor=actor,
        reason=reason[:300],
        facts=facts or {},
        at=now,
    )
    if kind in NOTICES:
        PayoutNotice.objects.create(event=event, kind=NOTICES[PayoutState(kind)], due_at=now)
        nudges.nudge_notices()
    payout.__dict__.setdefault("news", []).append(event)
    return event


def tell(payout: Payout) -> None:
    """Publish what `record` wrote. The last thing in a transaction: the creator's streams stay locked until its end.

    Bodies hold ids, amounts and codes only.
    """
    news = payout.__dict__.pop("news", [])
    streams = (f"creator:{payout.creator_id}", f"user:{payout.creator_id}")
    log.publish_many(
        [(stream, f"payout.{event.kind}", _body(payout, event)) for event in news for stream in streams]
    )


def _body(payout: Payout, event: PayoutEvent) -> dict[str, Any]:
    return {
        "payout": str(payout.id),
        "status": event.state,
        "amount_minor": payout.amount_minor,
        "net_minor": payout.net_minor,
        "currency": payout.currency,
    }
