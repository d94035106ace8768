"""Transfers from the platform to a connected account, and their reversals."""

from fakestripe import money
from fakestripe.errors import ApiError, missing, no_such
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import bodies, cut, list_objects, list_of, objects
from fakestripe.params import merged_metadata
from fakestripe.payments import NO_ADDRESS
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work

TOO_LITTLE = (
    "You have insufficient available funds in your account. Try adding funds directly to your available"
    " balance"
    " (fakestripe: POST /_control/topup)."
)


def create_transfer(call: Call) -> Json:
    amount, currency = call.params.get("amount"), call.params["currency"].lower()
    if amount is None:
        raise missing("amount")
    if amount <= 0:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    destination = _able_destination(call)
    available_on = _available_on(call, amount, currency)
    if available_on is None:
        money.demand_available(call, PLATFORM, currency, amount, TOO_LITTLE)
    transfer_id, payment_id = new_id("tr"), new_id("py")
    debit = money.book(
        call, account=PLATFORM, type_="transfer", amount=-amount, currency=currency, source=transfer_id,
        available_on=available_on, description=call.params.get("description"),
    )  # fmt: skip
    credit = money.book(
        call, account=destination["id"], type_="payment", amount=amount, currency=currency, source=payment_id,
        available_on=available_on,
    )  # fmt: skip
    transfer = _new_transfer(call, transfer_id, amount, currency, destination["id"])
    transfer |= {"balance_transaction": debit, "destination_payment": payment_id}
    call.save("transfer", transfer)
    call.save("charge", _destination_payment(call, transfer, credit), account=destination["id"])
    emit(call, "transfer.created", with_reversals(call, transfer))
    return with_reversals(call, transfer)


def _able_destination(call: Call) -> Json:
    named = call.params["destination"]
    account = call.store.get("account", named)
    if account is None or named == PLATFORM:
        raise no_such("destination", named, param="destination", status=400)
    if account["capabilities"].get("transfers") != "active":
        raise ApiError(
            "Your destination account needs to have at least one of the following capabilities enabled:"
            " transfers,"
            " crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return account


def _available_on(call: Call, amount: int, currency: str) -> int | None:
    """With `source_transaction` the transfer waits for that charge's money, and may use no more than it."""
    source = call.params.get("source_transaction")
    if not source:
        return None
    charge = call.find("charge", source, param="source_transaction", status=400)
    if charge["currency"] != currency:
        raise ApiError(
            "The currency of source_transaction must match the transfer's currency.", param="currency"
        )
    used = bodies(
        objects(call.store, "transfer").where("body ->> '$.source_transaction' = ?", source).rows(limit=1_000)
    )
    left = (
        charge["amount"]
        - charge["amount_refunded"]
        - sum(one["amount"] - one["amount_reversed"] for one in used)
    )
    if charge["status"] != "succeeded" or amount > left:
        raise ApiError(
            f"The transfer amount is more than what is left of the source transaction ({left}).",
            code="balance_insufficient",
            param="amount",
        )
    (row,) = call.store.select(
        "SELECT available_on FROM entries WHERE id = ?", (charge["balance_transaction"],)
    )
    return int(row["available_on"])


def _new_transfer(call: Call, transfer_id: str, amount: int, currency: str, destination: str) -> Json:
    return {
        "id": transfer_id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": call.now,
        "currency": currency,
        "description": call.params.get("description"),
        "destination": destination,
        "livemode": False,
        "metadata": merged_metadata(None, call.params.get("metadata")),
        "reversed": False,
        "source_transaction": call.params.get("source_transaction"),
        "source_type": "card",
        "transfer_group": call.params.get("transfer_group"),
    }


def _destination_payment(call: Call, transfer: Json, entry: str) -> Json:
    """Answer the charge that the money is on the connected account's side."""
    amount = transfer["amount"]
    return {
        "id": transfer["destination_payment"], "object": "charge", "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0, "application": None, "application_fee": None, "application_fee_amount": None,
        "balance_transaction": entry,
        "billing_details": {"address": NO_ADDRESS, "email": None, "name": None, "phone": None,
        "tax_id": None},
        "calculated_statement_descriptor": None, "captured": True, "created": call.now,
        "currency": transfer["currency"], "customer": None, "description": None, "disputed": False,
        "failure_balance_transaction": None, "failure_code": None, "failure_message": None,
        "fraud_details": {},
        "livemode": False, "metadata": {}, "on_behalf_of": None, "outcome": None, "paid": True,
        "payment_intent": None, "payment_method": None,
        "payment_method_details": {"type": "stripe_account", "stripe_account": {}}, "receipt_email": None,
        "receipt_number": None, "receipt_url": None, "refunded": False, "review": None, "shipping": None,
        "source_transfer": transfer["id"], "statement_descriptor": None, "statement_descriptor_suffix": None,
        "status": "succeeded", "transfer_data": None, "transfer_group": transfer["transfer_group"],
    }  # fmt: skip


def with_reversals(work: Work, transfer: Json) -> Json:
    found = bodies(
        objects(work.store, "transfer_reversal")
        .where("body ->> '$.transfer' = ?", transfer["id"])
        .rows(limit=100)
    )
    return transfer | {"reversals": list_of(found, f"/v1/transfers/{transfer['id']}/reversals")}


def create_reversal(call: Call) -> Json:
    transfer = call.find("transfer", call.path["id"])
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = call.params.get("amount", left)
    _demand_reversible(call, transfer, amount, left)
    reversal_id, refund_id = new_id("trr"), new_id("pyr")
    currency = transfer["currency"]
    money.book(
        call, account=transfer["destination"], type_="payment_refund", amount=-amount, currency=currency,
        source=refund_id,
    )  # fmt: skip
    credit = money.book(
        call, account=PLATFORM, type_="transfer_refund", amount=amount, currency=currency, source=reversal_id,
        description=call.params.get("description"),
    )  # fmt: skip
    reversal: Json = {
        "id": reversal_id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": credit,
        "created": call.now,
        "currency": currency,
        "destination_payment_refund": refund_id,
        "metadata": merged_metadata(None, call.params.get("metadata")),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    call.save("transfer_reversal", reversal)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    call.save("transfer", transfer)
    emit(call, "transfer.reversed", with_reversals(call, transfer))
    return reversal


def _demand_reversible(call: Call, transfer: Json, amount: int, left: int) -> None:
    if left == 0:
        raise ApiError(
            f"Transfer {transfer['id']} has already been fully reversed.", code="transfer_already_reversed"
        )
    if amount <= 0:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise ApiError(
            f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left}).",
            param="amount",
        )
    message = "The connected account has insufficient available funds to cover this reversal."
    money.demand_available(call, transfer["destination"], transfer["currency"], amount, message)


def retrieve_transfer(call: Call) -> Json:
    return with_reversals(call, call.find("transfer", call.path["transfer"]))


def update_transfer(call: Call) -> Json:
    transfer = call.find("transfer", call.path["transfer"])
    transfer["description"] = call.params.get("description", transfer["description"])
    transfer["metadata"] = merged_metadata(transfer["metadata"], call.params.get("metadata"))
    call.save("transfer", transfer)
    emit(call, "transfer.updated", with_reversals(call, transfer))
    return with_reversals(call, transfer)


def list_transfers(call: Call) -> Json:
    answer = list_objects(call, "transfer", "/v1/transfers", filters=("destination", "transfer_group"))
    return answer | {"data": [with_reversals(call, transfer) for transfer in answer["data"]]}


def list_reversals(call: Call) -> Json:
    transfer = with_reversals(call, call.find("transfer", call.path["id"]))
    return cut(call.params, transfer["reversals"]["data"], transfer["reversals"]["url"])


def _find_reversal(call: Call) -> Json:
    reversal = call.find("transfer_reversal", call.path["id"])
    if reversal["transfer"] != call.path["transfer"]:
        raise no_such("transfer reversal", call.path["id"])
    return reversal


def update_reversal(call: Call) -> Json:
    reversal = _find_reversal(call)
    reversal["metadata"] = merged_metadata(reversal["metadata"], call.params.get("metadata"))
    return call.save("transfer_reversal", reversal)


ROUTES: list[Route] = [
    ("get", "/v1/transfers", list_transfers),
    ("post", "/v1/transfers", create_transfer),
    ("get", "/v1/transfers/{transfer}", retrieve_transfer),
    ("post", "/v1/transfers/{transfer}", update_transfer),
    ("get", "/v1/transfers/{id}/reversals", list_reversals),
    ("post", "/v1/transfers/{id}/reversals", create_reversal),
    ("get", "/v1/transfers/{transfer}/reversals/{id}", _find_reversal),
    ("post", "/v1/transfers/{transfer}/reversals/{id}", update_reversal),
]
