"""What the provider says about a Checkout Session, read from its JSON into the few facts that decide. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wallet import taxes
from wallet.models import Order

# What a retrieved session must carry with it, so that one answer tells everything.
EXPAND = ["payment_intent.latest_charge.balance_transaction"]


@dataclass(frozen=True)
class Fee:
    """What the provider booked for a charge, in minor units of `currency`."""

    currency: str
    amount_minor: int
    fee_minor: int


@dataclass(frozen=True)
class Payment:
    """A Checkout Session as it stands."""

    session_id: str
    url: str
    status: str  # open, complete, expired
    payment_status: str  # paid, unpaid, no_payment_required
    amount_minor: int
    subtotal_minor: int  # before the provider added a tax
    tax_minor: int  # that the provider worked out, on top of the price or in it
    currency: str  # ISO, upper case
    livemode: bool
    reference: str  # our order, as we gave it when we made the session
    expires_at: datetime
    intent_id: str
    intent_status: str
    charge_id: str
    decline_code: str  # of the last try, if it failed
    declined_try: str  # what tells one failed try from the next: its charge, or its payment method
    fee: Fee | None  # None: not known yet
    is_given_back: bool  # all of the charge was refunded
    card_fingerprint: str = ""  # the same whenever this card pays; empty: not paid by card

    @property
    def is_paid(self) -> bool:
        """Money has been taken (stripe.md, R2)."""
        return self.payment_status == "paid"

    @property
    def is_expired(self) -> bool:
        return self.status == "expired"

    @property
    def is_bank_checking(self) -> bool:
        """The buyer is done, a slow method has not settled."""
        return self.status == "complete" and self.payment_status == "unpaid" and not self.has_failed_for_good

    @property
    def has_failed_for_good(self) -> bool:
        """A slow method failed after the buyer was done: this session cannot be paid any more."""
        return (
            self.status == "complete"
            and self.payment_status == "unpaid"
            and self.intent_status in ("requires_payment_method", "canceled")
        )

    @classmethod
    def read(cls, session: Mapping[str, Any]) -> "Payment":
        """This will read a session retrieved with EXPAND."""
        intent = _object(session.get("payment_intent"))
        charge = _object(intent.get("latest_charge"))
        error = intent.get("last_payment_error") or {}
        return cls(
            session_id=session["id"],
            url=session.get("url") or "",
            status=session.get("status") or "",
            payment_status=session["payment_status"],
            amount_minor=int(session.get("amount_total") or 0),
            subtotal_minor=int(session.get("amount_subtotal") or 0),
            tax_minor=int((session.get("total_details") or {}).get("amount_tax") or 0),
            currency=str(session.get("currency") or "").upper(),
            livemode=bool(session["livemode"]),
            reference=str(session.get("client_reference_id") or ""),
            expires_at=datetime.fromtimestamp(session["expires_at"], UTC),
            intent_id=intent.get("id") or "",
            intent_status=intent.get("status") or "",
            charge_id=charge.get("id") or "",
            decline_code=str(error.get("decline_code") or error.get("code") or "")[:60],
            declined_try=str(error.get("charge") or _object(error.get("payment_method")).get("id") or ""),
            fee=_fee(_object(charge.get("balance_transaction"))) if charge.get("paid") else None,
            card_fingerprint=_fingerprint(charge),
            is_given_back=charge.get("refunded") is True,
        )


def mismatch(order: Order, payment: Payment, *, livemode: bool) -> str:
    """Why a paid session is not what our order sold; empty when all agrees (stripe.md, R3)."""
    if payment.livemode != livemode:
        return "wrong_mode"
    if payment.reference != str(order.pk):
        return "wrong_order"
    if payment.session_id != order.session_id:
        return "second_session"
    if payment.currency != order.currency:
        return "wrong_currency"
    asked, total = taxes.asked_minor(order), taxes.total_minor(order, payment.tax_minor)
    if (payment.subtotal_minor, payment.amount_minor) != (asked, total):
        return "wrong_amount"
    return ""


def _fingerprint(charge: Mapping[str, Any]) -> str:
    paid_by = _object(charge.get("payment_method_details"))
    return str(_object(paid_by.get("card")).get("fingerprint") or "")


def _fee(booked: Mapping[str, Any]) -> Fee | None:
    if not booked.get("id") or "fee" not in booked:
        return None
    return Fee(str(booked["currency"]).upper(), int(booked["amount"]), int(booked["fee"]))


def _object(value: Any) -> Mapping[str, Any]:
    """An expanded object; one that is only named by its id is as good as its id."""
    if isinstance(value, str):
        return {"id": value}
    return value if isinstance(value, Mapping) else {}
