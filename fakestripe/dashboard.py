"""The dashboard at `/`: what the simulated provider holds, with buttons for the clock, for banks and
for webhooks."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fakestripe import fraud_warnings, verdicts
from fakestripe.control import Control
from fakestripe.engine import Engine
from fakestripe.errors import ApiError
from fakestripe.gate import COOKIE, may_control
from fakestripe.listing import bodies, newest, objects
from fakestripe.render import show
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM

SHOWN = 12
VERDICTS = {
    "dispute": verdicts.dispute,
    "refund": verdicts.refund,
    "fraud_warning": verdicts.fraud_warning,
}
DISPUTE_KINDS = (
    ("fraudulent", "Fraud"),
    ("product_not_received", "Not received"),
    ("inquiry", "Inquiry"),
    ("prevented", "Prevented: blocked"),
    ("resolved", "Prevented: resolved"),
)
STEPS = (("+1 hour", 3_600), ("+1 day", 86_400), ("+8 days", 8 * 86_400), ("+22 days", 22 * 86_400))


class Dashboard:
    def __init__(self, engine: Engine, control: Control) -> None:
        self.engine = engine
        self.control = control

    async def home(self, request: Request) -> Response:
        """Show everything; a token in the address becomes a cookie first."""
        token = self.engine.settings.control_token
        if not may_control(request, token):
            return show(
                "message.html", status=403, heading="This dashboard needs its token",
                text="Open the address that the console printed at start: it ends in ?token=…",
            )  # fmt: skip
        if "token" in request.query_params:
            away = RedirectResponse("/", 303)
            away.set_cookie(COOKIE, token, httponly=True, samesite="strict")
            return away
        self.engine.run_due()
        return show("dashboard.html", steps=STEPS, **self._contents())

    async def act(self, request: Request) -> Response:
        """Do what a button of the dashboard asks, then show it again."""
        if not may_control(request, self.engine.settings.control_token):
            return show(
                "message.html", status=403, heading="Not allowed", text="The token is missing or wrong."
            )
        given = dict(await request.form())
        try:
            self._do(str(given.pop("do", "")), given)
        except ApiError as refusal:
            return show("message.html", status=400, heading="That does not go", text=refusal.message)
        return RedirectResponse("/", 303)

    def _do(self, what: str, given: Json) -> None:
        match what:
            case "clock":
                self.control.clock("POST", given)
            case "payout":
                self.control.payout("POST", given)
            case "webhooks":
                self.control.webhooks("POST", given)
            case _ if what in VERDICTS:
                with self.engine.transaction() as work:
                    VERDICTS[what](work, given)

    def _contents(self) -> Json:
        store, settings = self.engine.store, self.engine.settings
        balances = store.select(
            "SELECT * FROM balances ORDER BY account <> ?, available + pending DESC LIMIT ?",
            (PLATFORM, SHOWN),
        )
        deliveries = self.control.webhooks("GET", {"limit": SHOWN})
        return {
            "now": self.engine.clock.now(),
            "offset_days": self.engine.clock.offset_s / 86_400,
            "platform": PLATFORM,
            "balances": balances,
            "payments": bodies(objects(store, "charge").where("account = ?", PLATFORM).rows(limit=SHOWN)),
            "sessions": newest(store, "checkout.session", limit=SHOWN),
            "accounts": [body for body in newest(store, "account", limit=SHOWN) if body["id"] != PLATFORM],
            "disputes": newest(store, "dispute", limit=SHOWN),
            "warned": {body["charge"] for body in newest(store, fraud_warnings.KIND)},
            "refunds": newest(store, "refund", limit=SHOWN),
            "dispute_kinds": DISPUTE_KINDS,
            "transfers": newest(store, "transfer", limit=SHOWN),
            "payouts": newest(store, "payout", limit=SHOWN),
            "webhooks": deliveries,
            "endpoints": [
                {
                    "path": urlsplit(body["url"]).path,
                    "url": body["url"],
                    "events": len(body["enabled_events"]),
                }
                for body in newest(store, "webhook_endpoint", limit=SHOWN)
            ],
            "violations": [
                dict(row) for row in store.select("SELECT * FROM violations ORDER BY id DESC LIMIT 5")
            ],
            "requests": list(self.engine.requests)[::-1][:SHOWN],
            "settle_days": settings.settle_days,
            "payout_days": settings.payout_days,
        }
