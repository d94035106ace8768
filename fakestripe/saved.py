"""Payment methods that a customer keeps: attached, listed, offered again, taken away."""

from fakestripe import cards, payments
from fakestripe.errors import ApiError, no_such
from fakestripe.events import emit
from fakestripe.listing import bodies, list_objects, objects
from fakestripe.methods import METHODS
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work

MOST = 20
FILTERS = ("customer", "type", "allow_redisplay")


def is_wanted(work: Work, intent: Json) -> bool:
    """Say whether the method of an intent is to be kept: the platform asked for it, or the buyer did."""
    method = work.store.get("payment_method", intent["payment_method"] or "")
    if method is None or not METHODS[method["type"]].reusable:
        return False
    return bool(intent["setup_future_usage"] or work.store.hidden(method["id"]).get("save"))


def keep(work: Work, session: Json, intent: Json) -> None:
    """Attach the method that paid a session to the session's customer, if anybody wanted that."""
    if not session["customer"] or not is_wanted(work, intent):
        return
    method = work.find("payment_method", intent["payment_method"])
    if method["customer"]:
        return
    if work.store.hidden(method["id"]).get("save"):
        method["allow_redisplay"] = "always"
    attach(work, method, session["customer"])


def attach(work: Work, method: Json, customer_id: str) -> Json:
    method["customer"] = customer_id
    work.save("payment_method", method)
    emit(work, "payment_method.attached", method)
    return method


def detach(work: Work, method: Json) -> Json:
    """Take a method away from its customer: nobody can pay with it again."""
    customer_id, method["customer"] = method["customer"], None
    work.save("payment_method", method)
    emit(work, "payment_method.detached", method, previous={"customer": customer_id})
    customer = work.store.get("customer", customer_id)
    if customer and default_of(customer) == method["id"]:
        make_default(work, customer, None)
    return method


def default_of(customer: Json) -> str | None:
    method_id: str | None = customer["invoice_settings"]["default_payment_method"]
    return method_id


def make_default(work: Work, customer: Json, method_id: str | None) -> None:
    before = dict(customer["invoice_settings"])
    customer["invoice_settings"] = before | {"default_payment_method": method_id}
    work.save("customer", customer)
    emit(work, "customer.updated", customer, previous={"invoice_settings": before})


def methods_of(work: Work, customer: Json, *, redisplay: list[str] | None = None) -> list[Json]:
    """Answer what a customer keeps, the default first, then the newest; `redisplay` leaves some out."""
    query = objects(work.store, "payment_method").where("body ->> '$.customer' = ?", customer["id"])
    found = [
        one
        for one in bodies(query.rows(limit=MOST))
        if redisplay is None or one["allow_redisplay"] in redisplay
    ]
    return sorted(found, key=lambda method: method["id"] != default_of(customer))


def offered(work: Work, session: Json) -> list[Json]:
    """Answer the kept methods that the page of a session offers again."""
    customer = work.store.get("customer", session["customer"] or "")
    options = session["saved_payment_method_options"]
    if customer is None or options is None:
        return []
    known = methods_of(work, customer, redisplay=options["allow_redisplay_filters"])
    return [method for method in known if method["type"] in session["payment_method_types"]]


def find_own(work: Work, customer_id: str, method_id: str) -> Json | None:
    """Answer the method with this id if the customer keeps it."""
    method = work.store.get("payment_method", method_id)
    return method if method and method["customer"] == customer_id else None


# Operations


def list_methods(call: Call) -> Json:
    return list_objects(call, "payment_method", "/v1/payment_methods", filters=FILTERS)


def list_of_customer(call: Call) -> Json:
    customer = call.find("customer", call.path["customer"], account=call.account)
    call.params["customer"] = customer["id"]
    url = f"/v1/customers/{customer['id']}/payment_methods"
    return list_objects(call, "payment_method", url, filters=FILTERS)


def retrieve_of_customer(call: Call) -> Json:
    call.find("customer", call.path["customer"], account=call.account)
    method = find_own(call, call.path["customer"], call.path["payment_method"])
    if method is None:
        raise no_such("PaymentMethod", call.path["payment_method"], param="payment_method")
    return method


def retrieve_method(call: Call) -> Json:
    method = call.store.get("payment_method", call.path["payment_method"], account=call.account)
    if method is None:
        raise no_such("PaymentMethod", call.path["payment_method"], param="payment_method")
    return method


def update_method(call: Call) -> Json:
    method = retrieve_method(call)
    if "allow_redisplay" in call.params:
        method["allow_redisplay"] = call.params["allow_redisplay"]
    method["metadata"] = merged_metadata(method["metadata"], call.params.get("metadata"))
    call.save("payment_method", method)
    emit(call, "payment_method.updated", method)
    return method


def attach_method(call: Call) -> Json:
    customer = call.find("customer", call.params["customer"], param="customer", status=400)
    named = call.path["payment_method"]
    card = cards.token_card(named, call.now)
    method = payments.new_method(call, card) if card else retrieve_method(call)
    if not METHODS[method["type"]].reusable:
        raise ApiError(
            f"Payment methods of type {method['type']} cannot be saved to customers.", param="payment_method"
        )
    if method["customer"] and method["customer"] != customer["id"]:
        raise ApiError("The payment method you provided has already been attached to a customer.")
    return attach(call, method, customer["id"])


def detach_method(call: Call) -> Json:
    method = retrieve_method(call)
    if not method["customer"]:
        raise ApiError(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    return detach(call, method)


def forget(work: Work, customer_id: str) -> None:
    """Take everything away from a customer that is deleted."""
    rows = (
        objects(work.store, "payment_method").where("body ->> '$.customer' = ?", customer_id).rows(limit=MOST)
    )
    for method in bodies(rows):
        work.save("payment_method", method | {"customer": None}, account=PLATFORM)


ROUTES: list[Route] = [
    ("get", "/v1/payment_methods", list_methods),
    ("get", "/v1/payment_methods/{payment_method}", retrieve_method),
    ("post", "/v1/payment_methods/{payment_method}", update_method),
    ("post", "/v1/payment_methods/{payment_method}/attach", attach_method),
    ("post", "/v1/payment_methods/{payment_method}/detach", detach_method),
    ("get", "/v1/customers/{customer}/payment_methods", list_of_customer),
    ("get", "/v1/customers/{customer}/payment_methods/{payment_method}", retrieve_of_customer),
]
