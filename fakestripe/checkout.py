"""Checkout Sessions: what the platform asks for, and how a session is paid, declined or expires."""

from urllib.parse import urlsplit

from fakestripe import payments
from fakestripe.cards import Card
from fakestripe.clock import DAY_S
from fakestripe.customers import new_customer
from fakestripe.errors import ApiError, missing, unsupported
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import bodies, cut, list_objects, list_of, objects
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT, Call, Route, Work

SHORTEST_S = 30 * 60


class SessionClosed(Exception):
    """The session is complete or expired: nothing can be paid on it any more."""


def create_session(call: Call) -> Json:
    _demand_simulated(call.params)
    items = [_line_item(given, at) for at, given in enumerate(call.params["line_items"])]
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise ApiError("All line items must use the same currency.", param="line_items")
    total = sum(item["amount_total"] for item in items)
    payments.demand_chargeable(total, "line_items")
    session = _new_session(call, currency=currencies.pop(), total=total)
    intent_data = call.params.get("payment_intent_data", {})
    call.save("checkout.session", session, hidden={"line_items": items, "intent_data": intent_data})
    call.later(session["expires_at"], "session_expires", session["id"])
    return session


def _demand_simulated(given: Json) -> None:
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
    others = [kind for kind in given.get("payment_method_types", []) if kind != "card"]
    if others:
        raise unsupported(f"the payment method {others[0]}", "payment_method_types")
    for name in given.get("payment_intent_data", {}):
        if name not in (*payments.INTENT_FIELDS, "metadata"):
            raise unsupported(f"payment_intent_data[{name}]", f"payment_intent_data[{name}]")
    if given.get("automatic_tax", {}).get("enabled"):
        raise unsupported("automatic tax", "automatic_tax")


def _line_item(given: Json, at: int) -> Json:
    if "price" in given:
        raise ApiError(
            f"No such price: '{given['price']}'", code="resource_missing", param=f"line_items[{at}][price]"
        )
    price = given.get("price_data")
    if not price or "unit_amount" not in price:
        raise missing(f"line_items[{at}][price_data][unit_amount]")
    product = price.get("product_data")
    if not product:
        raise missing(f"line_items[{at}][price_data][product_data]")
    quantity = given.get("quantity", 1)
    amount, currency = price["unit_amount"] * quantity, price["currency"].lower()
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "discounts": [],
        "metadata": merged_metadata(None, given.get("metadata")),
        "price": {
            "id": new_id("price"), "object": "price", "active": False, "billing_scheme": "per_unit",
            "currency": currency, "livemode": False, "metadata": {}, "product": new_id("prod", 14),
            "type": "one_time", "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
        "taxes": [],
    }  # fmt: skip


def _new_session(call: Call, *, currency: str, total: int) -> Json:
    given = call.params
    customer, email = given.get("customer"), given.get("customer_email")
    if customer:
        known = call.find("customer", customer, param="customer", status=400)
        email = known["email"]
    session_id = new_id("cs_test", 58)
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
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
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None,
                        "terms_of_service_acceptance": None},
        "customer": customer,
        "customer_creation": None if customer else given.get("customer_creation", "if_required"),
        "customer_details": _customer_details(email, None) if email else None,
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
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": given.get("submit_type"),
        "subscription": None,
        "success_url": given["success_url"],
        "tax_id_collection": {"enabled": False, "required": "never"},
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
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


def _customer_details(email: str | None, name: str | None) -> Json:
    return {"address": None, "business_name": None, "email": email, "individual_name": None, "name": name,
            "phone": None, "tax_exempt": "none", "tax_ids": None}  # fmt: skip


# Paying (the hosted page calls these)


def pay(work: Work, session: Json, card: Card, *, email: str | None) -> Json:
    """Try to pay a session with a card and answer its payment intent: succeeded, requires_action, or
    declined.

    Raises:
        SessionClosed: nothing was charged.
    """
    if session["status"] != "open":
        raise SessionClosed
    email = email or (session["customer_details"] or {}).get("email")
    intent = _intent_of(work, session)
    method = payments.new_method(work, card, email=email)
    session["customer_details"] = _customer_details(email, card.name)
    work.save("checkout.session", session)
    intent = payments.attempt(work, intent, method, return_url=session["url"])
    if intent["status"] == "succeeded":
        complete(work, session)
    return intent


def _intent_of(work: Work, session: Json) -> Json:
    """Answer the session's payment intent, made when somebody first tries to pay."""
    if session["payment_intent"]:
        return work.find("payment_intent", session["payment_intent"])
    intent_data = work.store.hidden(session["id"])["intent_data"]
    plain = {name: intent_data[name] for name in payments.INTENT_FIELDS if name in intent_data}
    intent = payments.new_intent(
        work,
        plain
        | {
            "amount": session["amount_total"],
            "currency": session["currency"],
            "customer": session["customer"],
            "metadata": merged_metadata(None, intent_data.get("metadata")),
        },
    )
    session["payment_intent"] = intent["id"]
    return intent


def complete(work: Work, session: Json) -> None:
    """Close a paid session."""
    details = session["customer_details"]
    if session["customer_creation"] == "always" and not session["customer"]:
        session["customer"] = new_customer(work, {"email": details["email"], "name": details["name"]})["id"]
    session |= {"status": "complete", "payment_status": "paid", "url": None}
    work.save("checkout.session", session)
    emit(work, "checkout.session.completed", session)


def session_of_intent(work: Work, intent_id: str) -> Json | None:
    query = objects(work.store, "checkout.session").where("body ->> '$.payment_intent' = ?", intent_id)
    found = bodies(query.rows(limit=1))
    return found[0] if found else None


def success_address(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def expire_due(work: Work, session_id: str) -> None:
    """Expire a session whose time has come (a timer)."""
    session = work.find("checkout.session", session_id)
    if session["status"] == "open":
        _expire(work, session)


def _expire(work: Work, session: Json) -> None:
    session |= {"status": "expired", "url": None}
    work.save("checkout.session", session)
    if session["payment_intent"]:
        intent = work.find("payment_intent", session["payment_intent"])
        intent |= {
            "status": "canceled",
            "canceled_at": work.now,
            "cancellation_reason": "automatic",
            "next_action": None,
        }
        work.save("payment_intent", intent)
        emit(work, "payment_intent.canceled", intent)
    emit(work, "checkout.session.expired", session)


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
    _expire(call, session)
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
