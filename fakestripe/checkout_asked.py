"""What a platform may ask of a Checkout Session, and the parts of the session that only repeat it."""

from urllib.parse import urlsplit

from fakestripe import methods, payments
from fakestripe.errors import ApiError, missing, unsupported
from fakestripe.methods import METHODS
from fakestripe.shapes import Json

INTENT_FIELDS = (*payments.INTENT_FIELDS, "metadata", "setup_future_usage")
# What of `payment_method_options` means something here, method by method.
OPTIONS: dict[str, tuple[str, ...]] = {
    "card": ("request_three_d_secure",),
    "oxxo": ("expires_after_days",),
    "boleto": ("expires_after_days",),
    "customer_balance": ("funding_type", "bank_transfer"),
}


def demand_simulated(given: Json) -> None:
    """Raise the refusal for a session that cannot be, or that is not simulated."""
    if given.get("mode") != "payment":
        raise (
            missing("mode")
            if "mode" not in given
            else unsupported("sessions other than mode=payment", "mode")
        )
    if not given.get("line_items"):
        raise missing("line_items")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported("sessions other than ui_mode=hosted_page", "ui_mode")
    if not given.get("success_url"):
        raise missing("success_url")
    for name in ("success_url", "cancel_url"):
        if name in given and urlsplit(given[name]).scheme not in ("http", "https"):
            raise ApiError("Not a valid URL", code="url_invalid", param=name)
    for kind in given.get("payment_method_types", []):
        if kind not in METHODS:
            raise unsupported(f"the payment method {kind}", "payment_method_types")
    for name in given.get("payment_intent_data", {}):
        if name not in INTENT_FIELDS:
            raise unsupported(f"payment_intent_data[{name}]", f"payment_intent_data[{name}]")
    _demand_options(given.get("payment_method_options", {}))
    if given.get("customer") and "customer_email" in given:
        raise ApiError("You may only specify one of these parameters: customer, customer_email.")


def _demand_options(given: Json) -> None:
    for kind, options in given.items():
        for name in options:
            if name not in OPTIONS.get(kind, ()):
                where = f"payment_method_options[{kind}][{name}]"
                raise unsupported(where, where)


def demand_place(given: Json, customer: Json) -> None:
    """Raise Stripe's refusal for automatic tax on a customer whose address nobody knows or may write down."""
    if not given.get("automatic_tax", {}).get("enabled") or not customer:
        return
    if not customer["address"] and given.get("customer_update", {}).get("address") != "auto":
        raise ApiError(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address"
            " to the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]`"
            " to 'auto' to save the address entered in Checkout to the Customer.",
            code="customer_tax_location_invalid", param="automatic_tax",
        )  # fmt: skip


def offered_kinds(given: Json, currency: str, country: str | None) -> list[str]:
    """Answer the methods that the page offers: those named, or those that fit the currency and the country."""
    excluded = given.get("excluded_payment_method_types", [])
    named = given.get("payment_method_types")
    if named is None:
        fitting = methods.automatic(currency, country, has_customer="customer" in given)
        return [kind for kind in fitting if kind not in excluded]
    for kind in named:
        if not methods.takes(kind, currency):
            raise ApiError(
                f"The currency provided ({currency}) is invalid for one or more payment method types: {kind}.",
                param="payment_method_types",
            )
    if "customer_balance" in named and "customer" not in given:
        raise ApiError("`customer` is required with the payment method customer_balance.", param="customer")
    return list(named)


def method_options(given: Json, kinds: list[str]) -> Json:
    """Answer the session's `payment_method_options`."""
    asked = given.get("payment_method_options", {})
    made: Json = {}
    for kind in kinds:
        known, options = METHODS[kind], asked.get(kind, {})
        if kind == "card":
            made[kind] = {"request_three_d_secure": options.get("request_three_d_secure", "automatic")}
        elif kind in ("oxxo", "boleto"):
            made[kind] = {"expires_after_days": options.get("expires_after_days", known.days)}
        elif kind == "customer_balance":
            made[kind] = {"funding_type": "bank_transfer"}
    return made


def intent_options(session: Json, kinds: list[str]) -> Json:
    """Answer the `payment_method_options` of the session's payment intent."""
    made = {
        kind: dict(options) for kind, options in session["payment_method_options"].items() if kind in kinds
    }
    if "card" in made:
        made["card"] = payments.CARD_OPTIONS | made["card"]
    return made


def saved_options(given: Json) -> Json | None:
    asked = given.get("saved_payment_method_options")
    if asked is None and "customer" not in given:
        return None
    usual = {"allow_redisplay_filters": ["always"], "payment_method_remove": "disabled",
             "payment_method_save": "disabled"}  # fmt: skip
    return usual | (asked or {})


def automatic_tax(*, enabled: bool, country: str | None) -> Json:
    """Answer the session's `automatic_tax`: worked out, or waiting for the buyer's country."""
    if not enabled:
        return {"enabled": False, "liability": None, "provider": None, "status": None}
    status = "complete" if country else "requires_location_inputs"
    return {"enabled": True, "liability": {"type": "self"}, "provider": "stripe", "status": status}


def customer_details(email: str | None, name: str | None, address: Json | None = None) -> Json:
    whole = payments.NO_ADDRESS | {part: value or None for part, value in (address or {}).items()}
    return {"address": whole if address else None, "business_name": None, "email": email,
            "individual_name": None, "name": name, "phone": None, "tax_exempt": "none", "tax_ids": None}  # fmt: skip
