"""The sender of webhooks: takes due deliveries from the queue, signs them, retries what was not answered
with 2xx."""

import asyncio
import json
import sqlite3
import time
from functools import partial

import httpx

from fakestripe import webhooks
from fakestripe.engine import Engine

AT_ONCE = 8
TIMEOUT_S = 10.0
LONGEST_SLEEP_S = 1.0


class Sender:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sending: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send for ever; also let the clock's timers happen while nobody asks anything."""
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            while True:
                self.engine.deliveries_wait.clear()
                self.engine.run_due()
                self._start_due(client)
                try:
                    await asyncio.wait_for(self.engine.deliveries_wait.wait(), LONGEST_SLEEP_S)
                except TimeoutError:
                    continue

    def _start_due(self, client: httpx.AsyncClient) -> None:
        at_once = 1 if self.engine.store.fact("webhooks_in_order") == "1" else AT_ONCE
        free = at_once - len(self.sending)
        if free <= 0:
            return
        due = self.engine.store.select(
            "SELECT * FROM deliveries WHERE status = 'pending' AND next_at <= ? ORDER BY next_at, id LIMIT ?",
            (self.engine.clock.now(), AT_ONCE * 2),
        )
        for row in [row for row in due if row["id"] not in self.sending][:free]:
            task = asyncio.create_task(self._send(client, row))
            self.sending[row["id"]] = task
            task.add_done_callback(partial(self._sent, row["id"]))

    def _sent(self, delivery_id: int, _task: asyncio.Task[None]) -> None:
        self.sending.pop(delivery_id, None)
        self.engine.deliveries_wait.set()

    async def _send(self, client: httpx.AsyncClient, row: sqlite3.Row) -> None:
        store = self.engine.store
        endpoint, event = store.get("webhook_endpoint", row["endpoint"]), store.get("event", row["event"])
        if endpoint is None or event is None:
            self._record(row, "dropped", "the endpoint or the event is gone")
            return
        payload = json.dumps(event, separators=(",", ":")).encode()
        signed = webhooks.header_for(
            store, endpoint["id"], payload, now=self.engine.clock.now(), wall_time=int(time.time())
        )
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (fakestripe)",
            "Stripe-Signature": signed,
        }
        try:
            answer = await client.post(endpoint["url"], content=payload, headers=headers)
        except httpx.HTTPError as problem:
            self._retry(row, f"{type(problem).__name__}: {problem}")
            return
        if answer.is_success:
            self._record(row, "delivered", str(answer.status_code))
        else:
            self._retry(row, str(answer.status_code))

    def _retry(self, row: sqlite3.Row, answer: str) -> None:
        now = self.engine.clock.now()
        if now >= row["expires_at"]:
            self._record(row, "failed", answer)
            return
        self._record(row, "pending", answer, next_at=webhooks.next_attempt(now, row["attempts"] + 1))

    def _record(self, row: sqlite3.Row, status: str, answer: str, *, next_at: int | None = None) -> None:
        self.engine.store.db.execute(
            "UPDATE deliveries SET status = ?, answer = ?, attempts = attempts + 1, next_at = ?"
            " WHERE id = ? AND status = 'pending'",
            (status, answer[:500], next_at or row["next_at"], row["id"]),
        )
