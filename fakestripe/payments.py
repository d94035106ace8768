"""Payment methods, payment intents, and what an attempt by card ends in (attempts.py has the other methods).

An attempt ends in one of three ways: a charge that succeeded (money is booked), a failed charge (the intent
asks for another payment method), or a page of a bank that a person answers.
"""

from fakestripe import cards, money
from fakestripe.cards import CHALLENGES, DECLINES, NOT_AUTHENTICATED, Card, Decline
from fakestripe.charges import new_charge
from fakestripe.errors import ApiError
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.methods import Typed
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
CARD_OPTIONS: Json = {"installments": None, "mandate_options": None, "network": None,
                      "request_three_d_secure": "automatic"}  # fmt: skip
MINIMUM_MINOR = 50
MAXIMUM_MINOR = 99_999_999


def demand_chargeable(amount: int, param: str = "amount") -> None:
    """Raise Stripe's refusals for an amount below or above what a card can be charged."""
    if amount < MINIMUM_MINOR:
        raise ApiError("Amount must be at least 50 cents.", code="amount_too_small", param=param)
    if amount > MAXIMUM_MINOR:
        raise ApiError("Amount must be no more than $999,999.99.", code="amount_too_large", param=param)


def new_method(work: Work, card: Card, *, email: str | None = None) -> Json:
    """Save a card as a payment method; the number itself stays hidden."""
    own = cards.as_method_card(card)
    return _save_method(work, "card", own, email=email, name=card.name, hidden={"number": card.number})


def typed_method(work: Work, typed: Typed) -> Json:
    """Save what was typed for a method that is no card."""
    return _save_method(work, typed.kind, typed.own, email=typed.email, name=typed.name, hidden=typed.hidden)


def _save_method(
    work: Work, kind: str, own: Json, *, email: str | None, name: str | None, hidden: Json
) -> Json:
    billing = {"address": NO_ADDRESS, "email": email, "name": name, "phone": None, "tax_id": None}
    body: Json = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": billing,
        kind: own,
        "created": work.now,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }
    return work.save("payment_method", body, hidden=hidden)


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
        "payment_method_options": given.get("payment_method_options", {"card": CARD_OPTIONS}),
        "payment_method_types": given.get("payment_method_types", ["card"]),
        "processing": None,
        "receipt_email": given.get("receipt_email"),
        "review": None,
        "setup_future_usage": given.get("setup_future_usage"),
        "shipping": given.get("shipping"),
        "statement_descriptor": given.get("statement_descriptor"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": given.get("transfer_group"),
    }  # fmt: skip
    work.save("payment_intent", body)
    emit(work, "payment_intent.created", body)
    return body


def try_card(work: Work, intent: Json, method: Json, *, return_url: str) -> Json:
    """Try to pay an intent with a card, and answer the intent as it stands then."""
    number = work.store.hidden(method["id"])["number"]
    asked = intent["payment_method_options"].get("card", {}).get("request_three_d_secure")
    if number in CHALLENGES or asked in ("any", "challenge"):
        page = f"{work.settings.base_url}/c/3ds/{intent['id']}/{method['id']}"
        return send_to_page(work, intent, redirect_action(page, return_url))
    return _ask_bank(work, intent, method, DECLINES.get(number), authenticated=None)


def redirect_action(page: str, return_url: str) -> Json:
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": page}}


def send_to_page(work: Work, intent: Json, action: Json) -> Json:
    """Let an intent wait for a person who answers on another page."""
    intent |= {"status": "requires_action", "next_action": action}
    work.save("payment_intent", intent)
    emit(work, "payment_intent.requires_action", intent)
    return intent


def answer_challenge(work: Work, intent: Json, *, approved: bool) -> Json:
    """Go on after 3-D Secure: approved asks the bank, failed asks for another payment method."""
    method = work.find("payment_method", intent["payment_method"])
    if not approved:
        return fail(work, intent, method, NOT_AUTHENTICATED, charge=None)
    number = work.store.hidden(method["id"])["number"]
    decline = CHALLENGES.get(number) or DECLINES.get(number)
    return _ask_bank(work, intent, method, decline, authenticated=True)


def _ask_bank(
    work: Work, intent: Json, method: Json, decline: Decline | None, *, authenticated: bool | None
) -> Json:
    details = cards.as_charge_details(method["card"], authenticated=authenticated)
    charge = new_charge(work, intent, method, details, decline)
    if decline:
        work.save("charge", charge)
        emit(work, "charge.failed", charge)
        return fail(work, intent, method, decline, charge=charge["id"])
    number = work.store.hidden(method["id"])["number"]
    return take(work, intent, charge, hidden={"number": number})


def take(work: Work, intent: Json, charge: Json, *, hidden: Json) -> Json:
    """Book the money of a charge that succeeded, and answer the intent, succeeded too."""
    at_once = hidden.get("number") == cards.AVAILABLE_AT_ONCE
    charge["balance_transaction"] = money.book(
        work,
        account=PLATFORM,  # separate charges and transfers: the platform is the merchant
        type_="charge" if charge["id"].startswith("ch_") else "payment",
        amount=charge["amount"],
        currency=charge["currency"],
        source=charge["id"],
        fee=money.charge_fee(charge["amount"]),
        available_on=work.now if at_once else money.settles_at(work),
        description=charge["description"],
    )
    work.save("charge", charge, hidden=hidden)
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "next_action": None,
    }
    work.save("payment_intent", intent)
    emit(work, "charge.succeeded", charge)
    emit(work, "payment_intent.succeeded", intent)
    if timer := cards.AFTER_PAYMENT.get(hidden.get("number", "")):
        work.later(work.now, timer, charge["id"])
    return intent


def fail(work: Work, intent: Json, method: Json, decline: Decline, *, charge: str | None) -> Json:
    """Ask for another payment method after a failed try, and answer the intent."""
    is_bank_s_word = charge is not None and method["type"] == "card"
    error: Json = {
        "type": "card_error" if is_bank_s_word else "invalid_request_error",
        "code": decline.code,
        "message": decline.message,
        "payment_method": method,
    }
    said = {
        "decline_code": decline.decline_code,
        "network_decline_code": decline.network_code,
        "advice_code": decline.advice,
        "charge": charge,
    }
    error |= {name: value for name, value in said.items() if value}
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "latest_charge": charge or intent["latest_charge"],
        "last_payment_error": error,
    }
    work.save("payment_intent", intent)
    emit(work, "payment_intent.payment_failed", intent)
    return intent
