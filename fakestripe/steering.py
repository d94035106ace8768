"""The controls of the webhook queue: what tests and people do to deliveries on their way.

They are kept as facts beside the queue (webhooks.py asks them when a delivery is queued, delivery.py when one is
sent), so they survive a restart.
"""

import random
from collections.abc import Callable

from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError
from fakestripe.ids import token
from fakestripe.params import control_integer
from fakestripe.shapes import Json
from fakestripe.store import Store
from fakestripe.webhooks import KEPT_TRYING_DAYS
from fakestripe.work import Work

ROLL_HOURS = 24


def steer(work: Work, given: Json) -> None:
    """Do one action on the queue.

    Raises:
        ApiError: the action is none, or a value of it is wrong.
    """
    action = ACTIONS.get(str(given.get("action")))
    if action is None:
        raise ApiError(f"Unknown action {given.get('action')!r}: use {', '.join(ACTIONS)}", param="action")
    action(work, given)


def state(store: Store, *, limit: int) -> Json:
    """Answer the controls as they stand, and the newest deliveries."""
    rows = store.select("SELECT * FROM deliveries ORDER BY id DESC LIMIT ?", (limit,))
    open_ = store.select("SELECT COUNT(*) AS n FROM deliveries WHERE status IN ('pending', 'held')")
    return {
        "held": store.fact("webhooks_held") == "1",
        "in_order": store.fact("webhooks_in_order") == "1",
        "drop_next": int(store.fact("webhooks_drop", "0")),
        "drop_percent": int(store.fact("webhooks_drop_percent", "0")),
        "copies": int(store.fact("webhooks_copies", "1")),
        "delay_s": int(store.fact("webhooks_delay_s", "0")),
        "age_next": int(store.fact("webhooks_age_next", "0")),
        "forge_next": int(store.fact("webhooks_forge_next", "0")),
        "open": open_[0]["n"],
        "deliveries": [dict(row) for row in rows],
    }


def _hold(work: Work, _given: Json) -> None:
    """Keep what is queued from now on, and what waits."""
    work.store.set_fact("webhooks_held", "1")
    work.store.db.execute("UPDATE deliveries SET status = 'held' WHERE status = 'pending'")


def _release(work: Work, given: Json) -> None:
    """Send what was held: all of it, or one `event`; `in_order` sends one after the other from now on."""
    if event := given.get("event"):
        changed = work.store.db.execute(
            "UPDATE deliveries SET status = 'pending', next_at = ? WHERE status = 'held' AND event = ?",
            (work.now, str(event)),
        )
        if not changed.rowcount:
            raise ApiError(f"No held delivery of event {event!r}", status=404, param="event")
        return
    work.store.set_fact("webhooks_held", "0")
    work.store.set_fact("webhooks_in_order", "1" if _true(given, "in_order") else "0")
    work.store.db.execute(
        "UPDATE deliveries SET status = 'pending', next_at = ? WHERE status = 'held'", (work.now,)
    )


def _drop_next(work: Work, given: Json) -> None:
    work.store.set_fact("webhooks_drop", str(_count(given)))


def _drop(work: Work, given: Json) -> None:
    """Lose `percent` of what is queued from now on, the same ones for the same `seed`."""
    percent = control_integer(given, "percent")
    if not 0 <= percent <= 100:
        raise ApiError("percent must lie between 0 and 100", param="percent")
    work.store.set_fact("webhooks_drop_percent", str(percent))
    work.store.set_fact("webhooks_drop_seed", str(control_integer(given, "seed", 0)))
    work.store.set_fact("webhooks_drop_drawn", "0")


def _duplicate(work: Work, given: Json) -> None:
    work.store.set_fact("webhooks_copies", str(_count(given)))


def _delay(work: Work, given: Json) -> None:
    """Queue everything from now on for `seconds` of virtual time later."""
    work.store.set_fact("webhooks_delay_s", str(control_integer(given, "seconds")))


def _age(work: Work, given: Json) -> None:
    """Sign the next `count` attempts with a time `seconds` ago (below zero: ahead of us)."""
    work.store.set_fact("webhooks_age_s", str(control_integer(given, "seconds")))
    work.store.set_fact("webhooks_age_next", str(_count(given)))


def _forge(work: Work, given: Json) -> None:
    """Sign the next `count` attempts with a secret that is not the endpoint's: `secret`, or any."""
    work.store.set_fact("webhooks_forge_secret", str(given.get("secret") or f"whsec_{token(32)}"))
    work.store.set_fact("webhooks_forge_next", str(_count(given)))


def _roll(work: Work, given: Json) -> None:
    """Give an endpoint a new secret; for `hours` its deliveries carry a signature with each."""
    body = work.find("webhook_endpoint", str(given.get("endpoint", "")), param="endpoint")
    hidden = work.store.hidden(body["id"])
    until = work.now + control_integer(given, "hours", ROLL_HOURS) * 3_600
    hidden["former"] = {"secret": hidden["secret"], "until": until}
    hidden["secret"] = str(given.get("secret") or f"whsec_{token(32)}")
    work.save("webhook_endpoint", body, hidden=hidden)


def _permute(work: Work, given: Json) -> None:
    """Shuffle which events the held deliveries carry; release sends them in that order."""
    store = work.store
    rows = store.select("SELECT id, event, endpoint, type FROM deliveries WHERE status = 'held' ORDER BY id")
    mixed = list(rows)
    random.Random(control_integer(given, "seed", 0)).shuffle(mixed)  # noqa: S311 - an order to test with, not a secret
    for place, row in zip(rows, mixed, strict=True):
        store.db.execute(
            "UPDATE deliveries SET event = ?, endpoint = ?, type = ? WHERE id = ?",
            (row["event"], row["endpoint"], row["type"], place["id"]),
        )


def _redeliver(work: Work, given: Json) -> None:
    """Send again one event, or (without `event`) everything that was dropped or failed."""
    again = "UPDATE deliveries SET status = 'pending', next_at = ?, expires_at = ? WHERE "
    times = (work.now, work.now + KEPT_TRYING_DAYS * DAY_S)
    if "event" not in given:
        work.store.db.execute(again + "status IN ('dropped', 'failed')", times)
        return
    changed = work.store.db.execute(again + "event = ?", (*times, str(given["event"])))
    if changed.rowcount == 0:
        raise ApiError(f"No delivery of event {given['event']!r}", status=404, param="event")


def _calm(work: Work, _given: Json) -> None:
    """Forget every control; what is held goes out."""
    _release(work, {})
    work.store.db.execute("DELETE FROM meta WHERE name LIKE 'webhooks!_%' ESCAPE '!'")


ACTIONS: dict[str, Callable[[Work, Json], None]] = {
    "hold": _hold,
    "release": _release,
    "drop_next": _drop_next,
    "drop": _drop,
    "duplicate": _duplicate,
    "delay": _delay,
    "age": _age,
    "forge": _forge,
    "roll": _roll,
    "permute": _permute,
    "redeliver": _redeliver,
    "calm": _calm,
}


def _count(given: Json) -> int:
    count = control_integer(given, "count", 1)
    if count < 0:
        raise ApiError("count must not be below zero", param="count")
    return count


def _true(given: Json, name: str) -> bool:
    return given.get(name) in (True, 1, "1", "true")
