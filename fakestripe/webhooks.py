"""Webhook endpoints and the queue of deliveries to them (delivery.py sends it)."""

import hashlib
import hmac
import json
from urllib.parse import urlsplit

from fakestripe import API_VERSION
from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError
from fakestripe.ids import new_id, token
from fakestripe.listing import list_objects, newest
from fakestripe.params import merged_metadata
from fakestripe.settings import LOOPBACK
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work

KEPT_TRYING_DAYS = 3
BACK_OFF_S = (1, 2, 5, 10, 30, 60, 300, 900, 3_600, 10_800, 21_600, 43_200)


def covers(pattern: str, type_: str) -> bool:
    return pattern in ("*", type_) or (pattern.endswith(".*") and type_.startswith(pattern[:-1]))


def listeners(work: Work, type_: str, *, connect: bool) -> list[str]:
    """Answer the ids of the enabled endpoints that want this event."""
    rows = work.store.select("SELECT body, hidden FROM objects WHERE kind = 'webhook_endpoint' ORDER BY seq")
    found = []
    for row in rows:
        body, hidden = json.loads(row["body"]), json.loads(row["hidden"])
        wanted = any(covers(pattern, type_) for pattern in body["enabled_events"])
        if wanted and body["status"] == "enabled" and hidden["connect"] == connect:
            found.append(body["id"])
    return found


def queue(work: Work, event_id: str, endpoint_id: str, type_: str) -> None:
    """Queue one delivery; the controls may hold, drop or repeat it."""
    status = "held" if work.store.fact("webhooks_held") == "1" else "pending"
    if (to_drop := int(work.store.fact("webhooks_drop", "0"))) > 0:
        work.store.set_fact("webhooks_drop", str(to_drop - 1))
        status = "dropped"
    copies = max(1, int(work.store.fact("webhooks_copies", "1")))
    for _ in range(copies):
        work.store.db.execute(
            "INSERT INTO deliveries (event, endpoint, type, status, next_at, expires_at) VALUES (?, ?,"
            " ?, ?, ?, ?)",
            (event_id, endpoint_id, type_, status, work.now, work.now + KEPT_TRYING_DAYS * DAY_S),
        )


def next_attempt(now: int, attempts: int) -> int:
    """Answer when the try after `attempts` failed ones is due (virtual time)."""
    return now + BACK_OFF_S[min(attempts - 1, len(BACK_OFF_S) - 1)]


def signature(payload: bytes, secret: str, *, wall_time: int) -> str:
    """Sign as Stripe does: HMAC-SHA256 over `timestamp.payload`; the timestamp is wall time."""
    signed = hmac.new(secret.encode(), f"{wall_time}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={wall_time},v1={signed}"


# Operations


def create_endpoint(call: Call) -> Json:
    given = call.params
    body = _new_endpoint(call, given["url"], given["enabled_events"])
    body["description"] = given.get("description") or None
    body["metadata"] = merged_metadata(None, given.get("metadata"))
    body["api_version"] = given.get("api_version", API_VERSION)
    secret = f"whsec_{token(32)}"
    call.save("webhook_endpoint", body, hidden={"secret": secret, "connect": given.get("connect", False)})
    return body | {"secret": secret}


def ensure_endpoint(
    work: Work, *, url: str, connect: bool, secret: str | None, enabled_events: list[str]
) -> Json:
    """Make the endpoint of this address and kind, or take the one that is there, and answer it with its secret."""
    for body in newest(work.store, "webhook_endpoint"):
        hidden = work.store.hidden(body["id"])
        if body["url"] == url and hidden["connect"] == connect:
            body |= {"enabled_events": enabled_events, "status": "enabled"}
            break
    else:
        body, hidden = (
            _new_endpoint(work, url, enabled_events),
            {"connect": connect, "secret": f"whsec_{token(32)}"},
        )
    hidden["secret"] = secret or hidden["secret"]
    work.save("webhook_endpoint", body, hidden=hidden)
    return body | {"secret": hidden["secret"]}


def _new_endpoint(work: Work, url: str, enabled_events: list[str]) -> Json:
    _demand_loopback(url)
    return {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": work.now,
        "description": None,
        "enabled_events": enabled_events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }


def _demand_loopback(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK:
        raise ApiError(
            "Invalid URL: fakestripe delivers to this machine only (http://127.0.0.1:…).",
            code="url_invalid",
            param="url",
        )


def list_endpoints(call: Call) -> Json:
    return list_objects(call, "webhook_endpoint", "/v1/webhook_endpoints", account=PLATFORM)


def retrieve_endpoint(call: Call) -> Json:
    return call.find("webhook_endpoint", call.path["webhook_endpoint"])


def update_endpoint(call: Call) -> Json:
    body = retrieve_endpoint(call)
    if "url" in call.params:
        _demand_loopback(call.params["url"])
    for name in ("url", "enabled_events", "description"):
        if name in call.params:
            body[name] = call.params[name] or None
    if "disabled" in call.params:
        body["status"] = "disabled" if call.params["disabled"] else "enabled"
    body["metadata"] = merged_metadata(body["metadata"], call.params.get("metadata"))
    return call.save("webhook_endpoint", body)


def delete_endpoint(call: Call) -> Json:
    body = retrieve_endpoint(call)
    call.store.delete(body["id"])
    call.store.db.execute(
        "UPDATE deliveries SET status = 'dropped' WHERE endpoint = ? AND status IN ('pending', 'held')",
        (body["id"],),
    )
    return {"id": body["id"], "object": "webhook_endpoint", "deleted": True}


ROUTES: list[Route] = [
    ("get", "/v1/webhook_endpoints", list_endpoints),
    ("post", "/v1/webhook_endpoints", create_endpoint),
    ("get", "/v1/webhook_endpoints/{webhook_endpoint}", retrieve_endpoint),
    ("post", "/v1/webhook_endpoints/{webhook_endpoint}", update_endpoint),
    ("delete", "/v1/webhook_endpoints/{webhook_endpoint}", delete_endpoint),
]
