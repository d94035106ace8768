"""Webhook endpoints and the queue of deliveries to them (delivery.py sends it)."""

import hashlib
import hmac
import json
import random
from urllib.parse import urlsplit

from fakestripe import API_VERSION
from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError
from fakestripe.ids import new_id, token
from fakestripe.listing import list_objects, newest
from fakestripe.params import merged_metadata
from fakestripe.settings import LOOPBACK
from fakestripe.shapes import Json
from fakestripe.store import Store
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
    """Queue one delivery; the controls (steering.py) may hold, drop, delay or repeat it."""
    status = "held" if work.store.fact("webhooks_held") == "1" else "pending"
    if _is_dropped(work):
        status = "dropped"
    copies = max(1, int(work.store.fact("webhooks_copies", "1")))
    due_at = work.now + int(work.store.fact("webhooks_delay_s", "0"))
    for _ in range(copies):
        work.store.db.execute(
            "INSERT INTO deliveries (event, endpoint, type, status, next_at, expires_at) VALUES (?, ?,"
            " ?, ?, ?, ?)",
            (event_id, endpoint_id, type_, status, due_at, due_at + KEPT_TRYING_DAYS * DAY_S),
        )


def _is_dropped(work: Work) -> bool:
    """Draw whether this delivery gets lost: the next ones in a row, or a share of all."""
    if (to_drop := int(work.store.fact("webhooks_drop", "0"))) > 0:
        work.store.set_fact("webhooks_drop", str(to_drop - 1))
        return True
    if not (percent := int(work.store.fact("webhooks_drop_percent", "0"))):
        return False
    drawn = int(work.store.fact("webhooks_drop_drawn", "0"))
    work.store.set_fact("webhooks_drop_drawn", str(drawn + 1))
    seed = work.store.fact("webhooks_drop_seed", "0")
    return random.Random(f"{seed}:{drawn}").random() * 100 < percent  # noqa: S311 - chance to test with


def next_attempt(now: int, attempts: int) -> int:
    """Answer when the try after `attempts` failed ones is due (virtual time)."""
    return now + BACK_OFF_S[min(attempts - 1, len(BACK_OFF_S) - 1)]


def signature(payload: bytes, *secrets: str, wall_time: int) -> str:
    """Sign as Stripe does: HMAC-SHA256 over `timestamp.payload`, once per secret; the timestamp is wall time."""
    signed = f"{wall_time}.".encode() + payload
    made = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={wall_time}", *(f"v1={one}" for one in made)])


def header_for(store: Store, endpoint_id: str, payload: bytes, *, now: int, wall_time: int) -> str:
    """Answer the signature of the next attempt, as the controls want it: false, too old, or with two secrets."""
    if _spend(store, "webhooks_age_next"):
        wall_time -= int(store.fact("webhooks_age_s", "0"))
    if _spend(store, "webhooks_forge_next"):
        return signature(payload, store.fact("webhooks_forge_secret"), wall_time=wall_time)
    hidden = store.hidden(endpoint_id)
    former = hidden.get("former", {"until": 0})
    secrets = [former["secret"]] if former["until"] > now else []
    return signature(payload, *secrets, hidden["secret"], wall_time=wall_time)


def _spend(store: Store, name: str) -> bool:
    if (left := int(store.fact(name, "0"))) > 0:
        store.set_fact(name, str(left - 1))
    return left > 0


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
