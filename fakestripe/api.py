"""The API's one door: who asks, idempotency, faults, the contract both ways, and the operation in between."""

import asyncio
import base64
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fakestripe import (
    API_VERSION,
    account_links,
    accounts,
    checkout,
    customers,
    disputes,
    events,
    external_accounts,
    fraud_warnings,
    intents,
    money,
    params,
    payouts,
    portal,
    refunds,
    saved,
    transfers,
    webhooks,
)
from fakestripe.engine import Engine
from fakestripe.errors import ApiError, ContractViolation
from fakestripe.expand import expand
from fakestripe.faults import AnswerLost, Fault, refusal, suffer_before
from fakestripe.idempotency import request_hash
from fakestripe.ids import new_id
from fakestripe.shapes import Json
from fakestripe.simulated import demand_simulated
from fakestripe.work import PLATFORM, Call, Handler, Route

JOURNEYS = (accounts, account_links, external_accounts, customers, checkout, intents, saved, portal, refunds,
            disputes, fraud_warnings, transfers, payouts, money, events, webhooks)  # fmt: skip
ROUTES: list[Route] = [route for journey in JOURNEYS for route in journey.ROUTES]
MATCHERS = [
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), path, handler)
    for method, path, handler in ROUTES
]


@dataclass(kw_only=True)
class Incoming:
    """One request, read and matched to an operation."""

    method: str
    url_path: str
    form: Json
    account: str
    key: str | None
    request_id: str
    path: str
    handler: Handler
    path_values: dict[str, str]

    @property
    def hash(self) -> str:
        return request_hash(self.method, self.url_path, self.form)


@dataclass
class Answer:
    status: int
    body: bytes
    replayed: bool = False
    spoiled: Fault | None = None  # how the way back goes wrong


class Api:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def serve(self, request: Request) -> Response:
        """Answer one request under /v1/."""
        started, request_id = time.perf_counter(), new_id("req", 14)
        raw = (await request.body()).decode("utf-8", "replace")
        try:
            answer = await self._answer(request, raw, request_id)
        except AnswerLost:
            self._remember(request, raw, request_id, "connection dropped", started)
            return _dropped(request)
        self._remember(request, raw, request_id, answer.status, started)
        headers = _headers(request, request_id, answer)
        if answer.spoiled:
            return _trickled(request, answer, answer.spoiled, headers)
        return Response(answer.body, answer.status, media_type="application/json", headers=headers)

    async def _answer(self, request: Request, raw: str, request_id: str) -> Answer:
        try:
            fault = self.engine.faults.take(request.method, request.url.path)
            self._authenticate(request)
            if fault and fault.kind == "429":
                raise _plain(fault)
            incoming = self._read(request, raw, request_id)
            if incoming.key is None:
                return await self._meet(incoming, fault)
            return await self._once(incoming, incoming.key, fault)
        except ApiError as error:
            return self._refused(error)

    async def _once(self, incoming: Incoming, key: str, fault: Fault | None) -> Answer:
        """Answer what the key was answered before; else run, with the key marked as running meanwhile."""
        self.engine.run_due()
        if kept := self.engine.keys.replay(incoming.account, key, incoming.hash, self.engine.clock.now()):
            return Answer(*kept, replayed=True)
        running = self.engine.keys.running
        running.add((incoming.account, key))
        try:
            return await self._meet(incoming, fault)
        finally:
            running.discard((incoming.account, key))

    async def _meet(self, incoming: Incoming, fault: Fault | None) -> Answer:
        """Run the operation unless a fault comes before it."""
        if fault is None:
            return self._run(incoming)
        await suffer_before(fault)
        if error := refusal(fault):
            if fault.kind == "500" and fault.stored:
                return self._keep_refusal(incoming, error)
            raise error
        told_before = self.engine.newest_delivery()
        answer = self._run(incoming)
        if fault.kind == "done_but_answer_lost":
            raise AnswerLost
        if fault.kind == "webhook_first":
            await self.engine.delivered_since(told_before, within_s=fault.seconds)
        answer.spoiled = fault if fault.kind in ("slow_body", "cut_body") else None
        return answer

    def _run(self, incoming: Incoming) -> Answer:
        engine = self.engine
        typed = engine.contract.read_request(incoming.method, incoming.path, incoming.form)
        demand_simulated(incoming.method, incoming.path, typed)
        try:
            with engine.transaction() as work:
                call = Call(
                    **engine.context() | {"now": work.now}, request_id=incoming.request_id,
                    idempotency_key=incoming.key, account=incoming.account, params=typed,
                    path=incoming.path_values,
                )  # fmt: skip
                answer = self._execute(incoming, call)
                self._keep(incoming, answer)
                return answer
        except ContractViolation as violation:
            engine.record_violation(f"{incoming.method} {incoming.path}", str(violation))
            error = ApiError(f"fakestripe broke its contract: {violation}", status=500, type_="api_error")
            return self._refused(error)

    def _execute(self, incoming: Incoming, call: Call) -> Answer:
        try:
            with call.store.savepoint():
                try:
                    body = incoming.handler(call)
                except ApiError as error:
                    if error.keeps_effects:
                        return self._refused(error)
                    raise
                body = expand(call, body, call.params.get("expand", []))
                call.contract.check_response(incoming.method, incoming.path, body)
        except ApiError as error:
            return self._refused(error)
        return Answer(200, _dump(body))

    def _keep(self, incoming: Incoming, answer: Answer) -> None:
        if incoming.key is not None:
            self.engine.keys.keep(
                incoming.account, incoming.key, incoming.hash,
                status=answer.status, body=answer.body, now=self.engine.clock.now(),
            )  # fmt: skip

    def _keep_refusal(self, incoming: Incoming, error: ApiError) -> Answer:
        answer = self._refused(error)
        with self.engine.transaction():
            self._keep(incoming, answer)
        return answer

    def _refused(self, error: ApiError) -> Answer:
        body = error.body()
        try:
            self.engine.contract.check_object("error", body)
        except ContractViolation as violation:
            self.engine.record_violation("error", str(violation))
        return Answer(error.status, _dump(body))

    # Reading the request

    def _authenticate(self, request: Request) -> None:
        key = _key_of(request)
        if not key:
            raise ApiError("You did not provide an API key.", status=401)
        if not self.engine.settings.accepts_key(key):
            if "_live_" in key:
                raise ApiError("This is a simulated provider: it never accepts live keys.", status=401)
            raise ApiError(f"Invalid API Key provided: {key[:12]}{'*' * 8}", status=401)
        version = request.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise ApiError(f"Invalid Stripe API version: {version}. fakestripe speaks {API_VERSION} only.")

    def _read(self, request: Request, raw: str, request_id: str) -> Incoming:
        method, url_path = request.method.lower(), request.url.path
        path, handler, path_values = _match(method, url_path)
        form = params.decode(request.url.query if method == "get" else raw)
        return Incoming(
            method=method, url_path=url_path, form=form, account=self._acting_account(request),
            key=request.headers.get("idempotency-key") if method == "post" else None, request_id=request_id,
            path=path, handler=handler, path_values=path_values,
        )  # fmt: skip

    def _acting_account(self, request: Request) -> str:
        named = request.headers.get("stripe-account")
        if not named:
            return PLATFORM
        with self.engine.transaction() as work:
            return str(accounts.find_account(work, named)["id"])

    def _remember(
        self, request: Request, raw: str, request_id: str, outcome: int | str, started: float
    ) -> None:
        self.engine.requests.append(
            {
                "id": request_id,
                "at": self.engine.clock.now(),
                "method": request.method,
                "path": request.url.path,
                "account": request.headers.get("stripe-account"),
                "idempotency_key": request.headers.get("idempotency-key"),
                "outcome": outcome,
                "params": _redacted(raw or request.url.query),
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
        )


def _match(method: str, url_path: str) -> tuple[str, Handler, dict[str, str]]:
    for known, pattern, path, handler in MATCHERS:
        if known == method and (found := pattern.fullmatch(url_path)):
            return path, handler, found.groupdict()
    raise ApiError(f"Unrecognized request URL ({method.upper()}: {url_path}).", status=404)


def _plain(fault: Fault) -> ApiError:
    error = refusal(fault)
    assert error is not None
    return error


def _dump(body: Json) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _key_of(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except ValueError:
            return ""
    return value.strip() if scheme.lower() == "bearer" else ""


def _redacted(text: str) -> str:
    """Hide what would be secret in a real request: account numbers, and everything long."""
    return re.sub(r"((?:account_number|ssn_last_4|number|cvc)(?:%5D|\])*=)[^&]*", r"\1***", text)[:2_000]


def _headers(request: Request, request_id: str, answer: Answer) -> dict[str, str]:
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    for name in ("Idempotency-Key", "Stripe-Account"):
        if name in request.headers:
            headers[name] = request.headers[name]
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    if answer.status == 409:
        headers["Stripe-Should-Retry"] = "true"
    return headers


def _dropped(request: Request) -> Response:
    """Cut the connection; the response that Starlette wants goes nowhere."""
    transport: asyncio.Transport = request.scope["extensions"]["fakestripe.transport"]
    transport.abort()
    return Response(status_code=500)


def _trickled(request: Request, answer: Answer, fault: Fault, headers: dict[str, str]) -> Response:
    """Send the first half at once; the rest late (slow_body), or never (cut_body)."""

    async def body() -> AsyncIterator[bytes]:
        middle = len(answer.body) // 2
        yield answer.body[:middle]
        await asyncio.sleep(fault.seconds if fault.kind == "slow_body" else 0.05)
        if fault.kind == "cut_body":
            request.scope["extensions"]["fakestripe.transport"].abort()
            await asyncio.sleep(0.05)  # until the server knows that nobody is there
            return
        yield answer.body[middle:]

    headers |= {"Content-Length": str(len(answer.body)), "Content-Type": "application/json"}
    return StreamingResponse(body(), answer.status, headers=headers)
