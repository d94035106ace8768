"""A lane: requests that come while a batch commits are the next batch. One connection, no timer.

Each waiting request gets its own answer after the COMMIT of its batch. A request that was taken on is settled even if
its client leaves.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gateway.errors import GatewayUnavailable, SettlingFailed
from gateway.settler import Settler
from ground.batches import Kind
from ground.errors import DomainError
from ledger.errors import TryAgain

PATIENCE_S = 10.0  # from the oldest request's arrival, when the database is away
LEAST_PATIENCE_S = 1.0  # of a batch that had to wait for another one's

logger = logging.getLogger(__name__)

type AnyKind = Kind[Any, Any]
type Grown = Callable[[set[str]], None]  # told which event streams grew


class Waiter(NamedTuple):
    """A request, where its answer goes, and the loop's time when it came."""

    request: Any
    answer: asyncio.Future[Any]
    since: float


class Lane:
    def __init__(self, grown: Grown) -> None:
        self._grown = grown
        self._settler = Settler()
        self._queues: dict[str, deque[Waiter]] = {}
        self._kinds: dict[str, AnyKind] = {}
        self.waiting = 0  # in the queues, not yet in a batch
        self._draining: asyncio.Task[None] | None = None
        self._stops_at: float | None = None  # the loop's time

    def take_on[Q, A](self, kind: Kind[Q, A], request: Q) -> asyncio.Future[A]:
        """Have `request` settled. The future has its answer once that is committed, or the refusal."""
        loop = asyncio.get_running_loop()
        waiter = Waiter(request, loop.create_future(), loop.time())
        self._queue_of(kind).append(waiter)
        self.waiting += 1
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return waiter.answer

    def hurry(self, until: float) -> None:
        """Give what was taken on no more time than `until`."""
        self._stops_at = until
        self._settler.hurry(until)

    async def close(self) -> None:
        """Settle what was taken on, then let go of the connection."""
        while self._draining is not None:
            await asyncio.wait([self._draining])
        await self._settler.close()

    def _queue_of(self, kind: AnyKind) -> deque[Waiter]:
        queue = self._queues.get(kind.name)
        if queue is None:
            queue = self._queues[kind.name] = deque()
            self._kinds[kind.name] = kind
        return queue

    async def _drain(self) -> None:
        await asyncio.sleep(0)  # whatever arrived in this very turn of the loop
        try:
            while self.waiting:
                for name in list(self._queues):
                    await self._settle_next(name)
        finally:
            self._draining = None

    async def _settle_next(self, name: str) -> None:
        kind, queue = self._kinds[name], self._queues[name]
        if not queue:
            return
        batch = self._take(kind, queue)
        try:
            await self._settle(kind, batch)
        except Exception:
            logger.exception("a batch of %s was settled, and something failed afterwards", name)
            _refuse(batch, SettlingFailed())  # whoever has no answer yet

    def _take(self, kind: AnyKind, queue: deque[Waiter]) -> list[Waiter]:
        """The next batch: no key twice; a repeat waits for the next one, where it finds what the first did."""
        batch: dict[object, Waiter] = {}
        repeats = []
        while queue and len(batch) < kind.largest:
            waiter = queue.popleft()
            if batch.setdefault(kind.key(waiter.request), waiter) is not waiter:
                repeats.append(waiter)
        queue.extendleft(reversed(repeats))
        self.waiting -= len(batch)
        return list(batch.values())

    async def _settle(self, kind: AnyKind, batch: Sequence[Waiter]) -> None:
        """Settle a batch; one that the database refuses as a whole, in halves, so that one request harms no other."""
        try:
            answers = await self._settler.settle(
                kind, [waiter.request for waiter in batch], until=self._patience(batch)
            )
        except (GatewayUnavailable, TryAgain) as refusal:
            _refuse(batch, refusal)
        except Exception:
            if len(batch) == 1:
                logger.exception(
                    "a %s of person %s could not be settled", kind.name, kind.person(batch[0].request)
                )
                _refuse(batch, SettlingFailed())
            else:
                half = len(batch) // 2
                await self._settle(kind, batch[:half])
                await self._settle(kind, batch[half:])
        else:
            self._answer(kind, batch, answers)

    def _answer(self, kind: AnyKind, batch: Sequence[Waiter], answers: Sequence[Any]) -> None:
        for waiter, answer in zip(batch, answers, strict=True):
            if not waiter.answer.done():
                waiter.answer.set_result(answer)
        grown = kind.streams([waiter.request for waiter in batch], answers)
        if grown:
            self._grown(grown)

    def _patience(self, batch: Sequence[Waiter]) -> float:
        until = max(batch[0].since + PATIENCE_S, asyncio.get_running_loop().time() + LEAST_PATIENCE_S)
        return until if self._stops_at is None else min(until, self._stops_at)


def _refuse(batch: Sequence[Waiter], refusal: DomainError) -> None:
    for waiter in batch:
        if not waiter.answer.done():
            waiter.answer.set_exception(refusal)
            waiter.answer.exception()  # marks it as seen: whoever asked may be gone
