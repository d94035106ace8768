"""One try to pay an intent, by whatever method: at once, by a page of a bank or wallet, or days later."""

from fakestripe import delayed, payments
from fakestripe.cards import Decline
from fakestripe.charges import new_charge
from fakestripe.methods import METHODS, charge_details
from fakestripe.payments import fail, redirect_action, send_to_page, take
from fakestripe.shapes import Json
from fakestripe.work import Work


def attempt(work: Work, intent: Json, method: Json, *, return_url: str) -> Json:
    """Try to pay an intent with a payment method, and answer the intent as it stands then."""
    intent |= {"payment_method": method["id"], "last_payment_error": None}
    match METHODS[method["type"]].way:
        case "card":
            return payments.try_card(work, intent, method, return_url=return_url)
        case "redirect":
            action = redirect_action(wallet_page(work, intent), return_url)
            if method["type"] == "blik":  # Stripe tells no address for it: the bank's app asks
                action = {"type": "blik_authorize", "blik_authorize": {}}
            return send_to_page(work, intent, action)
    return delayed.begin(work, intent, method)


def wallet_page(work: Work, intent: Json) -> str:
    """Where the bank or wallet asks whether this try may be paid."""
    return f"{work.settings.base_url}/c/redirect/{intent['id']}/{intent['payment_method']}"


def answer_wallet(work: Work, intent: Json, answer: str) -> Json:
    """Go on after the bank's or wallet's page: `authorise` pays, `refuse` and `cancel` ask for another method."""
    method = work.find("payment_method", intent["payment_method"])
    if answer == "authorise":
        return take(work, intent, new_charge(work, intent, method, charge_details(method)), hidden={})
    return fail(work, intent, method, _refusal(METHODS[method["type"]].label, answer), charge=None)


def _refusal(label: str, answer: str) -> Decline:
    if answer == "refuse":
        return Decline("payment_method_provider_decline", None, f"{label} declined this payment.")
    message = f"You cancelled the payment with {label}. Nothing was charged."
    return Decline("payment_method_customer_decline", None, message)
