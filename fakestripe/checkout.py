"""Checkout Sessions: what the platform asks for, reads and closes (paying.py has how one is paid)."""

from fakestripe import checkout_asked, line_items, payments
from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError
from fakestripe.ids import new_id
from fakestripe.listing import cut, list_objects, list_of
from fakestripe.params import merged_metadata
from fakestripe.paying import expire
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT, Call, Route, Work

SHORTEST_S = 30 * 60


def create_session(call: Call) -> Json:
    checkout_asked.demand_simulated(call.params)
    items = [line_items.read_item(given, at) for at, given in enumerate(call.params["line_items"])]
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise ApiError("All line items must use the same currency.", param="line_items")
    session, items = _new_session(call, currencies.pop(), items)
    payments.demand_chargeable(session["amount_total"], "line_items")
    intent_data = call.params.get("payment_intent_data", {})
    keeps_address = call.params.get("customer_update", {}).get("address") == "auto"
    hidden = {"line_items": items, "intent_data": intent_data, "keeps_address": keeps_address}
    call.save("checkout.session", session, hidden=hidden)
    call.later(session["expires_at"], "session_expires", session["id"])
    return session


def _new_session(call: Call, currency: str, items: list[Json]) -> tuple[Json, list[Json]]:
    """Answer the session and its items, taxed if the buyer's country is known already."""
    given = call.params
    customer = given.get("customer")
    known: Json = call.find("customer", customer, param="customer", status=400) if customer else {}
    checkout_asked.demand_place(given, known)
    is_taxed, country = given.get("automatic_tax", {}).get("enabled", False), _country(known)
    if is_taxed and country:
        items = line_items.taxed(items, country, now=call.now)
    kinds = checkout_asked.offered_kinds(given, currency, country)
    session = _session_body(call, known, kinds) | line_items.totals(items, with_breakdown=is_taxed)
    session |= {
        "currency": currency,
        "automatic_tax": checkout_asked.automatic_tax(enabled=is_taxed, country=country),
    }
    return session, items


def _country(customer: Json) -> str | None:
    return (customer.get("address") or {}).get("country")


def _session_body(call: Call, known: Json, kinds: list[str]) -> Json:
    given, customer = call.params, call.params.get("customer")
    email = known.get("email") or given.get("customer_email")
    session_id = new_id("cs_test", 58)
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "billing_address_collection": given.get("billing_address_collection"),
        "branding_settings": {
            "background_color": "#ffffff", "border_style": "rounded", "button_color": "#2f5d50",
            "display_name": MERCHANT, "font_family": "default", "icon": None, "logo": None,
        },
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": call.now,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None,
                        "terms_of_service_acceptance": None},
        "customer": customer,
        "customer_creation": None if customer else given.get("customer_creation", "if_required"),
        "customer_details": checkout_asked.customer_details(email, None, known.get("address"))
        if email or known.get("address") else None,
        "customer_email": given.get("customer_email"),
        "discounts": None,
        "expires_at": _expiry(call),
        "invoice": None,
        "invoice_creation": {"enabled": False, "invoice_data": {
            "account_tax_ids": None, "custom_fields": None, "description": None, "footer": None,
            "issuer": None,
            "metadata": {}, "rendering_options": None}},
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": merged_metadata(None, given.get("metadata")),
        "mode": "payment",
        "name_collection": {},
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": checkout_asked.method_options(given, kinds),
        "payment_method_types": kinds,
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": checkout_asked.saved_options(given),
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": given.get("submit_type"),
        "subscription": None,
        "success_url": given["success_url"],
        "tax_id_collection": {"enabled": False, "required": "never"},
        "ui_mode": "hosted_page",
        "url": f"{call.settings.base_url}/c/pay/{session_id}",
        "wallet_options": None,
    }  # fmt: skip


def _expiry(call: Call) -> int:
    expires_at: int = call.params.get("expires_at", call.now + DAY_S)
    # A minute of grace on both sides: callers compute it from their own reading of the clock.
    if not call.now + SHORTEST_S - 60 <= expires_at <= call.now + DAY_S + 60:
        raise ApiError(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", param="expires_at"
        )
    return expires_at


# Operations


def expire_session(call: Call) -> Json:
    session = retrieve_session(call)
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a'
            " status of"
            f" {session['status']}.",
            param="session",
        )
    expire(call, session)
    return session


def retrieve_session(call: Call) -> Json:
    return call.find("checkout.session", call.path["session"], account=call.account, param="session")


def update_session(call: Call) -> Json:
    session = retrieve_session(call)
    session["metadata"] = merged_metadata(session["metadata"], call.params.get("metadata"))
    return call.save("checkout.session", session)


def list_sessions(call: Call) -> Json:
    filters = ("customer", "payment_intent", "status")
    return list_objects(call, "checkout.session", "/v1/checkout/sessions", filters=filters)


def list_line_items(call: Call) -> Json:
    session = retrieve_session(call)
    return cut(call.params, _items(call, session), f"/v1/checkout/sessions/{session['id']}/line_items")


def line_items_of(work: Work, session: Json) -> Json:
    return list_of(_items(work, session), f"/v1/checkout/sessions/{session['id']}/line_items")


def _items(work: Work, session: Json) -> list[Json]:
    items: list[Json] = work.store.hidden(session["id"])["line_items"]
    return items


ROUTES: list[Route] = [
    ("get", "/v1/checkout/sessions", list_sessions),
    ("post", "/v1/checkout/sessions", create_session),
    ("get", "/v1/checkout/sessions/{session}", retrieve_session),
    ("post", "/v1/checkout/sessions/{session}", update_session),
    ("post", "/v1/checkout/sessions/{session}/expire", expire_session),
    ("get", "/v1/checkout/sessions/{session}/line_items", list_line_items),
]
