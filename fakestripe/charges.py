"""The shape of a charge, and what the network said of it."""

from fakestripe.cards import Decline
from fakestripe.ids import new_id
from fakestripe.shapes import Json
from fakestripe.work import Work

NETWORK_ADVICE = {"try_again_later": "02", "do_not_try_again": "03", "confirm_card_data": "01"}


def new_charge(work: Work, intent: Json, method: Json, details: Json, decline: Decline | None = None) -> Json:
    """Answer the charge of an attempt: paid, or refused with `decline`. `details` are its
    `payment_method_details`."""
    paid = decline is None
    return {
        "id": new_id("ch" if method["type"] == "card" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "FAKESTRIPE TEST",
        "captured": paid,
        "created": work.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": details,
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


def as_pending(charge: Json) -> Json:
    """Answer the charge as it stands while a delayed method is waiting."""
    waiting = {
        "type": "pending",
        "network_status": "approved_by_network",
        "seller_message": "Payment pending.",
    }
    return charge | {"status": "pending", "paid": False, "outcome": charge["outcome"] | waiting}


def outcome(decline: Decline | None) -> Json:
    """Answer what the network and the provider's fraud rules said of a charge."""
    type_, network, reason, message = "authorized", "approved_by_network", None, "Payment complete."
    if decline:
        type_, network, reason = (
            "issuer_declined",
            "declined_by_network",
            decline.decline_code or decline.code,
        )
        message = "The bank refused this payment."
    if decline and decline.blocked:
        type_, network, reason = "blocked", "not_sent_to_network", "highest_risk_level"
        message = "The provider blocked this payment."
    return {
        "type": type_,
        "advice_code": decline.advice if decline else None,
        "network_advice_code": NETWORK_ADVICE.get(decline.advice or "") if decline else None,
        "network_decline_code": decline.network_code if decline else None,
        "network_status": network,
        "reason": reason,
        "risk_level": "highest" if type_ == "blocked" else "normal",
        "risk_score": 99 if type_ == "blocked" else 12,
        "seller_message": message,
    }
