"""Requests of one moment are settled together, in lanes that settle beside each other (ADR 14).

A person's requests all go through the same lane: so two lanes hardly ever want the same wallet, and meet only on what
is locked last, the creator's account and the event stream. What the lanes cannot hold is refused at once, before
anything is done.
"""

import asyncio

from gateway.errors import GatewayBusy, GatewayStopping
from gateway.lane import Grown, Lane
from ground.batches import Kind

LANES = 2  # each has a connection, and keeps about one core of the database busy
MOST_WAITING = 4_000
STOP_PATIENCE_S = (
    1.0  # from the order to stop: the server waits no longer (WEB_STOP_TIMEOUT_S in stack/programs.py)
)
BUSY_RETRY_AFTER_S = 1


class Coalescer:
    def __init__(self, grown: Grown, *, most_waiting: int = MOST_WAITING) -> None:
        self._lanes = [Lane(grown) for _ in range(LANES)]
        self._most_waiting = most_waiting
        self._is_stopping = False

    def submit[Q, A](self, kind: Kind[Q, A], request: Q) -> asyncio.Future[A]:
        """Take `request` on. The future has its answer once that is committed, or the refusal.

        Raises:
            GatewayBusy, GatewayStopping: it was not taken on.
        """
        if self._is_stopping:
            raise GatewayStopping(retry_after_s=BUSY_RETRY_AFTER_S)
        if sum(lane.waiting for lane in self._lanes) >= self._most_waiting:
            raise GatewayBusy(retry_after_s=BUSY_RETRY_AFTER_S)
        return self._lanes[kind.person(request) % LANES].take_on(kind, request)

    def stop_accepting(self) -> None:
        """Refuse what comes from now on."""
        if not self._is_stopping:
            self._is_stopping = True
            until = asyncio.get_running_loop().time() + STOP_PATIENCE_S
            for lane in self._lanes:
                lane.hurry(until)

    async def close(self) -> None:
        """Settle what was taken on, then let go of the connections."""
        self.stop_accepting()
        await asyncio.gather(*(lane.close() for lane in self._lanes))
