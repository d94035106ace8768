"""The API of payment intents, charges and payment methods."""

from fakestripe import cards, delayed, payments
from fakestripe.attempts import attempt
from fakestripe.cards import Decline
from fakestripe.errors import ApiError
from fakestripe.events import emit
from fakestripe.listing import list_objects
from fakestripe.params import merged_metadata
from fakestripe.payments import INTENT_FIELDS
from fakestripe.shapes import Json
from fakestripe.work import Call, Route

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
TOLD = ("decline_code", "network_decline_code", "advice_code", "charge")  # of a failed try, in the refusal
CANCELLED = Decline("payment_intent_canceled", None, "The payment was cancelled.")


def create_intent(call: Call) -> Json:
    payments.demand_chargeable(call.params["amount"])
    given = call.params | {"metadata": merged_metadata(None, call.params.get("metadata"))}
    if customer := given.get("customer"):
        call.find("customer", customer, param="customer", status=400)
    intent = payments.new_intent(call, given)
    if "automatic_payment_methods" in given:
        automatic = {"allow_redirects": "always"} | given["automatic_payment_methods"]
        intent["automatic_payment_methods"] = automatic
    if method := given.get("payment_method"):
        intent |= {"payment_method": _method(call, method)["id"], "status": "requires_confirmation"}
    call.save("payment_intent", intent)
    return _confirm(call, intent) if given.get("confirm") else intent


def confirm_intent(call: Call) -> Json:
    return _confirm(call, call.find("payment_intent", call.path["intent"], account=call.account))


def _confirm(call: Call, intent: Json) -> Json:
    if intent["status"] not in OPEN:
        raise _wrong_state(intent, "confirm")
    named = call.params.get("payment_method") or intent["payment_method"]
    if not named:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    back = call.params.get("return_url") or call.settings.base_url
    intent = attempt(call, intent, _method(call, named), return_url=back)
    if error := intent["last_payment_error"]:
        raise ApiError(
            error["message"],
            status=402,
            type_="card_error",
            code=error["code"],
            keeps_effects=True,
            extra={key: error[key] for key in TOLD if key in error} | {"payment_intent": intent},
        )
    return intent


def _method(call: Call, named: str) -> Json:
    if card := cards.token_card(named, call.now):
        return payments.new_method(call, card)
    return call.find("payment_method", named, param="payment_method", status=400)


def update_intent(call: Call) -> Json:
    intent = call.find("payment_intent", call.path["intent"], account=call.account)
    if "amount" in call.params:
        if intent["status"] not in OPEN:
            raise _wrong_state(intent, "update")
        payments.demand_chargeable(call.params["amount"])
    plain = ("amount", "currency", "customer", *INTENT_FIELDS)
    intent |= {name: call.params[name] for name in plain if name in call.params}
    intent["metadata"] = merged_metadata(intent["metadata"], call.params.get("metadata"))
    return call.save("payment_intent", intent)


def cancel_intent(call: Call) -> Json:
    intent = call.find("payment_intent", call.path["intent"], account=call.account)
    if intent["status"] not in OPEN:
        raise _wrong_state(intent, "cancel")
    if delayed.waits(intent):
        delayed.close_charge(call, intent, CANCELLED)
    intent |= {
        "status": "canceled",
        "canceled_at": call.now,
        "cancellation_reason": call.params.get("cancellation_reason"),
        "next_action": None,
    }
    call.save("payment_intent", intent)
    emit(call, "payment_intent.canceled", intent)
    return intent


def _wrong_state(intent: Json, verb: str) -> ApiError:
    return ApiError(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        extra={"payment_intent": intent},
    )


def retrieve_intent(call: Call) -> Json:
    return call.find("payment_intent", call.path["intent"], account=call.account)


def list_intents(call: Call) -> Json:
    return list_objects(call, "payment_intent", "/v1/payment_intents", filters=("customer",))


def retrieve_charge(call: Call) -> Json:
    return call.find("charge", call.path["charge"], account=call.account)


def list_charges(call: Call) -> Json:
    return list_objects(
        call, "charge", "/v1/charges", filters=("customer", "payment_intent", "transfer_group")
    )


ROUTES: list[Route] = [
    ("get", "/v1/payment_intents", list_intents),
    ("post", "/v1/payment_intents", create_intent),
    ("get", "/v1/payment_intents/{intent}", retrieve_intent),
    ("post", "/v1/payment_intents/{intent}", update_intent),
    ("post", "/v1/payment_intents/{intent}/confirm", confirm_intent),
    ("post", "/v1/payment_intents/{intent}/cancel", cancel_intent),
    ("get", "/v1/charges", list_charges),
    ("get", "/v1/charges/{charge}", retrieve_charge),
]
