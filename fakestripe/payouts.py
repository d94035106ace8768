"""Payouts from an account's balance to its bank: pending, in transit, paid — or failed, even after paid.

The virtual clock moves them: in transit an hour after they were asked for, at the bank `payout_days` later.
What the bank does is decided by the test account number (banks.py).
"""

from fakestripe import money
from fakestripe.banks import MESSAGES, external_accounts_of, known_bank
from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError, no_such, unsupported
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import list_objects
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import Call, Route, Work

TRANSIT_AFTER_S = 3_600
RETURNED_AFTER_S = 2 * DAY_S  # within the five business days in which a paid payout may still fail
UNDECIDED = ("pending", "in_transit")


def create_payout(call: Call) -> Json:
    amount, currency = call.params["amount"], call.params["currency"].lower()
    if amount <= 0:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if call.params.get("method", "standard") != "standard":
        raise unsupported("instant payouts", "method")
    if not call.find("account", call.account, account=None)["payouts_enabled"]:
        raise ApiError(
            "Cannot create payouts: payouts are not enabled for this account.", code="payouts_not_allowed"
        )
    bank = _destination(call, currency)
    message = "You have insufficient funds in your account for this payout."
    money.demand_available(call, call.account, currency, amount, message)
    payout = _new_payout(call, amount, currency, bank["id"])
    payout["balance_transaction"] = money.book(
        call, account=call.account, type_="payout", amount=-amount, currency=currency, source=payout["id"],
        description=payout["description"] or "STRIPE PAYOUT",
    )  # fmt: skip
    call.save("payout", payout, account=call.account)
    call.later(call.now + TRANSIT_AFTER_S, "payout_leaves", payout["id"])
    emit(call, "payout.created", payout, account=call.account)
    return payout


def _destination(call: Call, currency: str) -> Json:
    found = external_accounts_of(call, call.account, currency=currency)
    if wanted := call.params.get("destination"):
        chosen = next((bank for bank in found if bank["id"] == wanted), None)
        if chosen is None:
            raise no_such("external account", wanted, param="destination", status=400)
    else:
        chosen = next((bank for bank in found if bank["default_for_currency"]), None)
    if chosen is None:
        raise ApiError(
            f"Sorry, you don't have any external accounts in that currency ({currency}).", param="destination"
        )
    if chosen["status"] == "errored":
        raise ApiError(
            "The bank account on file was disabled because a payout to it failed. Please update it.",
            code="bank_account_unusable",
        )
    return chosen


def _new_payout(call: Call, amount: int, currency: str, bank: str) -> Json:
    return {
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": call.now + TRANSIT_AFTER_S + call.settings.payout_days * DAY_S,
        "automatic": False,
        "balance_transaction": None,
        "created": call.now,
        "currency": currency,
        "description": call.params.get("description"),
        "destination": bank,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": merged_metadata(None, call.params.get("metadata")),
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": call.params.get("statement_descriptor"),
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }


# What the clock does


def leave(work: Work, payout_id: str) -> None:
    """Hand a pending payout to the bank (a timer)."""
    payout, account = _with_owner(work, payout_id)
    if payout["status"] != "pending":
        return
    _turn(work, payout, account, "in_transit", "payout.updated")
    work.later(payout["arrival_date"], "payout_arrives", payout_id)


def arrive(work: Work, payout_id: str) -> None:
    """Let a payout in transit reach the bank, or fail there (a timer)."""
    payout, account = _with_owner(work, payout_id)
    if payout["status"] != "in_transit":
        return
    bank = known_bank(work.store.hidden(payout["destination"]).get("number", ""))
    if bank and bank.failure_code and not bank.after_paid:
        fail(work, payout_id, code=bank.failure_code)
        return
    _turn(work, payout, account, "paid", "payout.paid")
    if bank and bank.after_paid:
        work.later(work.now + RETURNED_AFTER_S, "payout_returns", payout_id)


def come_back(work: Work, payout_id: str) -> None:
    """Let the bank return a payout that had been paid (a timer)."""
    fail(work, payout_id, code="account_closed")


def fail(work: Work, payout_id: str, *, code: str = "could_not_process") -> Json:
    """Fail a payout, paid or not: its money is back on the account, and its bank account is disabled.

    Raises:
        ApiError: it is failed or canceled already.
    """
    payout, account = _with_owner(work, payout_id)
    if payout["status"] in ("failed", "canceled"):
        raise ApiError(f"Payout {payout_id} is already {payout['status']}.")
    payout |= {
        "failure_code": code,
        "failure_message": MESSAGES[code],
        "failure_balance_transaction": _give_back(work, payout, account, "payout_failure"),
    }
    _turn(work, payout, account, "failed", "payout.failed")
    bank = work.store.get("bank_account", payout["destination"], account=account)
    if bank:
        bank["status"] = "errored"
        work.save("bank_account", bank, account=account)
        emit(work, "account.external_account.updated", bank, account=account)
    return payout


def _with_owner(work: Work, payout_id: str) -> tuple[Json, str]:
    payout = work.find("payout", payout_id, account=None)
    account = work.store.owner(payout_id)
    assert account is not None
    return payout, account


def _give_back(work: Work, payout: Json, account: str, type_: str) -> str:
    return money.book(
        work, account=account, type_=type_, amount=payout["amount"], currency=payout["currency"],
        source=payout["id"],
    )  # fmt: skip


def _turn(work: Work, payout: Json, account: str, status: str, event: str) -> None:
    previous = {"status": payout["status"]}
    payout["status"] = status
    work.save("payout", payout, account=account)
    emit(work, event, payout, account=account, previous=previous if event == "payout.updated" else None)


# Operations


def cancel_payout(call: Call) -> Json:
    payout = retrieve_payout(call)
    if payout["status"] != "pending":
        raise ApiError(f"Payouts can only be canceled while pending; this one is {payout['status']}.")
    payout["failure_balance_transaction"] = _give_back(call, payout, call.account, "payout_cancel")
    _turn(call, payout, call.account, "canceled", "payout.canceled")
    return payout


def reverse_payout(call: Call) -> Json:
    raise unsupported("reversals of payouts (only US bank debits have them)")


def update_payout(call: Call) -> Json:
    payout = retrieve_payout(call)
    payout["metadata"] = merged_metadata(payout["metadata"], call.params.get("metadata"))
    call.save("payout", payout, account=call.account)
    emit(call, "payout.updated", payout, account=call.account)
    return payout


def retrieve_payout(call: Call) -> Json:
    return call.find("payout", call.path["payout"], account=call.account)


def list_payouts(call: Call) -> Json:
    return list_objects(call, "payout", "/v1/payouts", filters=("destination", "status"))


ROUTES: list[Route] = [
    ("get", "/v1/payouts", list_payouts),
    ("post", "/v1/payouts", create_payout),
    ("get", "/v1/payouts/{payout}", retrieve_payout),
    ("post", "/v1/payouts/{payout}", update_payout),
    ("post", "/v1/payouts/{payout}/cancel", cancel_payout),
    ("post", "/v1/payouts/{payout}/reverse", reverse_payout),
]
