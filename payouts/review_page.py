"""What an operator needs to decide about a cash-out, ready to draw."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from ground.errors import NotFound
from look.states import state as look_of
from payouts import selectors
from payouts.models import Payout, PayoutEvent
from payouts.services.review import findings
from payouts.states import PayoutState

# What a finding means to whom decides; look.states has the tones.
FINDINGS = {
    "account_not_ready": ("bad", "The payout account cannot receive money now. Sending would wait."),
    "terms_required": ("warn", "The creator has not accepted the terms now in force."),
    "age_required": ("bad", "The creator is not of age, or the birth date is missing."),
    "account_frozen": ("bad", "The creator's account is frozen after a report. It cannot be approved now."),
    "account_closed": ("bad", "The creator's account is closed."),
    "first_cash_out": ("info", "This is the creator's first cash-out."),
}
OTHERS_MAX = 10


def page(payout_id: UUID, operator: User, now: datetime) -> dict[str, Any]:
    """The cash-out, its creator, what screening finds now, its history and attempts.

    Raises:
        NotFound: there is no such cash-out.
    """
    payout = (
        Payout.objects.select_related("creator", "account", "quote", "decided_by")
        .filter(id=payout_id)
        .first()
    )
    if payout is None:
        raise NotFound
    is_open = payout.status.may_become(PayoutState.REJECTED)
    others = selectors.payouts_of(payout.creator).exclude(id=payout.id)[:OTHERS_MAX]
    return {
        "title": "Review a cash-out" if is_open else "Cash-out",
        "payout": payout,
        "creator": payout.creator,
        "account": payout.account,
        "findings": [FINDINGS.get(code, ("warn", code)) for code in findings(payout, now=now)]
        if is_open
        else [],
        "events": [row(event) for event in payout.events.select_related("actor").order_by("number")],
        "attempts": list(payout.attempts.order_by("number")),
        "others": list(others),
        "earnings": selectors.earnings(payout.creator, now),
        "may_approve": payout.status == PayoutState.SCREENING,
        "may_reject": is_open,
        "is_own": payout.creator_id == operator.pk,
        "may_decide": operator.has_perm("payouts.decide_payout"),
    }


def row(event: PayoutEvent) -> dict[str, Any]:
    """One row of history: who, when, why, and the ids that belong to it."""
    look = look_of("payout", event.state)
    return {
        "number": event.number,
        "title": look.word if event.kind == event.state else event.kind.replace("_", " ").capitalize(),
        "who": str(event.actor) if event.actor else "platform",
        "why": event.reason,
        "facts": ", ".join(f"{name}: {_words(value)}" for name, value in event.facts.items()),
        "at": event.at,
    }


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item).replace("_", " ") for item in value) or "none"
    return str(value)
