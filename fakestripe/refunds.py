"""Refunds: whole or in part; at once, later, with the buyer's help, or not at all.

| state | |
|---|---|
| succeeded | the money is on its way to the buyer; it may still come back (failed) |
| pending | the bank takes a day |
| requires_action | the payment method cannot be paid back to: the buyer is asked by mail where the money may go |
| failed, canceled | the platform has its money again (`failure_balance_transaction`) |
"""

from fakestripe import fraud_warnings, money
from fakestripe.cards import REFUND_LATER
from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError, missing
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import bodies, list_objects, list_of, objects
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
FAILURES = (
    "charge_for_pending_refund_disputed", "declined", "expired_or_canceled_card", "insufficient_funds",
    "lost_or_stolen_card", "merchant_request", "unknown",
)  # fmt: skip
BY_MAIL = frozenset(
    ("boleto", "konbini", "multibanco", "oxxo", "customer_balance")
)  # no way back to the payer
SLOWLY = frozenset(("acss_debit", "au_becs_debit", "bacs_debit", "sepa_debit", "us_bank_account"))
ASKED_FOR_DAYS = 45
REFUNDABLE_DISPUTES = ("won", "warning_needs_response", "warning_under_review", "warning_closed")
NOT_ARRIVED = ("failed", "canceled")
REFERENCE: Json = {
    "type": "refund",
    "reference_status": "pending",
    "reference_type": "acquirer_reference_number",
}


def create_refund(call: Call) -> Json:
    return refund_charge(
        call,
        _charge_to_refund(call),
        amount=call.params.get("amount"),
        reason=call.params.get("reason"),
        metadata=call.params.get("metadata"),
        mail_to=call.params.get("instructions_email"),
    )


def _charge_to_refund(call: Call) -> Json:
    if charge_id := call.params.get("charge"):
        return call.find("charge", charge_id, account=call.account, param="charge", status=400)
    if not (intent_id := call.params.get("payment_intent")):
        raise missing("charge")
    intent = call.find("payment_intent", intent_id, account=call.account, param="payment_intent", status=400)
    if intent["status"] != "succeeded":
        raise ApiError(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return call.find("charge", intent["latest_charge"], account=call.account)


def refund_charge(
    work: Work,
    charge: Json,
    *,
    amount: int | None = None,
    reason: str | None = None,
    metadata: object = None,
    mail_to: str | None = None,
) -> Json:
    """Give back `amount` of a charge, or what is left of it.

    Raises:
        ApiError: it was not paid, is refunded or disputed, or less than that is left.
    """
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    _demand_refundable(work, charge, amount, left)
    refund = _new_refund(work, charge, amount)
    refund |= {"reason": reason, "metadata": merged_metadata(None, metadata)}
    begin = _beginning(work, refund, charge, mail_to)
    work.save("refund", refund)
    _take_from_charge(work, charge, amount)
    emit(work, "refund.created", refund)
    emit(work, "charge.refunded", charge)
    if begin:
        work.later(*begin, refund["id"])
    if charge["refunded"]:
        _nothing_left(work, charge)
    return refund


def _demand_refundable(work: Work, charge: Json, amount: int, left: int) -> None:
    if charge["status"] != "succeeded":
        raise ApiError(f"Charge {charge['id']} has not succeeded and cannot be refunded.", param="charge")
    if any(one["status"] not in REFUNDABLE_DISPUTES for one in disputes_of(work, charge["id"])):
        raise ApiError(f"Charge {charge['id']} has been charged back; cannot issue a refund.",
                       code="charge_disputed")  # fmt: skip
    if charge["refunded"]:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount <= 0:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise ApiError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )


def _new_refund(work: Work, charge: Json, amount: int) -> Json:
    refund_id = new_id("re")
    (paid,) = work.store.select(
        "SELECT available_on FROM entries WHERE id = ?", (charge["balance_transaction"],)
    )
    entry = money.book(
        work,
        account=PLATFORM,
        type_="refund",
        amount=-amount,
        currency=charge["currency"],
        source=refund_id,
        available_on=paid["available_on"],  # money that is still pending is given back from pending
        description=f"Refund of {charge['id']}",
    )
    method = charge["payment_method_details"]["type"]
    details: Json = {"type": method}
    if work.contract.expandable("refund_destination_details", method):
        details[method] = dict(REFERENCE) if method == "card" else {}
    return {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": entry,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "destination_details": details,
        "payment_intent": charge["payment_intent"],
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _beginning(work: Work, refund: Json, charge: Json, mail_to: str | None) -> tuple[int, str] | None:
    """Set how the refund begins, and answer the time and the timer that go on with it."""
    method = charge["payment_method_details"]["type"]
    if method in BY_MAIL:
        expires_at = work.now + ASKED_FOR_DAYS * DAY_S
        _ask_buyer(work, refund, mail_to or charge["billing_details"]["email"], expires_at)
        return expires_at, "refund_expires"
    outcome = REFUND_LATER.get(work.store.hidden(charge["id"]).get("number", ""))
    if outcome == "failed":
        return work.now + DAY_S, "refund_failed"
    if outcome == "succeeded" or method in SLOWLY:
        refund |= {"status": "pending", "pending_reason": "processing"}
        return work.now + DAY_S, "refund_succeeded"
    return None


def _ask_buyer(work: Work, refund: Json, mail_to: str | None, expires_at: int) -> None:
    if not mail_to:
        raise missing("instructions_email")
    sent = {"email_sent_at": work.now, "email_sent_to": mail_to}
    refund |= {
        "status": "requires_action",
        "instructions_email": mail_to,
        "next_action": {
            "type": "display_details",
            "display_details": {"email_sent": sent, "expires_at": expires_at},
        },
    }


def _take_from_charge(work: Work, charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    work.save("charge", charge)


def _nothing_left(work: Work, charge: Json) -> None:
    """A whole refund answers a bank's inquiry and the issuer's warning."""
    fraud_warnings.spend(work, charge)
    for dispute in disputes_of(work, charge["id"]):
        work.later(work.now, "inquiry_answered", dispute["id"])


# What the bank and the buyer do


def reach_buyer(work: Work, refund_id: str) -> Json:
    """A pending refund reached the buyer (a timer, or the control)."""
    refund = work.find("refund", refund_id)
    if refund["status"] != "pending":
        raise ApiError(f"Refund {refund_id} is {refund['status']}, not pending.", param="refund")
    refund.pop("pending_reason", None)
    return _turn(work, refund, "succeeded")


def succeed_later(work: Work, refund_id: str) -> None:
    if work.find("refund", refund_id)["status"] == "pending":
        reach_buyer(work, refund_id)


def fail_later(work: Work, refund_id: str) -> None:
    if work.find("refund", refund_id)["status"] not in NOT_ARRIVED:
        fail(work, refund_id)


def expire(work: Work, refund_id: str) -> None:
    """The buyer never said where the money may go (a timer)."""
    if work.find("refund", refund_id)["status"] == "requires_action":
        fail(work, refund_id, reason="unknown")


def accept_details(work: Work, refund_id: str) -> Json:
    """The buyer said where the money may go: it is sent."""
    refund = work.find("refund", refund_id)
    if refund["status"] != "requires_action":
        raise ApiError(f"Refund {refund_id} is {refund['status']} and asks for nothing.", param="refund")
    del refund["next_action"]
    refund["pending_reason"] = "processing"
    work.later(work.now + DAY_S, "refund_succeeded", refund_id)
    return _turn(work, refund, "pending")


def fail(work: Work, refund_id: str, *, reason: str = "expired_or_canceled_card") -> Json:
    """The bank sent a refund back, however far it was: the platform has its money again.

    Raises:
        ApiError: it failed or was canceled before, or the reason is none.
    """
    if reason not in FAILURES:
        raise ApiError(f"Unknown reason {reason!r}: use one of {', '.join(FAILURES)}", param="reason")
    refund = work.find("refund", refund_id)
    if refund["status"] in NOT_ARRIVED:
        raise ApiError(f"Refund {refund_id} is already {refund['status']}.", param="refund")
    refund["failure_reason"] = reason
    return _give_back(work, refund, "failed", "refund_failure")


def _give_back(work: Work, refund: Json, status: str, event_of_entry: str) -> Json:
    for name in ("next_action", "pending_reason"):
        refund.pop(name, None)
    refund["failure_balance_transaction"] = money.book(
        work, account=PLATFORM, type_=event_of_entry, amount=refund["amount"], currency=refund["currency"],
        source=refund["id"], description=f"Refund {status}",
    )  # fmt: skip
    _take_from_charge(work, work.find("charge", refund["charge"]), -refund["amount"])
    return _turn(work, refund, status)


def _turn(work: Work, refund: Json, status: str) -> Json:
    previous = {"status": refund["status"]}
    refund["status"] = status
    work.save("refund", refund)
    emit(work, "refund.failed" if status == "failed" else "refund.updated", refund, previous=previous)
    emit(work, "charge.refund.updated", refund, previous=previous)
    return refund


def fail_pending_of(work: Work, charge: Json) -> Json:
    """Stop what is on its way back when the bank takes the whole payment, and answer the charge as it is then."""
    for refund in _refunds_of(work, charge["id"]):
        if refund["status"] in ("pending", "requires_action"):
            fail(work, refund["id"], reason="charge_for_pending_refund_disputed")
    return work.find("charge", charge["id"])


# Operations


def update_refund(call: Call) -> Json:
    refund = retrieve_refund(call)
    previous = {"metadata": refund["metadata"]}
    refund["metadata"] = merged_metadata(refund["metadata"], call.params.get("metadata"))
    call.save("refund", refund)
    emit(call, "refund.updated", refund, previous=previous)
    emit(call, "charge.refund.updated", refund, previous=previous)
    return refund


def cancel_refund(call: Call) -> Json:
    refund = retrieve_refund(call)
    if refund["status"] != "requires_action":
        raise ApiError(
            f"Refund {refund['id']} cannot be canceled: only refunds that wait for the customer can.",
            code="refund_not_cancelable" if refund["status"] == "pending" else None,
        )
    refund["failure_reason"] = "merchant_request"
    return _give_back(call, refund, "canceled", "refund_failure")


def retrieve_refund(call: Call) -> Json:
    return call.find("refund", call.path["refund"], account=call.account)


def list_refunds(call: Call) -> Json:
    return list_objects(call, "refund", "/v1/refunds", filters=("charge", "payment_intent"))


def refunds_of(work: Work, charge: Json) -> Json:
    """Answer a charge's refunds as the list that `expand[]=refunds` includes."""
    return list_of(_refunds_of(work, charge["id"]), f"/v1/charges/{charge['id']}/refunds")


def _refunds_of(work: Work, charge_id: str) -> list[Json]:
    return bodies(objects(work.store, "refund").where("body ->> '$.charge' = ?", charge_id).rows(limit=100))


def disputes_of(work: Work, charge_id: str) -> list[Json]:
    """Answer the disputes of a charge, the newest first."""
    return bodies(objects(work.store, "dispute").where("body ->> '$.charge' = ?", charge_id).rows(limit=100))


ROUTES: list[Route] = [
    ("get", "/v1/refunds", list_refunds),
    ("post", "/v1/refunds", create_refund),
    ("get", "/v1/refunds/{refund}", retrieve_refund),
    ("post", "/v1/refunds/{refund}", update_refund),
    ("post", "/v1/refunds/{refund}/cancel", cancel_refund),
]
