"""Card payments: payment methods, payment intents and the charges they make.

An attempt ends in one of three ways: a charge that succeeded (money is booked), a failed charge (the intent
asks for another payment method), or a 3-D Secure challenge that a person answers on a page.
"""

from fakestripe import cards, money
from fakestripe.cards import CHALLENGES, DECLINES, NOT_AUTHENTICATED, Card, Decline
from fakestripe.errors import ApiError
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Work

NO_ADDRESS: Json = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}
INTENT_FIELDS = (
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
MINIMUM_MINOR = 50
MAXIMUM_MINOR = 99_999_999


def demand_chargeable(amount: int, param: str = "amount") -> None:
    """Raise Stripe's refusals for an amount below or above what a card can be charged."""
    if amount < MINIMUM_MINOR:
        raise ApiError("Amount must be at least 50 cents.", code="amount_too_small", param=param)
    if amount > MAXIMUM_MINOR:
        raise ApiError("Amount must be no more than $999,999.99.", code="amount_too_large", param=param)


def new_method(work: Work, card: Card, *, email: str | None = None, customer: str | None = None) -> Json:
    """Save a card as a payment method; the number itself stays hidden."""
    body: Json = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {
            "address": NO_ADDRESS,
            "email": email,
            "name": card.name,
            "phone": None,
            "tax_id": None,
        },
        "card": cards.as_method_card(card),
        "created": work.now,
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return work.save("payment_method", body, hidden={"number": card.number})


def new_intent(work: Work, given: Json) -> Json:
    """Start a payment intent for `amount` and `currency`; `given` may name its other plain fields."""
    intent_id = new_id("pi")
    body: Json = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": given["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('x')[2:]}",
        "confirmation_method": "automatic",
        "created": work.now,
        "currency": given["currency"].lower(),
        "customer": given.get("customer"),
        "description": given.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {"card": {"installments": None, "mandate_options": None, "network": None,
                                            "request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": given.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": given.get("transfer_group"),
    }  # fmt: skip
    work.save("payment_intent", body)
    emit(work, "payment_intent.created", body)
    return body


def attempt(work: Work, intent: Json, method: Json, *, return_url: str) -> Json:
    """Try to pay an intent with a payment method, and answer the intent as it stands then."""
    number = work.store.hidden(method["id"])["number"]
    intent |= {"payment_method": method["id"], "last_payment_error": None}
    if number in CHALLENGES:
        url = f"{work.settings.base_url}/c/3ds/{intent['id']}"
        intent |= {
            "status": "requires_action",
            "next_action": {
                "type": "redirect_to_url",
                "redirect_to_url": {"return_url": return_url, "url": url},
            },
        }
        work.save("payment_intent", intent)
        emit(work, "payment_intent.requires_action", intent)
        return intent
    return _ask_bank(work, intent, method, DECLINES.get(number), authenticated=None)


def answer_challenge(work: Work, intent: Json, *, approved: bool) -> Json:
    """Go on after 3-D Secure: approved asks the bank, failed asks for another payment method."""
    method = work.find("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if not approved:
        return _fail(work, intent, method, NOT_AUTHENTICATED, charge=None)
    number = work.store.hidden(method["id"])["number"]
    return _ask_bank(work, intent, method, CHALLENGES.get(number), authenticated=True)


def _ask_bank(
    work: Work, intent: Json, method: Json, decline: Decline | None, *, authenticated: bool | None
) -> Json:
    charge = _new_charge(work, intent, method, decline, authenticated=authenticated)
    if decline:
        work.save("charge", charge)
        emit(work, "charge.failed", charge)
        return _fail(work, intent, method, decline, charge=charge["id"])
    number = work.store.hidden(method["id"])["number"]
    charge["balance_transaction"] = money.book(
        work,
        account=PLATFORM,  # separate charges and transfers: the platform is the merchant
        type_="charge",
        amount=charge["amount"],
        currency=charge["currency"],
        source=charge["id"],
        fee=money.charge_fee(charge["amount"]),
        available_on=work.now if number == cards.AVAILABLE_AT_ONCE else money.settles_at(work),
        description=charge["description"],
    )
    work.save("charge", charge, hidden={"number": number})
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
    work.save("payment_intent", intent)
    emit(work, "charge.succeeded", charge)
    emit(work, "payment_intent.succeeded", intent)
    if timer := cards.AFTER_PAYMENT.get(number):
        work.later(work.now, timer, charge["id"])
    return intent


def _fail(work: Work, intent: Json, method: Json, decline: Decline, *, charge: str | None) -> Json:
    error: Json = {
        "type": "card_error",
        "code": decline.code,
        "message": decline.message,
        "payment_method": method,
    }
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    if decline is NOT_AUTHENTICATED:
        error["type"] = "invalid_request_error"
    if charge:
        error["charge"] = charge
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "latest_charge": charge or intent["latest_charge"],
        "last_payment_error": error,
    }
    work.save("payment_intent", intent)
    emit(work, "payment_intent.payment_failed", intent)
    return intent


def _new_charge(
    work: Work, intent: Json, method: Json, decline: Decline | None, *, authenticated: bool | None
) -> Json:
    paid = decline is None
    return {
        "id": new_id("ch"),
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
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": cards.as_charge_details(method["card"], authenticated=authenticated),
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


def _outcome(decline: Decline | None) -> Json:
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
        "network_status": network,
        "reason": reason,
        "risk_level": "highest" if type_ == "blocked" else "normal",
        "risk_score": 99 if type_ == "blocked" else 12,
        "seller_message": message,
    }
