"""The form of the payment page: what was typed, and the payment method it makes."""

from starlette.datastructures import FormData

from fakestripe import payments, saved
from fakestripe.cards import Decline, Declined, read_card
from fakestripe.methods import read_typed
from fakestripe.shapes import Json
from fakestripe.work import Work

CARD_FIELDS = ("card_number", "exp", "cvc", "name")
FIELDS = ("method", "email", *CARD_FIELDS, "save", "iban", "tax_id", "outcome", "country", "remove")
NOTHING_TYPED = dict.fromkeys(FIELDS, "")
UNKNOWN_METHOD = Decline("payment_method_not_available", None, "Please choose one of the ways to pay below.")


def read(given: FormData) -> dict[str, str]:
    """Answer every field of the form; the test buyer's choice stands beside each method."""
    form = {name: str(given.get(name, "")).strip() for name in FIELDS}
    form["outcome"] = form["outcome"] or str(given.get(f"outcome-{form['method']}", ""))
    return form


def make_method(work: Work, session: Json, form: dict[str, str]) -> Json:
    """Answer the payment method that was chosen: a kept one, or a new one from what was typed.

    Raises:
        Declined: what was typed cannot be right, or the page does not offer that method.
    """
    chosen = form["method"] or session["payment_method_types"][0]
    if chosen.startswith("pm_"):
        kept = [method for method in saved.offered(work, session) if method["id"] == chosen]
        if not kept:
            raise Declined(UNKNOWN_METHOD)
        return kept[0]
    if chosen not in session["payment_method_types"]:
        raise Declined(UNKNOWN_METHOD)
    email = form["email"] or (session["customer_details"] or {}).get("email")
    if chosen == "card":
        card = read_card(
            number=form["card_number"], expiry=form["exp"], cvc=form["cvc"], name=form["name"], now=work.now
        )
        method = payments.new_method(work, card, email=email)
    else:
        method = payments.typed_method(work, read_typed(chosen, form | {"email": email or ""}))
    if form["save"] and may_save(session):
        work.save("payment_method", method, hidden=work.store.hidden(method["id"]) | {"save": True})
    return method


def may_save(session: Json) -> bool:
    """Say whether the page asks the buyer to keep the method."""
    options = session["saved_payment_method_options"] or {}
    return bool(options.get("payment_method_save") == "enabled")


def may_remove(session: Json) -> bool:
    options = session["saved_payment_method_options"] or {}
    return bool(options.get("payment_method_remove") == "enabled")
