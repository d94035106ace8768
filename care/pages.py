"""What the pages of cases show, as ready values."""

from datetime import datetime
from typing import Any

from care.models import CaseChange, SupportCase
from care.selectors import Thread
from care.states import CaseState, Step
from look.states import state as look_of

ICONS = {
    Step.OPENED: ("message-circle", "info"),
    Step.REPLIED: ("message-circle", "info"),
    Step.ANSWERED: ("life-buoy", "good"),
    Step.SOLVED: ("circle-check", "good"),
    Step.REOPENED: ("rotate-ccw", "warn"),
    Step.ITEMS_ADDED: ("plus", "warn"),
    Step.FROZEN: ("snowflake", "bad"),
    Step.SECURED: ("shield-check", "good"),
    Step.LIFT_PROPOSED: ("users", "info"),
    Step.LIFTED: ("lock", "good"),
    Step.ASSIGNED: ("user-check", "neutral"),
    Step.NOTED: ("pencil", "neutral"),
}


# The same steps, for support.
FOR_SUPPORT = {Step.OPENED: "Opened by the person", Step.REPLIED: "The person answered"}


def row(case: SupportCase, now: datetime) -> dict[str, Any]:
    """A case in a list: what it is, whose turn it is, what was promised."""
    return {"case": case, "promise": promise(case, now), "is_late": case.is_late(now)}


def promise(case: SupportCase, now: datetime) -> str:
    """What the person may expect, honestly."""
    match case.status:
        case CaseState.WAITING_FOR_YOU:
            return "We have answered. The next word is yours."
        case CaseState.SOLVED:
            return "Closed."
        case _ if case.is_late(now):
            return "We promised an answer by now and are late. A person still answers you; you need not write again."
        case _:
            return "A person answers you by then at the latest."


def thread(found: Thread, now: datetime) -> dict[str, Any]:
    """A case's page."""
    case = found.case
    return {
        "case": case,
        "thread": found,
        "messages_shown": found.messages,
        "steps": [step(change) for change in found.changes],
        "promise": promise(case, now),
        "is_late": case.is_late(now),
        "can_solve": case.state != CaseState.SOLVED and found.freeze is None,
    }


def step(change: CaseChange) -> dict[str, Any]:
    """One row of the timeline. Who of support it was stays with support; their reason too."""
    icon, tone = ICONS[Step(change.step)]
    is_own = change.actor_id == change.case.person_id if change.actor_id else False
    who = "you" if is_own else "support" if change.actor_id else "the platform"
    return {
        "title": str(Step(change.step).label),
        "at": change.at,
        "who": f"by {who}",
        "icon": icon,
        "tone": tone,
    }


def step_for_support(change: CaseChange) -> dict[str, Any]:
    """One row of history with who and why."""
    return {
        "number": change.number,
        "title": FOR_SUPPORT.get(Step(change.step), str(Step(change.step).label)),
        "state": look_of("case", change.state).word,
        "who": str(change.actor) if change.actor else "platform",
        "why": change.reason,
        "at": change.at,
    }
