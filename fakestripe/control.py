"""The control plane: the clock, the journal, faults, webhook controls. Tests and `dev.py` use it, and the
dashboard."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fakestripe import accounts, banks, money, payouts, steering, verdicts, webhooks
from fakestripe.engine import Engine
from fakestripe.errors import ApiError
from fakestripe.gate import may_control
from fakestripe.listing import newest
from fakestripe.params import control_integer
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Work

type Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
LONGEST_JUMP_S = 10 * 366 * 86_400
READS = ("clock", "journal", "faults", "webhooks", "requests", "violations", "endpoints")  # by GET too


class Control:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def routes(self) -> list[Route]:
        paths = {
            "clock": self.clock,
            "journal": self.journal,
            "faults": self.faults,
            "webhooks": self.webhooks,
            "requests": self.requests,
            "violations": self.violations,
            "endpoints": self.endpoints,
            "topup": self.top_up,
            "payouts": self.payout,
            "accounts": self.account,
            "disputes": self._decided(verdicts.dispute),
            "refunds": self._decided(verdicts.refund),
            "fraud_warnings": self._decided(verdicts.fraud_warning),
            "events": self._decided(verdicts.event),
            "deletions": self._decided(verdicts.deletion),
            "reset": self.reset,
        }
        return [
            Route(
                f"/_control/{name}",
                self._guarded(serve),
                methods=["GET", "POST", "DELETE"] if name in READS else ["POST"],
            )
            for name, serve in paths.items()
        ]

    def _guarded(self, serve: Callable[[str, Json], Json]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            if not may_control(request, self.engine.settings.control_token):
                return JSONResponse({"error": "the control token is missing or wrong"}, 403)
            try:
                return JSONResponse(serve(request.method, await _given(request)))
            except ApiError as error:
                return JSONResponse(error.body(), error.status)

        return endpoint

    def _decided(self, decide: Callable[[Work, Json], Json]) -> Callable[[str, Json], Json]:
        def serve(_method: str, given: Json) -> Json:
            with self.engine.transaction() as work:
                return decide(work, given)

        return serve

    def clock(self, method: str, given: Json) -> Json:
        """GET tells the time; POST {"advance_s": n} moves it on, {"offset_s": n} sets it. Nothing is undone."""
        if method == "POST":
            step = control_integer(given, "advance_s") if "advance_s" in given else None
            offset_s = (
                control_integer(given, "offset_s") if step is None else self.engine.clock.offset_s + step
            )
            if abs(offset_s) > LONGEST_JUMP_S or (step is not None and step < 0):
                raise ApiError("The clock stays within ten years of now, and is not advanced backwards.")
            self.engine.move_clock(offset_s)
        return {"offset_s": self.engine.clock.offset_s, "now": self.engine.clock.now()}

    def journal(self, _method: str, given: Json) -> Json:
        """Answer the money log: rows after `after`, at most `limit`, and the totals of every account."""
        with self.engine.transaction() as work:
            return money.journal(
                work, after=int(given.get("after", 0)), limit=int(given.get("limit", 100_000))
            )

    def faults(self, method: str, given: Json) -> Json:
        """GET lists the plan, POST adds one fault, DELETE clears the plan."""
        plan = self.engine.faults
        if method == "POST":
            plan.add({name: value for name, value in given.items() if name != "token"})
        if method == "DELETE":
            plan.faults.clear()
        return {"faults": [vars(fault) for fault in plan.faults]}

    def requests(self, _method: str, _given: Json) -> Json:
        return {"requests": list(self.engine.requests)[::-1]}

    def violations(self, _method: str, _given: Json) -> Json:
        """Answer where this program broke its contract: must be empty."""
        return {
            "violations": [
                dict(row) for row in self.engine.store.select("SELECT * FROM violations ORDER BY id")
            ]
        }

    def top_up(self, _method: str, given: Json) -> Json:
        """POST {"amount", "currency", "account"?}: money of the operator, available at once."""
        amount = control_integer(given, "amount")
        if amount <= 0:
            raise ApiError("amount must be positive", param="amount")
        with self.engine.transaction() as work:
            account = str(given.get("account", PLATFORM))
            accounts.find_account(work, account)
            entry = money.top_up(
                work, amount=amount, currency=str(given.get("currency", "usd")), account=account
            )
        return {"balance_transaction": entry}

    def payout(self, _method: str, given: Json) -> Json:
        """POST {"payout", "action": "fail", "code"?} or {"payout", "action": "arrive"}: what the bank does,
        now."""
        payout_id = str(given.get("payout", ""))
        with self.engine.transaction() as work:
            if given.get("action") == "arrive":
                payouts.leave(work, payout_id)
                payouts.arrive(work, payout_id)
                return work.find("payout", payout_id, account=None)
            code = str(given.get("code") or "could_not_process")
            if code not in banks.MESSAGES:
                raise ApiError(f"Unknown failure code {code!r}", param="code")
            return payouts.fail(work, payout_id, code=code)

    def account(self, _method: str, given: Json) -> Json:
        """POST {"account", "action": "restrict" | "restore"}."""
        with self.engine.transaction() as work:
            account = accounts.find_account(work, str(given.get("account", "")))
            match given.get("action"):
                case "restrict":
                    accounts.restrict(work, account, ["individual.verification.document"])
                case "restore":
                    accounts.restrict(work, account, [])
                case other:
                    raise ApiError(f"Unknown action {other!r}: use restrict or restore", param="action")
            return accounts.whole(work, account)

    def reset(self, _method: str, given: Json) -> Json:
        """POST {"keep_webhook_endpoints": true}?: forget everything, clock included."""
        self.engine.reset(keep_endpoints=bool(given.get("keep_webhook_endpoints")))
        return {"reset": True, "now": self.engine.clock.now()}

    def webhooks(self, method: str, given: Json) -> Json:
        """GET lists deliveries and the controls. POST {"action": …}: steering.py."""
        if method == "POST":
            with self.engine.transaction() as work:
                steering.steer(work, given)
        return steering.state(self.engine.store, limit=min(int(given.get("limit", 200)), 5_000))

    def endpoints(self, method: str, given: Json) -> Json:
        """POST {"url", "connect"?, "secret"?, "enabled_events"?} makes sure of an endpoint and tells its secret."""
        if method != "POST":
            return {"endpoints": newest(self.engine.store, "webhook_endpoint")}
        with self.engine.transaction() as work:
            return webhooks.ensure_endpoint(
                work,
                url=str(given.get("url", "")),
                connect=bool(given.get("connect", False)),
                secret=given.get("secret"),
                enabled_events=given.get("enabled_events") or ["*"],
            )


async def _given(request: Request) -> Json:
    """Read JSON, a form or the query, whatever came."""
    given: Json = dict(request.query_params)
    if "application/json" in request.headers.get("content-type", ""):
        try:
            read = json.loads(await request.body() or b"{}")
        except ValueError:
            raise ApiError("The body is not JSON.") from None
        return given | read if isinstance(read, dict) else given
    if request.method == "POST":
        given |= dict(await request.form())
    return given
