"""Disputes: a bank asks, or takes a payment's money; the merchant answers; the bank decides.

A chargeback withdraws the amount and a fee when it opens, and gives the amount back when it is won. An inquiry
(`warning_…`) moves no money unless it becomes a chargeback. A dispute that was prevented is closed from the start:
blocked (no money moves) or resolved (the amount goes back to the buyer, without a fee).
"""

from collections.abc import Callable
from dataclasses import dataclass

from fakestripe import fraud_warnings, money, refunds
from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError, unsupported
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import list_objects
from fakestripe.params import merged_metadata
from fakestripe.refunds import disputes_of
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Timer, Work

FEE_MINOR = 1_500
DUE_DAYS = 14  # a chargeback that nobody answered by then is lost
INQUIRY_DAYS = 120  # an inquiry that became nothing by then is closed
_REASONS = (
    "bank_cannot_process check_returned credit_not_processed customer_initiated debit_not_authorized duplicate"
    " fraudulent general incorrect_account_details insufficient_funds noncompliant product_not_received"
    " product_unacceptable subscription_canceled unrecognized"
)
REASONS = frozenset(_REASONS.split())
_TEXTS = (
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal"
    " customer_communication customer_email_address customer_name customer_purchase_ip customer_signature"
    " duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt"
    " refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation"
    " shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number"
    " uncategorized_file uncategorized_text"
)
TEXTS = tuple(_TEXTS.split())
WAITING = ("needs_response", "warning_needs_response")
REVIEWED = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
CHARGEBACK, INQUIRY = ("needs_response", "under_review"), ("warning_needs_response", "warning_under_review")


@dataclass(frozen=True)
class Kind:
    """How a dispute begins."""

    status: str
    case_type: str
    reason: str = "fraudulent"
    network_reason_code: str = "10.4"
    withdraws: bool = True
    fee: int = 0


KINDS = {
    "fraudulent": Kind("needs_response", "chargeback", fee=FEE_MINOR),
    "product_not_received": Kind(
        "needs_response", "chargeback", "product_not_received", "13.1", fee=FEE_MINOR
    ),
    "inquiry": Kind("warning_needs_response", "inquiry", withdraws=False),
    "prevented": Kind("prevented", "block", withdraws=False),
    "resolved": Kind("prevented", "resolution"),
}


def open_dispute(
    work: Work, charge_id: str, kind_name: str, *, amount: int | None = None, reason: str | None = None
) -> Json:
    """Let the bank dispute what is left of a charge, or `amount` of it.

    Raises:
        ApiError: the kind, reason or amount is none, or the charge cannot be disputed (again).
    """
    if (kind := KINDS.get(kind_name)) is None:
        raise ApiError(f"Unknown kind {kind_name!r}: use one of {', '.join(KINDS)}", param="kind")
    if reason is not None and reason not in REASONS:
        raise ApiError(f"Unknown reason {reason!r}", param="reason")
    charge = work.find("charge", charge_id, param="charge")
    _demand_disputable(work, charge)
    if kind.withdraws:
        charge = refunds.fail_pending_of(work, charge)
    amount = _disputed_amount(charge, amount)
    dispute = _new_dispute(work, charge, kind, amount, reason or kind.reason)
    charge["disputed"] = True
    work.save("charge", charge)
    withdrawal = _withdrawal(work, dispute, kind.fee) if kind.withdraws else None
    dispute["balance_transactions"] = [withdrawal] if withdrawal else []
    work.save("dispute", dispute)
    _announce_opening(work, dispute)
    fraud_warnings.spend(work, charge)
    return dispute


def _demand_disputable(work: Work, charge: Json) -> None:
    if charge["status"] != "succeeded":
        raise ApiError(f"Charge {charge['id']} has not succeeded and cannot be disputed.", param="charge")
    for other in disputes_of(work, charge["id"]):
        if other["status"] not in ("won", "warning_closed"):
            raise ApiError(
                f"Charge {charge['id']} has the dispute {other['id']} ({other['status']}).", param="charge"
            )


def _disputed_amount(charge: Json, asked: int | None) -> int:
    left: int = charge["amount"] - charge["amount_refunded"]
    if left <= 0:
        raise ApiError(
            f"Charge {charge['id']} was refunded: there is nothing left to dispute.", param="charge"
        )
    if asked is not None and not 0 < asked <= left:
        raise ApiError(f"amount must lie between 1 and {left}", param="amount")
    return asked or left


def _new_dispute(work: Work, charge: Json, kind: Kind, amount: int, reason: str) -> Json:
    body: Json = {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(TEXTS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": work.now + DUE_DAYS * DAY_S if kind.status in WAITING else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": not kind.withdraws,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": kind.status,
    }
    return body | _method_details(charge, kind)


def _method_details(charge: Json, kind: Kind) -> Json:
    method = charge["payment_method_details"]["type"]
    if method == "card":
        card = {
            "brand": charge["payment_method_details"]["card"]["brand"],
            "case_type": kind.case_type,
            "network_reason_code": kind.network_reason_code,
        }
        return {"payment_method_details": {"type": "card", "card": card}}
    if method == "paypal":
        paypal = {"case_id": f"PP-D-{charge['created']}", "reason_code": kind.reason.upper()}
        return {"payment_method_details": {"type": "paypal", "paypal": paypal}}
    return {}


def _withdrawal(work: Work, dispute: Json, fee: int) -> Json:
    return _adjust(work, dispute, -dispute["amount"], fee, f"Chargeback withdrawal for {dispute['charge']}")


def _adjust(work: Work, dispute: Json, amount: int, fee: int, description: str) -> Json:
    entry = money.book(
        work, account=PLATFORM, type_="adjustment", amount=amount, currency=dispute["currency"],
        source=dispute["id"], fee=fee, description=description,
    )  # fmt: skip
    booked = money.transaction(work, entry)
    assert booked is not None
    return booked


def _announce_opening(work: Work, dispute: Json) -> None:
    emit(work, "charge.dispute.created", dispute)
    if dispute["balance_transactions"]:
        emit(work, "charge.dispute.funds_withdrawn", dispute)
    if dispute["status"] == "prevented":
        emit(work, "charge.dispute.closed", dispute)
        return
    days = INQUIRY_DAYS if dispute["status"] in INQUIRY else DUE_DAYS
    work.later(work.now + days * DAY_S, "dispute_due", dispute["id"])


# What the bank decides


def win(work: Work, dispute: Json, *, fee_returned: bool = False) -> Json:
    """The bank believes the merchant: the amount comes back, the fee only if asked for."""
    _demand_status(dispute, CHARGEBACK, "won")
    withdrawn = dispute["balance_transactions"][0]
    reversal = _adjust(
        work, dispute, dispute["amount"], -withdrawn["fee"] if fee_returned else 0,
        f"Chargeback reversal for {dispute['charge']}",
    )  # fmt: skip
    dispute["balance_transactions"].append(reversal)
    dispute["is_charge_refundable"] = True
    _close(work, dispute, "won")
    emit(work, "charge.dispute.funds_reinstated", dispute)
    return dispute


def lose(work: Work, dispute: Json) -> Json:
    """The bank believes the buyer: the amount stays with them."""
    _demand_status(dispute, CHARGEBACK, "lost")
    return _close(work, dispute, "lost")


def close_inquiry(work: Work, dispute: Json) -> Json:
    """The buyer's question is answered: nothing happens."""
    _demand_status(dispute, INQUIRY, "closed as an inquiry")
    return _close(work, dispute, "warning_closed")


def escalate(work: Work, dispute: Json) -> Json:
    """An inquiry becomes a chargeback: the money goes now."""
    _demand_status(dispute, INQUIRY, "escalated")
    charge = refunds.fail_pending_of(work, work.find("charge", dispute["charge"]))
    previous = {"status": dispute["status"], "is_charge_refundable": True}
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    dispute["amount"] = min(dispute["amount"], charge["amount"] - charge["amount_refunded"])
    if card := dispute.get("payment_method_details", {}).get("card"):
        card["case_type"] = "chargeback"
    due_by = work.now + DUE_DAYS * DAY_S
    dispute["evidence_details"] |= {"due_by": due_by, "has_evidence": False, "submission_count": 0}
    dispute["balance_transactions"] = [_withdrawal(work, dispute, FEE_MINOR)]
    work.save("dispute", dispute)
    emit(work, "charge.dispute.updated", dispute, previous=previous)
    emit(work, "charge.dispute.funds_withdrawn", dispute)
    work.later(due_by, "dispute_due", dispute["id"])
    return dispute


def _demand_status(dispute: Json, allowed: tuple[str, ...], outcome: str) -> None:
    if dispute["status"] not in allowed:
        raise ApiError(
            f"Dispute {dispute['id']} is {dispute['status']} and cannot be {outcome}.", param="dispute"
        )


def _close(work: Work, dispute: Json, status: str) -> Json:
    dispute["status"] = status
    work.save("dispute", dispute)
    emit(work, "charge.dispute.closed", dispute)
    return dispute


def fall_due(work: Work, dispute_id: str) -> None:
    """The time to answer is over (a timer): an unanswered chargeback is lost, an inquiry is forgotten."""
    dispute = work.find("dispute", dispute_id)
    if dispute["status"] == "needs_response" and dispute["evidence_details"]["due_by"] <= work.now:
        dispute["evidence_details"]["past_due"] = True
        lose(work, dispute)
    elif dispute["status"] in INQUIRY:
        close_inquiry(work, dispute)


def answer_inquiry(work: Work, dispute_id: str) -> None:
    """The payment was given back in full (a timer): an inquiry about it is over."""
    dispute = work.find("dispute", dispute_id)
    if dispute["status"] in INQUIRY:
        close_inquiry(work, dispute)


def opens(kind: str) -> Timer:
    """Answer the timer that opens a dispute of this kind soon after a payment."""

    def timer(work: Work, charge_id: str) -> None:
        open_dispute(work, charge_id, kind)

    return timer


TEST_ANSWERS: dict[
    str, Callable[[Work, Json], Json]
] = {  # texts that decide at once, as in Stripe's test mode
    "winning_evidence": win,
    "losing_evidence": lose,
    "escalate_inquiry_evidence": escalate,
}

# Operations


def update_dispute(call: Call) -> Json:
    """Keep evidence and, unless `submit` is false, send it to the bank."""
    dispute = retrieve_dispute(call)
    previous = {"status": dispute["status"]}
    given = call.params.get("evidence")
    if given:
        _take_evidence(dispute, given)
    if given and call.params.get("submit", True):
        dispute["status"] = REVIEWED[dispute["status"]]
        dispute["evidence_details"]["submission_count"] += 1
    dispute["metadata"] = merged_metadata(dispute["metadata"], call.params.get("metadata"))
    call.save("dispute", dispute)
    emit(call, "charge.dispute.updated", dispute, previous=previous)
    decide = TEST_ANSWERS.get(dispute["evidence"]["uncategorized_text"] or "")
    if given and decide and call.params.get("submit", True):
        decide(call, dispute)
    return dispute


def _take_evidence(dispute: Json, given: Json) -> None:
    if dispute["status"] not in WAITING:
        raise ApiError(
            f"Evidence for the dispute {dispute['id']} can no longer be changed: it is {dispute['status']}.",
            param="evidence",
        )
    if "enhanced_evidence" in given:
        raise unsupported("enhanced evidence", "evidence[enhanced_evidence]")
    dispute["evidence"] |= {name: value or None for name, value in given.items()}
    dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"][name] for name in TEXTS)


def close_dispute(call: Call) -> Json:
    """Give in: a chargeback is lost for good, an inquiry is over."""
    dispute = retrieve_dispute(call)
    if dispute["status"] not in WAITING:
        raise ApiError(f"This dispute is {dispute['status']}: only one that needs a response can be closed.")
    return close_inquiry(call, dispute) if dispute["status"] in INQUIRY else lose(call, dispute)


def list_disputes(call: Call) -> Json:
    return list_objects(call, "dispute", "/v1/disputes", filters=("charge", "payment_intent"))


def retrieve_dispute(call: Call) -> Json:
    return call.find("dispute", call.path["dispute"], account=call.account, param="dispute")


ROUTES: list[Route] = [
    ("get", "/v1/disputes", list_disputes),
    ("get", "/v1/disputes/{dispute}", retrieve_dispute),
    ("post", "/v1/disputes/{dispute}", update_dispute),
    ("post", "/v1/disputes/{dispute}/close", close_dispute),
]
