"""What the provider says about a refund, read from its JSON into the few facts that decide. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wallet.refund_states import OF_PROVIDER, RefundState

# What a refund must carry with it, so that one answer tells everything.
EXPAND = ["balance_transaction"]


@dataclass(frozen=True)
class Booked:
    """What the provider took from our balance for a refund, in minor units of `currency`."""

    currency: str
    minor: int


@dataclass(frozen=True)
class AtProvider:
    """A refund as it stands there."""

    id: str
    charge_id: str
    amount_minor: int
    currency: str  # ISO, upper case
    state: RefundState
    reference: str  # our refund, as we named it when we asked; empty if it was made elsewhere
    failure_code: str
    booked: Booked | None  # None: nothing left our balance yet

    @classmethod
    def read(cls, refund: Mapping[str, Any]) -> "AtProvider":
        """This will read a refund retrieved with EXPAND."""
        entry = refund.get("balance_transaction")
        metadata = refund.get("metadata") or {}
        return cls(
            id=refund["id"],
            charge_id=_id(refund.get("charge")),
            amount_minor=refund["amount"],
            currency=refund["currency"].upper(),
            state=OF_PROVIDER[refund["status"]],
            reference=str(metadata.get("refund", "")),
            failure_code=str(refund.get("failure_reason") or ""),
            booked=Booked(entry["currency"].upper(), -entry["net"]) if isinstance(entry, Mapping) else None,
        )


def _id(value: Any) -> str:
    return str(value["id"]) if isinstance(value, Mapping) else str(value or "")
