"""The pages where people pay and answer 3-D Secure. One form each; docs/fakestripe.md lists the fields."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fakestripe import checkout, payments
from fakestripe.cards import Declined, read_card
from fakestripe.engine import Engine
from fakestripe.render import money_text, show
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT

TEST_CARDS = (
    ("4242 4242 4242 4242", "Succeeds"),
    ("4000 0025 0000 3155", "Asks for 3-D Secure"),
    ("4000 0000 0000 0002", "Declined"),
    ("4000 0000 0000 9995", "Declined: insufficient funds"),
    ("4000 0000 0000 0069", "Declined: expired card"),
    ("4000 0000 0000 0127", "Declined: wrong security code"),
    ("4000 0082 6000 3178", "3-D Secure, then insufficient funds"),
    ("4000 0000 0000 0077", "Succeeds, money available at once"),
)
NOTHING_TYPED = {"email": "", "card_number": "", "exp": "", "cvc": "", "name": ""}


class Hosted:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def pay(self, request: Request) -> Response:
        """Show the payment page, or try to pay with what was typed."""
        session_id = request.path_params["session"]
        form = dict(NOTHING_TYPED)
        if request.method == "POST":
            given = await request.form()
            form |= {name: str(given.get(name, "")).strip() for name in form}
        with self.engine.transaction() as work:
            session = work.store.get("checkout.session", session_id)
            if session is None:
                return show(
                    "message.html", status=404, heading="No such payment", text="This link leads nowhere."
                )
            if session["status"] != "open":
                return _closed(session)
            if request.method == "GET":
                return self._show(
                    session,
                    form,
                    _last_problem(work.store.get("payment_intent", session["payment_intent"] or "")),
                )
            try:
                card = read_card(
                    number=form["card_number"],
                    expiry=form["exp"],
                    cvc=form["cvc"],
                    name=form["name"],
                    now=work.now,
                )
            except Declined as declined:
                return self._show(session, form, declined.decline.message, status=402)
            intent = checkout.pay(work, session, card, email=form["email"] or None)
        return self._after(session, intent, form)

    def _after(self, session: Json, intent: Json, form: dict[str, str]) -> Response:
        match intent["status"]:
            case "succeeded":
                return RedirectResponse(checkout.success_address(session), 303)
            case "requires_action":
                return RedirectResponse(intent["next_action"]["redirect_to_url"]["url"], 303)
        return self._show(session, form, _last_problem(intent), status=402)

    def _show(
        self, session: Json, form: dict[str, str], problem: str | None, *, status: int = 200
    ) -> Response:
        known = (session["customer_details"] or {}).get("email") or ""
        items = self.engine.store.hidden(session["id"])["line_items"]
        return show(
            "pay.html",
            status=status,
            session=session,
            merchant=MERCHANT,
            total=money_text(session["amount_total"], session["currency"]),
            items=[item | {"amount": money_text(item["amount_total"], item["currency"])} for item in items],
            form=form | {"email": form["email"] or known, "cvc": ""},
            problem=problem,
            test_cards=TEST_CARDS,
        )

    async def challenge(self, request: Request) -> Response:
        """Show the bank's 3-D Secure question, or take the answer."""
        outcome = str((await request.form()).get("outcome", "")) if request.method == "POST" else ""
        with self.engine.transaction() as work:
            intent = work.store.get("payment_intent", request.path_params["intent"])
            if intent is None:
                return show(
                    "message.html", status=404, heading="No such payment", text="This link leads nowhere."
                )
            session = checkout.session_of_intent(work, intent["id"])
            back = session["url"] if session and session["url"] else None
            if intent["status"] != "requires_action":
                return _nothing_to_confirm(session, back)
            if outcome not in ("approve", "fail"):
                return self._ask(intent)
            back = back or intent["next_action"]["redirect_to_url"]["return_url"]
            intent = payments.answer_challenge(work, intent, approved=outcome == "approve")
            if intent["status"] == "succeeded" and session:
                checkout.complete(work, session)
                back = checkout.success_address(session)
        return RedirectResponse(back, 303)

    def _ask(self, intent: Json) -> Response:
        method = self.engine.store.get("payment_method", intent["payment_method"]) or {
            "card": {"last4": "????"}
        }
        return show(
            "challenge.html",
            intent=intent,
            merchant=MERCHANT,
            total=money_text(intent["amount"], intent["currency"]),
            last4=method["card"]["last4"],
        )


def _last_problem(intent: Json | None) -> str | None:
    return intent["last_payment_error"]["message"] if intent and intent["last_payment_error"] else None


def _closed(session: Json) -> Response:
    if session["status"] == "complete":
        return show(
            "message.html", heading="Already paid", text="This payment is complete. You were charged once.",
            link=checkout.success_address(session), link_text=f"Back to {MERCHANT}",
        )  # fmt: skip
    return show(
        "message.html", status=410, heading="This payment has expired",
        text="Nothing was charged. Go back and start again.", link=session["cancel_url"],
        link_text=f"Back to {MERCHANT}",
    )  # fmt: skip


def _nothing_to_confirm(session: Json | None, back: str | None) -> Response:
    if session and session["status"] == "complete":
        return RedirectResponse(checkout.success_address(session), 303)
    return show(
        "message.html", status=410, heading="Nothing to confirm",
        text="This payment does not wait for you any more.",
        link=back, link_text="Back to the payment",
    )  # fmt: skip
