"""Events: what happened, checked against the contract, kept for thirty days of virtual time, queued for
delivery."""

from fakestripe import API_VERSION, webhooks
from fakestripe.clock import DAY_S
from fakestripe.errors import no_such
from fakestripe.ids import new_id
from fakestripe.listing import bodies, list_of, objects
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work

KEPT_DAYS = 30
STILL_OPEN = (
    "EXISTS (SELECT 1 FROM deliveries AS d WHERE d.event = objects.id"
    " AND d.status IN ('pending', 'held', 'failed'))"
)


def emit(
    work: Work, type_: str, body: Json, *, account: str = PLATFORM, previous: Json | None = None
) -> Json:
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
        "SELECT COUNT(*) AS open FROM deliveries WHERE event = ? AND status IN ('pending', 'held')",
        (event["id"],),
    )
    return event | {"pending_webhooks": row["open"]}


def list_events(call: Call) -> Json:
    query = objects(call.store, "event").where("account = ?", call.account)
    query.where("created >= ?", call.now - KEPT_DAYS * DAY_S).dates("created", call.params.get("created"))
    types = [call.params["type"]] if "type" in call.params else call.params.get("types", [])
    if types:
        query.where("(" + " OR ".join(["body ->> '$.type' GLOB ?"] * len(types)) + ")", *types)
    if (done := call.params.get("delivery_success")) is not None:
        query.where(("NOT " if done else "") + STILL_OPEN)
    rows, has_more = query.page(call.params)
    events = [as_known(call, event) for event in bodies(rows)]
    return list_of(events, "/v1/events", has_more=has_more)


def retrieve_event(call: Call) -> Json:
    event = call.find("event", call.path["id"], account=call.account)
    if event["created"] < call.now - KEPT_DAYS * DAY_S:
        raise no_such("event", event["id"])
    return as_known(call, event)


ROUTES: list[Route] = [("get", "/v1/events", list_events), ("get", "/v1/events/{id}", retrieve_event)]
