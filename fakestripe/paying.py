"""How a Checkout Session ends: paid, waiting for a slow method, failed after that, or expired."""

from fakestripe import checkout_asked, customers, delayed, line_items, payments, saved
from fakestripe.attempts import attempt
from fakestripe.events import emit
from fakestripe.listing import bodies, objects
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import Work


class SessionClosed(Exception):
    """The session is complete or expired: nothing can be paid on it any more."""


def place(work: Work, session: Json, country: str) -> bool:
    """Take the buyer's country, tax by it if the session is to be taxed, and say whether the total changed."""
    known = session["customer_details"] or checkout_asked.customer_details(None, None)
    session["customer_details"] = known | {"address": payments.NO_ADDRESS | {"country": country}}
    before = session["amount_total"]
    if session["automatic_tax"]["enabled"]:
        hidden = work.store.hidden(session["id"])
        hidden["line_items"] = line_items.taxed(hidden["line_items"], country, now=work.now)
        session |= line_items.totals(hidden["line_items"], with_breakdown=True)
        session["automatic_tax"] = checkout_asked.automatic_tax(enabled=True, country=country)
        work.save("checkout.session", session, hidden=hidden)
    else:
        work.save("checkout.session", session)
    return bool(session["amount_total"] != before)


def pay(work: Work, session: Json, method: Json, *, email: str | None) -> Json:
    """Try to pay a session with a payment method, and answer its payment intent as it stands then.

    Raises:
        SessionClosed: nothing was charged.
    """
    if session["status"] != "open":
        raise SessionClosed
    details = session["customer_details"] or {}
    email, name = email or details.get("email"), method["billing_details"]["name"]
    session["customer_details"] = checkout_asked.customer_details(email, name, details.get("address"))
    intent = _intent_of(work, session)
    work.save("checkout.session", session)
    intent = attempt(work, intent, method, return_url=session["url"])
    if intent["status"] == "succeeded" or delayed.waits(intent):
        complete(work, session, intent)
    return intent


def _intent_of(work: Work, session: Json) -> Json:
    """Answer the session's payment intent, made when somebody first tries to pay."""
    if session["payment_intent"]:
        intent = work.find("payment_intent", session["payment_intent"])
        intent["amount"] = session["amount_total"]  # the tax may have changed since
        return intent
    intent_data = work.store.hidden(session["id"])["intent_data"]
    plain = (*payments.INTENT_FIELDS, "setup_future_usage")
    kinds = session["payment_method_types"]
    intent = payments.new_intent(
        work,
        {name: intent_data[name] for name in plain if name in intent_data}
        | {
            "amount": session["amount_total"],
            "currency": session["currency"],
            "customer": session["customer"],
            "metadata": merged_metadata(None, intent_data.get("metadata")),
            "payment_method_options": checkout_asked.intent_options(session, kinds),
            "payment_method_types": kinds,
        },
    )
    session["payment_intent"] = intent["id"]
    return intent


def complete(work: Work, session: Json, intent: Json) -> None:
    """Close a session whose buyer is done: it is paid, or a slow method will tell."""
    _make_customer(work, session, intent)
    is_paid = intent["status"] == "succeeded"
    session |= {"status": "complete", "payment_status": "paid" if is_paid else "unpaid", "url": None}
    work.save("checkout.session", session)
    if is_paid:
        saved.keep(work, session, intent)
    emit(work, "checkout.session.completed", session)


def _make_customer(work: Work, session: Json, intent: Json) -> None:
    details = session["customer_details"]
    if session["customer"]:
        _write_address(work, session, details)
    elif session["customer_creation"] == "always" or saved.is_wanted(work, intent):
        given = {name: details[name] for name in ("email", "name", "address")}
        session["customer"] = customers.new_customer(work, given)["id"]
        work.save("payment_intent", intent | {"customer": session["customer"]})


def _write_address(work: Work, session: Json, details: Json) -> None:
    """Keep a typed address on the customer that had none, if the platform asked for it."""
    if not work.store.hidden(session["id"]).get("keeps_address") or not details["address"]:
        return
    customer = work.store.get("customer", session["customer"])
    if customer and not customer["address"]:
        customer["address"] = details["address"]
        work.save("customer", customer)
        emit(work, "customer.updated", customer, previous={"address": None})


def session_of_intent(work: Work, intent_id: str) -> Json | None:
    query = objects(work.store, "checkout.session").where("body ->> '$.payment_intent' = ?", intent_id)
    found = bodies(query.rows(limit=1))
    return found[0] if found else None


def success_address(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


# What the clock brings (timers.py)


def delayed_pays(work: Work, intent_id: str) -> None:
    """The money of a slow method came."""
    intent = work.find("payment_intent", intent_id)
    if not delayed.waits(intent):
        return
    intent = delayed.pay(work, intent)
    session = session_of_intent(work, intent_id)
    if session:
        session["payment_status"] = "paid"
        work.save("checkout.session", session)
        saved.keep(work, session, intent)
        emit(work, "checkout.session.async_payment_succeeded", session)


def delayed_fails(work: Work, intent_id: str) -> None:
    """A slow method failed for good."""
    intent = work.find("payment_intent", intent_id)
    if not delayed.waits(intent):
        return
    delayed.fail_for_good(work, intent)
    session = session_of_intent(work, intent_id)
    if session:
        emit(work, "checkout.session.async_payment_failed", session)


def transfer_part(work: Work, intent_id: str) -> None:
    """Half of a bank transfer came."""
    intent = work.find("payment_intent", intent_id)
    if delayed.waits(intent):
        delayed.arrive_in_part(work, intent)


def expire_due(work: Work, session_id: str) -> None:
    """Expire a session whose time has come."""
    session = work.find("checkout.session", session_id)
    if session["status"] == "open":
        expire(work, session)


def expire(work: Work, session: Json) -> None:
    """Close an open session unpaid; a page of a bank that still asks leads nowhere from now on."""
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
