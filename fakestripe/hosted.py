"""The pages where people pay and answer their bank. One form each; docs/fakestripe.md lists the fields."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fakestripe import attempts, delayed, line_items, pay_form, paying, payments, saved, tax
from fakestripe.cards import Declined
from fakestripe.engine import Engine
from fakestripe.ibans import ACCOUNTS
from fakestripe.methods import METHODS
from fakestripe.render import money_text, show
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT, Work

TEST_CARDS = (
    ("4242 4242 4242 4242", "Succeeds"),
    ("4000 0025 0000 3155", "Asks for 3-D Secure"),
    ("4000 0000 0000 0002", "Declined"),
    ("4000 0000 0000 9995", "Declined: insufficient funds"),
    ("4000 0000 0000 0069", "Declined: expired card"),
    ("4000 0000 0000 0127", "Declined: wrong security code"),
    ("4000 0082 6000 3178", "3-D Secure, then insufficient funds"),
    ("4000 0000 0000 0259", "Succeeds, then disputed as fraud"),
    ("4000 0000 0000 0077", "Succeeds, money available at once"),
)
TEST_IBANS = ("DE89370400440532013000", "DE62370400440532013001", "DE65370400440002222227",
              "AT611904300234573201", "NL39RABO0300065264")  # fmt: skip
OUTCOMES = {  # what a test buyer may do after the page, by the way of the method
    "voucher": (
        ("paid", "Pays the next day"), ("late", "Pays in the last hour"), ("unpaid", "Never pays: it expires"),
    ),
    "transfer": (
        ("paid", "Transfers it in two days"), ("parts", "Transfers it in two parts"), ("unpaid", "Never pays"),
    ),
}  # fmt: skip


class Hosted:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def pay(self, request: Request) -> Response:
        """Show the payment page, or try to pay with what was typed."""
        given = await request.form() if request.method == "POST" else None
        with self.engine.transaction() as work:
            session = work.store.get("checkout.session", request.path_params["session"])
            if session is None:
                return _nowhere()
            if session["status"] != "open":
                return _closed(work, session, pressed_pay=given is not None)
            if given is None:
                intent = work.store.get("payment_intent", session["payment_intent"] or "")
                return _show(work, session, pay_form.NOTHING_TYPED, _last_problem(intent))
            return _try(work, session, given)

    async def challenge(self, request: Request) -> Response:
        """Show the bank's 3-D Secure question, or take the answer: `outcome` is `approve` or `fail`."""
        return await self._answer(request, "challenge.html", ("approve", "fail"))

    async def wallet(self, request: Request) -> Response:
        """Show the wallet's or bank's own page, or take the answer: `authorise`, `refuse` or `cancel`."""
        return await self._answer(request, "wallet.html", ("authorise", "refuse", "cancel"))

    async def _answer(self, request: Request, page: str, answers: tuple[str, ...]) -> Response:
        outcome = str((await request.form()).get("outcome", "")) if request.method == "POST" else ""
        with self.engine.transaction() as work:
            intent = work.store.get("payment_intent", request.path_params["intent"])
            if intent is None:
                return _nowhere()
            session = paying.session_of_intent(work, intent["id"])
            is_current = intent["payment_method"] == request.path_params["method"]
            if intent["status"] != "requires_action" or not is_current or delayed.waits(intent):
                return _nothing_to_confirm(session)
            back = _way_back(intent, session)
            if outcome not in answers:
                return _ask(work, page, intent, back)
            if page == "challenge.html":
                intent = payments.answer_challenge(work, intent, approved=outcome == "approve")
            else:
                intent = attempts.answer_wallet(work, intent, outcome)
            if intent["status"] == "succeeded" and session:
                paying.complete(work, session, intent)
                back = paying.success_address(session)
        return RedirectResponse(back, 303)

    async def voucher(self, request: Request) -> Response:
        """Show what a buyer still has to pay, where, and by when."""
        with self.engine.transaction() as work:
            intent = work.store.get("payment_intent", request.path_params["intent"])
            if intent is None:
                return _nowhere()
            session = paying.session_of_intent(work, intent["id"])
            action = intent["next_action"] or {}
            return show(
                "voucher.html",
                merchant=MERCHANT,
                intent=intent,
                label=_label(work, intent),
                total=money_text(intent["amount"], intent["currency"]),
                shown=action.get(action.get("type", ""), {}),
                waits=delayed.waits(intent),
                back=paying.success_address(session) if session else None,
            )


def _try(work: Work, session: Json, given: FormData) -> Response:
    form = pay_form.read(given)
    if form["remove"] and pay_form.may_remove(session):
        if method := saved.find_own(work, session["customer"] or "", form["remove"]):
            saved.detach(work, method)
        return _show(work, session, form, None)
    if _asks_country(session):
        if form["country"] not in tax.RATES:
            return _show(work, session, form, "Please choose your country.", status=402)
        if paying.place(work, session, form["country"]):
            return _show(
                work, session, form, None, note="The total has changed with the tax of your country."
            )
    try:
        method = pay_form.make_method(work, session, form)
    except Declined as declined:
        return _show(work, session, form, declined.decline.message, status=402)
    intent = paying.pay(work, session, method, email=form["email"] or None)
    return _after(work, session, intent, form)


def _after(work: Work, session: Json, intent: Json, form: dict[str, str]) -> Response:
    if intent["status"] == "requires_payment_method":
        return _show(work, session, form, _last_problem(intent), status=402)
    action = intent["next_action"] or {}
    match action.get("type"):
        case None:  # succeeded, or a debit that the bank is asked for
            return RedirectResponse(paying.success_address(session), 303)
        case "redirect_to_url":
            return RedirectResponse(action["redirect_to_url"]["url"], 303)
        case "blik_authorize":
            return RedirectResponse(attempts.wallet_page(work, intent), 303)
    return RedirectResponse(delayed.waiting_address(work, intent), 303)


def _show(
    work: Work, session: Json, form: dict[str, str], problem: str | None, *, status: int = 200, note: str = ""
) -> Response:
    details = session["customer_details"] or {}
    items = work.store.hidden(session["id"])["line_items"]
    kinds = [METHODS[kind] for kind in session["payment_method_types"]]
    kept = saved.offered(work, session)
    chosen = form["method"] or (kept[0]["id"] if kept else kinds[0].kind)
    return show(
        "pay.html",
        status=status,
        session=session,
        merchant=MERCHANT,
        total=money_text(session["amount_total"], session["currency"]),
        tax=session["total_details"]["amount_tax"],
        is_tax_inside=line_items.are_inclusive(items),
        items=[item | {"amount": money_text(item["amount_subtotal"], item["currency"])} for item in items],
        form=form | {"email": form["email"] or details.get("email") or "", "cvc": ""},
        country=form["country"] or (details.get("address") or {}).get("country"),
        countries=sorted(tax.RATES) if _asks_country(session) else (),
        methods=kinds,
        kept=kept,
        chosen=chosen,
        may_save=pay_form.may_save(session),
        may_remove=pay_form.may_remove(session),
        outcomes=OUTCOMES,
        problem=problem,
        note=note,
        test_cards=TEST_CARDS,
        test_ibans=[ACCOUNTS[number] for number in TEST_IBANS],
    )


def _asks_country(session: Json) -> bool:
    return bool(session["automatic_tax"]["enabled"]) or session["billing_address_collection"] == "required"


def _ask(work: Work, page: str, intent: Json, back: str) -> Response:
    method = work.find("payment_method", intent["payment_method"])
    return show(
        page,
        intent=intent,
        merchant=MERCHANT,
        total=money_text(intent["amount"], intent["currency"]),
        method=method,
        known=METHODS[method["type"]],
        back=back,
    )


def _label(work: Work, intent: Json) -> str:
    failed = (intent["last_payment_error"] or {}).get("payment_method")
    method = failed or work.find("payment_method", intent["payment_method"])
    return METHODS[method["type"]].label


def _way_back(intent: Json, session: Json | None) -> str:
    if session and session["url"]:
        return str(session["url"])
    redirect = intent["next_action"].get("redirect_to_url") or {}
    return str(redirect.get("return_url") or "/")


def _last_problem(intent: Json | None) -> str | None:
    return intent["last_payment_error"]["message"] if intent and intent["last_payment_error"] else None


def _nowhere() -> Response:
    return show("message.html", status=404, heading="No such payment", text="This link leads nowhere.")


def _closed(work: Work, session: Json, *, pressed_pay: bool) -> Response:
    if session["payment_status"] == "paid" and pressed_pay:  # the second click of a double one
        return RedirectResponse(paying.success_address(session), 303)
    if session["status"] == "complete" and session["payment_status"] == "unpaid":
        intent = work.find("payment_intent", session["payment_intent"])
        heading, text = "Your bank is working on it", "Your payment is on its way. You need not pay again."
        if not delayed.waits(intent):
            heading, text = "This payment failed", _last_problem(intent) or "Nothing was charged."
        return show(
            "message.html", heading=heading, text=text, link=paying.success_address(session),
            link_text=f"Back to {MERCHANT}",
        )  # fmt: skip
    if session["status"] == "complete":
        return show(
            "message.html", heading="Already paid", text="This payment is complete. You were charged once.",
            link=paying.success_address(session), link_text=f"Back to {MERCHANT}",
        )  # fmt: skip
    return show(
        "message.html", status=410, heading="This payment has expired",
        text="Nothing was charged. Go back and start again.", link=session["cancel_url"],
        link_text=f"Back to {MERCHANT}",
    )  # fmt: skip


def _nothing_to_confirm(session: Json | None) -> Response:
    if session and session["status"] == "complete":
        return RedirectResponse(paying.success_address(session), 303)
    return show(
        "message.html", status=410, heading="Nothing to confirm",
        text="This payment does not wait for you any more.",
        link=session["url"] if session else None, link_text="Back to the payment",
    )  # fmt: skip
