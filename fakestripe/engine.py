"""The program's one running state: the store, the clock, the contract, and the timers that the clock sets
off."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakestripe.accounts import ensure_platform
from fakestripe.clock import Clock
from fakestripe.contract import Contract
from fakestripe.faults import FaultPlan
from fakestripe.idempotency import Keys
from fakestripe.settings import Settings
from fakestripe.shapes import Json
from fakestripe.store import Store
from fakestripe.timers import TIMERS
from fakestripe.work import Work

REMEMBERED_REQUESTS = 500
log = logging.getLogger("fakestripe")


class Engine:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data / "fakestripe.sqlite3")
        self.clock = Clock(settings.clock_file, int(self.store.fact("offset_s", "0")))
        self.contract = Contract()
        self.keys = Keys(self.store)
        self.faults = FaultPlan()
        self.requests: deque[Json] = deque(maxlen=REMEMBERED_REQUESTS)
        self.deliveries_wait = asyncio.Event()
        with self.transaction() as work:
            ensure_platform(work)

    def context(self) -> dict[str, Any]:
        """Answer what a Work or Call is made with."""
        return {
            "store": self.store,
            "contract": self.contract,
            "settings": self.settings,
            "now": self.clock.now(),
        }

    @contextmanager
    def transaction(self) -> Iterator[Work]:
        """Open a unit of work at the present moment; what was due before it has happened."""
        self.run_due()
        with self.store.transaction():
            yield Work(**self.context())
        self.deliveries_wait.set()

    def run_due(self) -> None:
        """Let every timer that is due happen, in order, each at its own time."""
        while (timer := self.store.next_timer(self.clock.now())) is not None:
            try:
                with self.store.transaction():
                    self.store.drop_timer(timer["id"])
                    TIMERS[timer["kind"]](Work(**self.context() | {"now": timer["due_at"]}), timer["subject"])
            except Exception as problem:
                log.exception("timer %s of %s", timer["kind"], timer["subject"])
                self.store.drop_timer(timer["id"])
                self.record_violation(f"timer {timer['kind']}", str(problem))
            self.deliveries_wait.set()

    def move_clock(self, offset_s: int) -> None:
        """Set the clock; what becomes due by it happens now. Going back undoes nothing."""
        step_s = offset_s - self.clock.offset_s
        with self.store.transaction():
            self.store.set_fact("offset_s", str(offset_s))
            if step_s < 0:  # what is queued would wait for the time it was queued at
                self.store.db.execute(
                    "UPDATE deliveries SET next_at = next_at + ?, expires_at = expires_at + ?"
                    " WHERE status IN ('pending', 'held')",
                    (step_s, step_s),
                )
        self.clock.set_offset(offset_s)
        self.run_due()
        self.deliveries_wait.set()

    def newest_delivery(self) -> int:
        (row,) = self.store.select("SELECT COALESCE(MAX(id), 0) AS id FROM deliveries")
        return int(row["id"])

    async def delivered_since(self, delivery_id: int, *, within_s: float) -> None:
        """Wait until everything queued after that delivery was tried once."""
        untried = "SELECT 1 FROM deliveries WHERE id > ? AND status = 'pending' AND attempts = 0 LIMIT 1"
        until = asyncio.get_running_loop().time() + within_s
        while self.store.select(untried, (delivery_id,)) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.01)

    def record_violation(self, place: str, message: str) -> None:
        """Remember a bug of this program, for tests to fail on."""
        self.store.db.execute(
            "INSERT INTO violations (created, place, message) VALUES (?, ?, ?)",
            (self.clock.now(), place, message),
        )

    def reset(self, *, keep_endpoints: bool) -> None:
        """Forget everything; the webhook endpoints stay if asked."""
        kept = self.store.select("SELECT body, hidden FROM objects WHERE kind = 'webhook_endpoint'")
        self.store.erase()
        self.faults.faults.clear()
        self.keys.running.clear()
        self.requests.clear()
        self.clock.set_offset(0)
        with self.transaction() as work:
            ensure_platform(work)
            if keep_endpoints:
                restore_endpoints(work, kept)


def restore_endpoints(work: Work, rows: list[Any]) -> None:

    for row in rows:
        work.save("webhook_endpoint", json.loads(row["body"]), hidden=json.loads(row["hidden"]))
