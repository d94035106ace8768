"""Delayed methods: a debit, a voucher or a bank transfer that is decided days after the buyer was done.

The intent waits (`processing` for a debit, `requires_action` for what the buyer still has to pay), a timer decides.
"""

from fakestripe import ibans
from fakestripe.cards import Decline
from fakestripe.charges import as_pending, new_charge, outcome
from fakestripe.clock import DAY_S
from fakestripe.events import emit
from fakestripe.ids import token
from fakestripe.methods import METHODS, Method, charge_details
from fakestripe.payments import fail, take
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT, Work

HOUR_S = 3_600
PART_DAYS = 1  # when the first part of a transfer in two parts arrives
TRANSFER_DAYS = 2
NO_PLACE = {"city": None, "country": "IE", "line1": None, "line2": None, "postal_code": None, "state": None}
EXPIRED = Decline("payment_intent_payment_attempt_expired", None, "Nobody paid before the time ran out.")


def begin(work: Work, intent: Json, method: Json) -> Json:
    """Let an intent wait for a delayed method, and set the timer that decides it."""
    known, hidden = METHODS[method["type"]], work.store.hidden(method["id"])
    match known.way:
        case "debit":
            return _begin_debit(work, intent, method, hidden)
        case "voucher":
            return _begin_voucher(work, intent, method, hidden, known)
    return _begin_transfer(work, intent, hidden)


def _begin_debit(work: Work, intent: Json, method: Json, hidden: Json) -> Json:
    charge = _pending_charge(work, intent, method, charge_details(method))
    intent |= {"status": "processing", "latest_charge": charge["id"], "next_action": None}
    work.save("payment_intent", intent)
    emit(work, "charge.pending", charge)
    emit(work, "payment_intent.processing", intent)
    decision = "delayed_fails" if hidden["outcome"] == "failed" else "delayed_pays"
    work.later(work.now + hidden["after_days"] * DAY_S, decision, intent["id"])
    return intent


def _begin_voucher(work: Work, intent: Json, method: Json, hidden: Json, known: Method) -> Json:
    days = intent["payment_method_options"].get(known.kind, {}).get("expires_after_days", known.days)
    expires_at = work.now + days * DAY_S
    action, part = _voucher(work, intent, known, expires_at)
    details = charge_details(method)
    details[known.kind] |= part
    charge = _pending_charge(work, intent, method, details)
    intent |= {"status": "requires_action", "latest_charge": charge["id"], "next_action": action}
    work.save("payment_intent", intent)
    emit(work, "payment_intent.requires_action", intent)
    emit(work, "charge.pending", charge)
    match hidden["outcome"]:
        case "unpaid":
            work.later(expires_at, "delayed_fails", intent["id"])
        case "late":
            work.later(expires_at - HOUR_S, "delayed_pays", intent["id"])
        case _:
            work.later(work.now + DAY_S, "delayed_pays", intent["id"])
    return intent


def _voucher(work: Work, intent: Json, known: Method, expires_at: int) -> tuple[Json, Json]:
    """Answer the intent's `next_action` and what of it the charge shows."""
    address, digits = waiting_address(work, intent), _digits(14)
    match known.kind:
        case "multibanco":
            part = {"entity": "12345", "reference": f"{digits[:3]} {digits[3:6]} {digits[6:9]}"}
            shown = part | {"expires_at": expires_at, "hosted_voucher_url": address}
        case "oxxo":
            part = {"number": digits}
            shown = part | {"expires_after": expires_at, "hosted_voucher_url": address}
        case _:
            part = {}
            number = f"34191.79001 {digits[:5]}.{digits[5:11]} 91020.150008 1 {digits}"
            shown = {"number": number, "expires_at": expires_at, "hosted_voucher_url": address, "pdf": None}
    name = f"{known.kind}_display_details"
    return {"type": name, name: shown}, part


def _begin_transfer(work: Work, intent: Json, hidden: Json) -> Json:
    intent |= {"status": "requires_action", "next_action": _transfer_action(work, intent, intent["amount"])}
    work.save("payment_intent", intent)
    emit(work, "payment_intent.requires_action", intent)
    if hidden["outcome"] == "parts":
        work.later(work.now + PART_DAYS * DAY_S, "transfer_part", intent["id"])
    if hidden["outcome"] != "unpaid":  # a transfer that never comes is waited for until somebody cancels it
        work.later(work.now + TRANSFER_DAYS * DAY_S, "delayed_pays", intent["id"])
    return intent


def _transfer_action(work: Work, intent: Json, left: int) -> Json:
    kind = {"eur": "eu", "gbp": "gb", "usd": "us"}[intent["currency"]] + "_bank_transfer"
    name = "display_bank_transfer_instructions"
    return {
        "type": name,
        name: {
            "amount_remaining": left,
            "currency": intent["currency"],
            "financial_addresses": [_financial_address(intent["currency"])],
            "hosted_instructions_url": waiting_address(work, intent),
            "reference": f"OV{intent['id'][-8:].upper()}",
            "type": kind,
        },
    }


def _financial_address(currency: str) -> Json:
    owner = {
        "account_holder_address": NO_PLACE, "account_holder_name": MERCHANT, "bank_address": NO_PLACE,
    }  # fmt: skip
    match currency:
        case "usd":
            account = {"account_number": "000123456789", "account_type": "checking",
                       "bank_name": "HARBORLIGHT TEST BANK", "routing_number": "110000000"}  # fmt: skip
            return {"type": "aba", "aba": owner | account, "supported_networks": ["ach", "domestic_wire_us"]}
        case "gbp":
            account = {"account_number": "00012345", "sort_code": "108800"}
            return {
                "type": "sort_code", "sort_code": owner | account, "supported_networks": ["bacs", "fps"],
            }  # fmt: skip
    account = {"bic": "HARBIE2D", "country": "IE", "iban": "IE29AIBK93115212345678"}
    return {"type": "iban", "iban": owner | account, "supported_networks": ["sepa"]}


def arrive_in_part(work: Work, intent: Json) -> None:
    """Half of a transfer came; the rest is still waited for."""
    intent["next_action"] = _transfer_action(work, intent, intent["amount"] - intent["amount"] // 2)
    work.save("payment_intent", intent)
    emit(work, "payment_intent.partially_funded", intent)


def waits(intent: Json) -> bool:
    """Say whether a delayed method of this intent is still undecided."""
    action = intent["next_action"] or {}
    return intent["status"] == "processing" or (
        intent["status"] == "requires_action" and "display" in action.get("type", "")
    )


def pay(work: Work, intent: Json) -> Json:
    """The money came: the waiting charge succeeds, or (a transfer) is made now."""
    method = work.find("payment_method", intent["payment_method"])
    charge = _waiting_charge(work, intent) or new_charge(work, intent, method, charge_details(method))
    charge |= {"status": "succeeded", "paid": True, "outcome": outcome(None)}
    hidden = work.store.hidden(method["id"])
    paid = take(work, intent, charge, hidden=hidden)
    if hidden["outcome"] == "disputed":
        work.later(work.now, "dispute_fraudulent", charge["id"])
    return paid


def fail_for_good(work: Work, intent: Json) -> Json:
    """The bank refused the debit, or nobody paid the voucher in time."""
    method = work.find("payment_method", intent["payment_method"])
    code = work.store.hidden(method["id"]).get("code")
    decline = ibans.failure(code) if code else EXPIRED
    charge_id = close_charge(work, intent, decline)
    intent["next_action"] = None
    return fail(work, intent, method, decline, charge=charge_id)


def close_charge(work: Work, intent: Json, decline: Decline) -> str | None:
    """End the charge that waits, if the method made one; answer its id."""
    charge = _waiting_charge(work, intent)
    if charge is None:
        return None
    charge |= {
        "status": "failed", "captured": False, "amount_captured": 0, "failure_code": decline.code,
        "failure_message": decline.message, "outcome": outcome(decline),
    }  # fmt: skip
    work.save("charge", charge)
    emit(work, "charge.failed", charge)
    return str(charge["id"])


def waiting_address(work: Work, intent: Json) -> str:
    """Where the buyer reads what to pay."""
    return f"{work.settings.base_url}/c/voucher/{intent['id']}"


def _pending_charge(work: Work, intent: Json, method: Json, details: Json) -> Json:
    return work.save("charge", as_pending(new_charge(work, intent, method, details)))


def _waiting_charge(work: Work, intent: Json) -> Json | None:
    charge = work.store.get("charge", intent["latest_charge"] or "")
    return charge if charge and charge["status"] == "pending" else None


def _digits(count: int) -> str:
    return "".join(str(ord(sign) % 10) for sign in token(count))
