"""What the provider says of a dispute or a fraud warning, read from its JSON into the few facts that decide. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from care.dispute_states import Stage, stage_of

# What a retrieved dispute must carry, so that the order is found in the same answer.
EXPAND = ["charge"]


@dataclass(frozen=True)
class Movement:
    """One balance transaction of a dispute, as the provider booked it."""

    provider_id: str
    amount_minor: int  # below zero: withdrawn
    fee_minor: int  # below zero: given back
    currency: str
    at: datetime


@dataclass(frozen=True)
class Claim:
    """A dispute as it stands at the provider."""

    provider_id: str
    charge_id: str
    intent_id: str
    reference: str  # our order, as its payment names it
    status: str
    reason: str
    network_reason_code: str
    case_type: str
    amount_minor: int
    currency: str
    evidence_due_at: datetime | None
    has_evidence: bool
    submission_count: int
    is_charge_refundable: bool
    livemode: bool
    happened_at: datetime
    movements: tuple[Movement, ...]  # oldest first

    @property
    def stage(self) -> Stage:
        """What has to happen in the books."""
        return stage_of(self.status, has_withdrawal=sum(m.amount_minor for m in self.movements) < 0)

    @classmethod
    def read(cls, dispute: Mapping[str, Any]) -> "Claim":
        """This will read a dispute retrieved with EXPAND."""
        charge = _object(dispute.get("charge"))
        details = dispute["evidence_details"]
        method = dispute.get("payment_method_details") or {}
        by_method = _object(method.get(method.get("type") or ""))
        booked = [_movement(one) for one in dispute.get("balance_transactions") or []]
        return cls(
            provider_id=dispute["id"],
            charge_id=charge.get("id") or "",
            intent_id=_object(dispute.get("payment_intent")).get("id") or "",
            reference=str((charge.get("metadata") or {}).get("order") or ""),
            status=dispute["status"],
            reason=str(dispute.get("reason") or "")[:60],
            network_reason_code=str(by_method.get("network_reason_code") or by_method.get("reason_code") or "")[:60],
            case_type=str(by_method.get("case_type") or "")[:20],
            amount_minor=int(dispute["amount"]),
            currency=str(dispute["currency"]).upper(),
            evidence_due_at=_time(details.get("due_by")),
            has_evidence=bool(details.get("has_evidence")),
            submission_count=int(details.get("submission_count") or 0),
            is_charge_refundable=bool(dispute.get("is_charge_refundable")),
            livemode=bool(dispute["livemode"]),
            happened_at=datetime.fromtimestamp(dispute["created"], UTC),
            movements=tuple(sorted(booked, key=lambda movement: (movement.at, movement.amount_minor))),
        )  # fmt: skip


@dataclass(frozen=True)
class Warned:
    """An early fraud warning as it stands at the provider."""

    provider_id: str
    charge_id: str
    intent_id: str
    fraud_type: str
    is_actionable: bool
    livemode: bool
    happened_at: datetime

    @classmethod
    def read(cls, warning: Mapping[str, Any]) -> "Warned":
        """This will read a warning."""
        return cls(
            provider_id=warning["id"],
            charge_id=_object(warning.get("charge")).get("id") or "",
            intent_id=_object(warning.get("payment_intent")).get("id") or "",
            fraud_type=str(warning.get("fraud_type") or "")[:60],
            is_actionable=bool(warning.get("actionable")),
            livemode=bool(warning["livemode"]),
            happened_at=datetime.fromtimestamp(warning["created"], UTC),
        )


def _movement(booked: Mapping[str, Any]) -> Movement:
    return Movement(
        provider_id=booked["id"],
        amount_minor=int(booked["amount"]),
        fee_minor=int(booked.get("fee") or 0),
        currency=str(booked["currency"]).upper(),
        at=datetime.fromtimestamp(booked["created"], UTC),
    )


def _time(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)


def _object(value: Any) -> Mapping[str, Any]:
    """An expanded object; one that is only named by its id is as good as its id."""
    if isinstance(value, str):
        return {"id": value}
    return value if isinstance(value, Mapping) else {}
