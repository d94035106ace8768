"""Refunds: whole or in part, at once or (two test cards) later, and one kind that fails afterwards."""

from fakestripe import money
from fakestripe.cards import REFUND_LATER
from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError, missing
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import bodies, list_objects, list_of, objects
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work


def create_refund(call: Call) -> Json:
    charge = _charge_to_refund(call)
    left = charge["amount"] - charge["amount_refunded"]
    amount = call.params.get("amount", left)
    _demand_refundable(charge, amount, left)
    outcome = REFUND_LATER.get(call.store.hidden(charge["id"]).get("number", ""))
    refund = _new_refund(call, charge, amount, status="pending" if outcome == "succeeded" else "succeeded")
    _take_from_charge(call, charge, amount)
    emit(call, "refund.created", refund)
    emit(call, "charge.refunded", charge)
    if outcome:
        call.later(call.now + DAY_S, f"refund_{outcome}", refund["id"])
    return refund


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


def _demand_refundable(charge: Json, amount: int, left: int) -> None:
    if charge["status"] != "succeeded":
        raise ApiError(f"Charge {charge['id']} has not succeeded and cannot be refunded.", param="charge")
    if charge["refunded"]:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount <= 0:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise ApiError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )


def _new_refund(call: Call, charge: Json, amount: int, *, status: str) -> Json:
    refund_id = new_id("re")
    (paid,) = call.store.select(
        "SELECT available_on FROM entries WHERE id = ?", (charge["balance_transaction"],)
    )
    entry = money.book(
        call,
        account=PLATFORM,
        type_="refund",
        amount=-amount,
        currency=charge["currency"],
        source=refund_id,
        available_on=paid["available_on"],  # money that is still pending is given back from pending
        description=f"Refund of {charge['id']}",
    )
    body: Json = {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": entry,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending",
                                                          "reference_type": "acquirer_reference_number"}},
        "metadata": merged_metadata(None, call.params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "reason": call.params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }  # fmt: skip
    return call.save("refund", body)


def _take_from_charge(work: Work, charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    work.save("charge", charge)


def succeed_later(work: Work, refund_id: str) -> None:
    """A pending refund reached the card (a timer)."""
    refund = work.find("refund", refund_id)
    refund["status"] = "succeeded"
    work.save("refund", refund)
    emit(work, "refund.updated", refund, previous={"status": "pending"})
    emit(work, "charge.refund.updated", refund, previous={"status": "pending"})


def fail_later(work: Work, refund_id: str) -> None:
    """The bank sent a refund back (a timer): the platform has its money again."""
    refund = work.find("refund", refund_id)
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    refund["failure_balance_transaction"] = money.book(
        work, account=PLATFORM, type_="refund_failure", amount=refund["amount"], currency=refund["currency"],
        source=refund_id, description="Refund failed",
    )  # fmt: skip
    work.save("refund", refund)
    charge = work.find("charge", refund["charge"])
    _take_from_charge(work, charge, -refund["amount"])
    emit(work, "refund.failed", refund, previous={"status": "succeeded"})
    emit(work, "charge.refund.updated", refund, previous={"status": "succeeded"})


def update_refund(call: Call) -> Json:
    refund = retrieve_refund(call)
    refund["metadata"] = merged_metadata(refund["metadata"], call.params.get("metadata"))
    call.save("refund", refund)
    emit(call, "refund.updated", refund)
    return refund


def cancel_refund(call: Call) -> Json:
    refund = retrieve_refund(call)
    raise ApiError(
        f"Refund {refund['id']} cannot be canceled: only refunds that wait for the customer can.",
        code="refund_not_cancelable" if refund["status"] == "pending" else None,
    )


def retrieve_refund(call: Call) -> Json:
    return call.find("refund", call.path["refund"], account=call.account)


def list_refunds(call: Call) -> Json:
    return list_objects(call, "refund", "/v1/refunds", filters=("charge", "payment_intent"))


def refunds_of(work: Work, charge: Json) -> Json:
    """Answer a charge's refunds as the list that `expand[]=refunds` includes."""
    found = bodies(
        objects(work.store, "refund").where("body ->> '$.charge' = ?", charge["id"]).rows(limit=100)
    )
    return list_of(found, f"/v1/charges/{charge['id']}/refunds")


ROUTES: list[Route] = [
    ("get", "/v1/refunds", list_refunds),
    ("post", "/v1/refunds", create_refund),
    ("get", "/v1/refunds/{refund}", retrieve_refund),
    ("post", "/v1/refunds/{refund}", update_refund),
    ("post", "/v1/refunds/{refund}/cancel", cancel_refund),
]
