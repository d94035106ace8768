"""The page of the customer portal: cards listed, made default, taken away, added."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fakestripe import payments, portal, saved
from fakestripe.cards import DECLINES, GENERIC, SAVED_YET_DECLINED, Card, Declined, read_card
from fakestripe.engine import Engine
from fakestripe.pay_form import CARD_FIELDS
from fakestripe.render import show
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT, Work

OPEN_S = 3_600  # of virtual time, from the moment the address was made


class Portal:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def serve(self, request: Request) -> Response:
        """Show the cards, or do what a button asks: `default:pm_…`, `remove:pm_…` or `add`."""
        form = dict.fromkeys((*CARD_FIELDS, "do"), "")
        if request.method == "POST":
            given = await request.form()
            form = {name: str(given.get(name, "")).strip() for name in form}
        with self.engine.transaction() as work:
            page = work.store.get(portal.PAGE, request.path_params["page"])
            customer = work.store.get("customer", page["customer"]) if page else None
            if page is None or customer is None:
                return show(
                    "message.html", status=404, heading="No such page", text="This link leads nowhere."
                )
            if page["created"] + OPEN_S < work.now:
                return _over(page)
            if request.method == "GET":
                return _show(work, page, customer, form, None)
            try:
                _obey(work, customer, form)
            except Declined as declined:
                return _show(work, page, customer, form, declined.decline.message, status=402)
        return RedirectResponse(f"/p/session/{page['id']}", 303)


def _obey(work: Work, customer: Json, form: dict[str, str]) -> None:
    verb, _, method_id = form["do"].partition(":")
    if verb == "add":
        saved.attach(work, _new_card(work, customer, form), customer["id"])
        return
    method = saved.find_own(work, customer["id"], method_id)
    if method and verb == "default":
        saved.make_default(work, customer, method["id"])
    elif method and verb == "remove":
        saved.detach(work, method)


def _new_card(work: Work, customer: Json, form: dict[str, str]) -> Json:
    """Make a payment method of what was typed, which the bank must agree to.

    Raises:
        Declined: it cannot be right, or the bank refuses it.
    """
    card: Card = read_card(
        number=form["card_number"], expiry=form["exp"], cvc=form["cvc"], name=form["name"], now=work.now
    )
    if card.number in DECLINES and card.number != SAVED_YET_DECLINED:
        raise Declined(DECLINES.get(card.number, GENERIC))
    method = payments.new_method(work, card, email=customer["email"])
    method["allow_redisplay"] = "always"
    return method


def _show(
    work: Work, page: Json, customer: Json, form: dict[str, str], problem: str | None, *, status: int = 200
) -> Response:
    return show(
        "portal.html",
        status=status,
        page=page,
        merchant=MERCHANT,
        customer=customer,
        methods=saved.methods_of(work, customer),
        default=saved.default_of(customer),
        form=form | {"cvc": ""},
        problem=problem,
    )


def _over(page: Json) -> Response:
    return show(
        "message.html", status=410, heading="This page has closed",
        text=f"For your safety it stays open for an hour. Open it again from {MERCHANT}.",
        link=page["return_url"], link_text=f"Back to {MERCHANT}",
    )  # fmt: skip
