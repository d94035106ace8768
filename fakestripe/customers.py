"""Customers of the platform."""

from fakestripe import saved
from fakestripe.errors import no_such, unsupported
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import list_objects, list_of
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import Call, Route, Work

PLAIN = ("name", "email", "phone", "description", "address", "shipping", "preferred_locales")


def create_customer(call: Call) -> Json:
    return new_customer(call, call.params)


def new_customer(work: Work, given: Json) -> Json:
    customer_id = new_id("cus", 14)
    body: Json = {
        "id": customer_id,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": work.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": customer_id[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None,
        },
        "livemode": False,
        "metadata": merged_metadata(None, given.get("metadata")),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }  # fmt: skip
    body |= {name: given[name] or None for name in PLAIN if name in given}
    work.save("customer", body)
    emit(work, "customer.created", body)
    return body


def list_customers(call: Call) -> Json:
    return list_objects(call, "customer", "/v1/customers", filters=("email",))


def retrieve_customer(call: Call) -> Json:
    deleted = call.store.get("deleted_customer", call.path["customer"], account=call.account)
    return deleted or call.find("customer", call.path["customer"], account=call.account)


def update_customer(call: Call) -> Json:
    body = call.find("customer", call.path["customer"], account=call.account)
    before = dict(body)
    body |= {name: call.params[name] or None for name in PLAIN if name in call.params}
    body["invoice_settings"] = _invoice_settings(call, body)
    body["metadata"] = merged_metadata(body["metadata"], call.params.get("metadata"))
    call.save("customer", body)
    previous = {name: before[name] for name in before if before[name] != body[name]}
    emit(call, "customer.updated", body, previous=previous)
    return body


def _invoice_settings(call: Call, customer: Json) -> Json:
    """Answer the settings with the default payment method that is asked for, which must be the customer's own."""
    settings: Json = customer["invoice_settings"]
    asked = call.params.get("invoice_settings", {})
    for name in asked:
        if name != "default_payment_method":
            raise unsupported(f"invoice_settings[{name}]", f"invoice_settings[{name}]")
    wanted = asked.get("default_payment_method", settings["default_payment_method"]) or None
    if wanted and saved.find_own(call, customer["id"], wanted) is None:
        raise no_such("PaymentMethod", wanted, param="invoice_settings[default_payment_method]", status=400)
    return settings | {"default_payment_method": wanted}


def delete_customer(call: Call) -> Json:
    body = call.find("customer", call.path["customer"], account=call.account)
    gone = {"id": body["id"], "object": "customer", "deleted": True}
    call.store.delete(body["id"])
    saved.forget(call, body["id"])
    call.save("deleted_customer", gone)
    emit(call, "customer.deleted", body)
    return gone


def list_sources(call: Call) -> Json:
    return sources_of(retrieve_customer(call))


def sources_of(customer: Json) -> Json:
    """Answer the empty list of sources: cards are payment methods here, as for any account made today."""
    return list_of([], f"/v1/customers/{customer['id']}/sources")


ROUTES: list[Route] = [
    ("get", "/v1/customers", list_customers),
    ("post", "/v1/customers", create_customer),
    ("get", "/v1/customers/{customer}", retrieve_customer),
    ("post", "/v1/customers/{customer}", update_customer),
    ("delete", "/v1/customers/{customer}", delete_customer),
    ("get", "/v1/customers/{customer}/sources", list_sources),  # dj-stripe's sync asks for it
]
