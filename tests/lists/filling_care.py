"""Rows of support, exports, closings and disputes for the lists of one person; as in filling.py."""

from typing import Any

from care.models import (
    CannedReply,
    CaseChange,
    CaseFile,
    CaseMessage,
    Closing,
    DataExport,
    Dispute,
    DisputedGift,
    DisputeMovement,
    DisputeStep,
    FraudWarning,
    Freeze,
    SupportCase,
)
from care.states import CaseKind, CaseState, Step
from ground import clock
from tests.lists.filling import Numbers, Stage, crowd


def exports(stage: Stage, numbers: Numbers) -> None:
    now = clock.wall()
    DataExport.objects.bulk_create(
        [DataExport(user=stage.owner, state="expired", asked_at=now, ready_at=now) for _ in numbers]
    )


def closings(stage: Stage, numbers: Numbers) -> None:
    now = clock.wall()
    facts = {"asked_at": now, "erase_at": now, "cancelled_at": now}
    Closing.objects.bulk_create(
        [Closing(user=one, state="cancelled", **facts) for one in crowd(stage, numbers)]
    )


def cases(stage: Stage, numbers: Numbers) -> list[SupportCase]:
    """Of the owner, each given to somebody of support."""
    now = clock.now()
    facts: dict[str, Any] = {"person": stage.owner, "kind": CaseKind.OTHER, "request_hash": b"\0" * 32}
    facts |= {"opened_at": now, "state_at": now, "answer_due_at": now, "state": CaseState.OPEN}
    made = [
        SupportCase(reference=_reference(n), key=f"lists-{n}", assigned_to=one, **facts)
        for n, one in zip(numbers, crowd(stage, numbers), strict=True)
    ]
    return SupportCase.objects.bulk_create(made)


def thread(stage: Stage, numbers: Numbers) -> None:
    """In the owner's case, by as many people: messages with a file, and steps."""
    now, case = clock.now(), stage.case
    facts: dict[str, Any] = {"case": case, "is_support": True, "body": "Words.", "at": now}
    said = [
        CaseMessage(author=one, key=str(one.pk), request_hash=b"\0" * 32, **facts)
        for one in crowd(stage, numbers)
    ]
    CaseMessage.objects.bulk_create(said)
    file: dict[str, Any] = {"name": "a.webp", "media_type": "image/webp", "size_bytes": 1, "content": b"a"}
    CaseFile.objects.bulk_create([CaseFile(message=one, **file) for one in said])
    step: dict[str, Any] = {"case": case, "step": Step.ANSWERED, "state": case.state, "at": now}
    CaseChange.objects.bulk_create(
        [CaseChange(number=100 + n, actor=one.author, **step) for n, one in zip(numbers, said, strict=True)]
    )


def canned_replies(stage: Stage, numbers: Numbers) -> None:
    CannedReply.objects.bulk_create([CannedReply(title=f"Title {n}", body="Hello {name}") for n in numbers])


def freezes(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    facts = {"person": stage.owner, "since": now, "lifted_at": now, "lifted_by": stage.owner}
    Freeze.objects.bulk_create([Freeze(case=one, **facts) for one in cases(stage, numbers)])


def disputes(stage: Stage, numbers: Numbers) -> list[Dispute]:
    """About the owner's recharge, each as the one that is there."""
    like = Dispute.objects.get(pk=str(stage.things["dispute_id"]))
    facts = {
        field.attname: getattr(like, field.attname)
        for field in Dispute._meta.concrete_fields
        if not field.unique
    }
    return Dispute.objects.bulk_create([Dispute(provider_id=f"du_lists{n}", **facts) for n in numbers])


def disputed_gifts(stage: Stage, numbers: Numbers) -> None:
    """To the owner; each of another dispute."""
    facts: dict[str, Any] = {
        "gift_id": stage.things["sent_id"],
        "creator": stage.owner,
        "held_at": clock.now(),
    }
    DisputedGift.objects.bulk_create(
        [DisputedGift(dispute=one, coins=10, diamond_units=500, **facts) for one in disputes(stage, numbers)]
    )


def dispute_steps(stage: Stage, numbers: Numbers) -> None:
    """In one dispute, by as many operators, and movements of money."""
    case, now = Dispute.objects.get(pk=str(stage.things["dispute_id"])), clock.now()
    step: dict[str, Any] = {
        "dispute": case,
        "kind": "noted",
        "status": case.status,
        "body": "Words.",
        "at": now,
    }
    DisputeStep.objects.bulk_create([DisputeStep(actor=one, **step) for one in crowd(stage, numbers)])
    move: dict[str, Any] = {"dispute": case, "amount_minor": -1, "fee_minor": 0, "currency": "USD", "at": now}
    DisputeMovement.objects.bulk_create(
        [DisputeMovement(provider_id=f"txn_lists{n}", number=1 + n, **move) for n in numbers]
    )


def fraud_warnings(stage: Stage, numbers: Numbers) -> None:
    now = clock.now()
    facts: dict[str, Any] = {"fraud_type": "misc", "is_actionable": True, "happened_at": now, "seen_at": now}
    facts |= {"order_id": stage.things["order_id"]}
    FraudWarning.objects.bulk_create([FraudWarning(provider_id=f"issfr_{n}", **facts) for n in numbers])


def _reference(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:08d}")
