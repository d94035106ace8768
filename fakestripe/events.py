"""Events: what happened, checked against the contract, kept for thirty days of virtual time, queued for delivery."""

import json

from fakestripe import API_VERSION, webhooks
from fakestripe.clock import DAY_S
from fakestripe.errors import no_such
from fakestripe.ids import new_id
from fakestripe.listing import page
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work

KEPT_DAYS = 30


def emit(work: Work, type_: str, body: Json, *, account: str = PLATFORM, previous: Json | None = None) -> Json:
    """Record that `type_` happened to `body` and queue a delivery for each endpoint that listens.

    Events of a connected account carry `account` and go to Connect endpoints only.
    """
    data: Json = {"object": body}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": work.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": work.request_id, "idempotency_key": work.idempotency_key},
        "type": type_,
    }
    if account != PLATFORM:
        event["account"] = account
    listening = webhooks.listeners(work, type_, connect=account != PLATFORM)
    event["pending_webhooks"] = len(listening)
    work.contract.check_event(event)
    work.save("event", event, account=account)
    for endpoint in listening:
        webhooks.queue(work, event["id"], endpoint, type_)
    return event


def as_known(work: Work, event: Json) -> Json:
    """Answer an event with the number of deliveries that are still open."""
    (row,) = work.store.select(
        "SELECT COUNT(*) AS open FROM deliveries WHERE event = ? AND status IN ('pending', 'held')", (event["id"],)
    )
    return event | {"pending_webhooks": row["open"]}


def list_events(call: Call) -> Json:
    since = call.now - KEPT_DAYS * DAY_S
    rows = call.store.select(
        "SELECT body FROM objects WHERE kind = 'event' AND account = ? AND created >= ? ORDER BY seq DESC",
        (call.account, since),
    )
    events = [as_known(call, event) for event in map(json.loads, (row["body"] for row in rows)) if _wanted(call, event)]
    if (done := call.params.get("delivery_success")) is not None:
        events = [event for event in events if (event["pending_webhooks"] == 0) == done]
    return page(call.params, events, url="/v1/events")


def _wanted(call: Call, event: Json) -> bool:
    types = [call.params["type"]] if "type" in call.params else call.params.get("types")
    return types is None or any(webhooks.covers(pattern, event["type"]) for pattern in types)


def retrieve_event(call: Call) -> Json:
    event = call.find("event", call.path["id"], account=call.account)
    if event["created"] < call.now - KEPT_DAYS * DAY_S:
        raise no_such("event", event["id"])
    return as_known(call, event)


ROUTES: list[Route] = [("get", "/v1/events", list_events), ("get", "/v1/events/{id}", retrieve_event)]
