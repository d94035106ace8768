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
    event = _new_event(work, type_, body, account)
    if previous is not None:
        event["data"]["previous_attributes"] = previous
    work.contract.check_event(event)
    return _publish(work, event, account)


def emit_odd(work: Work, given: Json) -> Json:
    """Record an event such as Stripe would never send us here: another mode, type, version or object.

    `given`: {"type", "object" (an id or a body), "livemode"?, "api_version"?, "account"?, "created"?}.
    """
    named = given.get("object")
    body = named if isinstance(named, dict) else _lookup(work, str(named))
    if body is None:
        raise no_such("object", str(named), param="object")
    account = str(given.get("account") or PLATFORM)
    event = _new_event(work, str(given.get("type", "")), body, account)
    event |= {name: given[name] for name in ("livemode", "api_version", "created") if name in given}
    work.contract.check_object("event", event)
    return _publish(work, event, account)


def _lookup(work: Work, object_id: str) -> Json | None:
    kind = work.store.kind_of(object_id)
    return work.store.get(kind, object_id) if kind else None


def _new_event(work: Work, type_: str, body: Json, account: str) -> Json:
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": work.now,
        "data": {"object": body},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": work.request_id, "idempotency_key": work.idempotency_key},
        "type": type_,
    }
    return event if account == PLATFORM else event | {"account": account}


def _publish(work: Work, event: Json, account: str) -> Json:
    listening = webhooks.listeners(work, event["type"], connect=account != PLATFORM)
    event["pending_webhooks"] = len(listening)
    work.save("event", event, account=account)
    for endpoint in listening:
        webhooks.queue(work, event["id"], endpoint, event["type"])
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
