"""The pages where a creator says who they are and where to be paid."""

from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fakestripe import account_links, banks
from fakestripe.account_links import LinkUsed
from fakestripe.engine import Engine
from fakestripe.render import show
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT

FIELDS = ("first_name", "last_name", "dob", "address_line1", "city", "postal_code", "bank_account")
ADULT_YEARS = 18


class Onboarding:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def open(self, request: Request) -> Response:
        """Use up an account link; an old or used one sends the person to its refresh address."""
        try:
            with self.engine.transaction() as work:
                onboarding = account_links.open_link(
                    work, request.path_params["link"], request.path_params["secret"]
                )
        except LinkUsed as used:
            return RedirectResponse(used.refresh_url, 303)
        if onboarding is None:
            return _lost()
        return RedirectResponse(f"/setup/{onboarding}", 303)

    async def fill(self, request: Request) -> Response:
        """Show the form, or take it: `action=complete` finishes, `action=later` stops half-way."""
        form = dict.fromkeys(FIELDS, "")
        action = ""
        if request.method == "POST":
            given = await request.form()
            form = {name: str(given.get(name, "")).strip() for name in FIELDS}
            action = str(given.get("action", "complete"))
        with self.engine.transaction() as work:
            onboarding = work.store.get("onboarding", request.path_params["onboarding"])
            if onboarding is None:
                return _lost()
            if onboarding["done"]:
                return RedirectResponse(onboarding["return_url"], 303)
            if request.method == "GET":
                return self._show(onboarding, form, None)
            person = read_person(form)
            problem = find_problem(form, person, today=datetime.fromtimestamp(work.now, UTC).date())
            if action == "later":
                if problem or person is None:
                    account_links.leave(work, onboarding)
                else:
                    account_links.finish_onboarding(work, onboarding, person, None)
            elif problem or person is None:
                return self._show(onboarding, form, problem, status=422)
            else:
                account_links.finish_onboarding(
                    work, onboarding, person, banks.known_bank(form["bank_account"])
                )
        return RedirectResponse(onboarding["return_url"], 303)

    def _show(
        self, onboarding: Json, form: dict[str, str], problem: str | None, *, status: int = 200
    ) -> Response:
        account = self.engine.store.get("account", onboarding["account"]) or {"default_currency": "usd"}
        currency = account["default_currency"]
        return show(
            "onboarding.html",
            status=status,
            onboarding=onboarding,
            merchant=MERCHANT,
            form=form,
            problem=problem,
            banks=banks.choices(currency),
            currency=currency.upper(),
        )


async def home(_request: Request) -> Response:
    """Answer where a login link leads: this provider has no dashboard for creators."""
    return show(
        "message.html",
        heading="Your payout account",
        text=f"It is ready. Everything else is shown at {MERCHANT}.",
    )


def read_person(form: dict[str, str]) -> Json | None:
    """Answer the person as Stripe's API writes one; None when the birth date is no date."""
    try:
        born = date.fromisoformat(form["dob"])
    except ValueError:
        return None
    address = {"line1": form["address_line1"], "line2": None, "city": form["city"], "state": None,
               "postal_code": form["postal_code"], "country": None}  # fmt: skip
    return {
        "first_name": form["first_name"],
        "last_name": form["last_name"],
        "dob": {"day": born.day, "month": born.month, "year": born.year},
        "address": {name: value or None for name, value in address.items()},
    }


def find_problem(form: dict[str, str], person: Json | None, *, today: date) -> str | None:
    """Say in plain words what keeps an onboarding from being complete."""
    if not form["first_name"] or not form["last_name"]:
        return "Please give your first and last name."
    if person is None:
        return "Please give your date of birth as year-month-day."
    born = person["dob"]
    if (today.year - born["year"], today.month, today.day) < (ADULT_YEARS, born["month"], born["day"]):
        return "You must be at least 18 years old."
    if banks.known_bank(form["bank_account"]) is None:
        return "Please choose one of the test bank accounts."
    return None


def _lost() -> Response:
    return show("message.html", status=404, heading="No such link", text="This link leads nowhere.")
