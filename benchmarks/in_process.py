"""Our gift path inside one process: the gateway's coalescer, with N callers who wait for their answers."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvloop

from benchmarks.harness import Sample
from gateway.coalescer import Coalescer
from gifts.batch import GIFT, Request


class InProcess:
    """The coalescer on a loop and thread of its own, kept between measurements; one gift opens its connection."""

    def __init__(self, first: Request) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._thread = ThreadPoolExecutor(1)
        self._batches = 0
        self._coalescer = Coalescer(self._count)
        self.statuses: Counter[str] = Counter()
        self.measure(iter([first]), in_flight=1, seconds=0.0)

    def measure(self, requests: Iterator[Request], *, in_flight: int, seconds: float) -> Sample:
        """This will keep `in_flight` callers busy, each waiting for its answer before it asks again."""
        return self._run(self._measure(requests, in_flight, seconds))

    def close(self) -> None:
        self._run(self._coalescer.close())
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def _run[R](self, work: Coroutine[Any, Any, R]) -> R:
        return self._thread.submit(self._runner.run, work).result()

    def _count(self, _grown: set[str]) -> None:
        """Told once for each batch: nobody listens here."""
        self._batches += 1

    async def _measure(self, requests: Iterator[Request], in_flight: int, seconds: float) -> Sample:
        latencies: list[float] = []
        batches, begun = self._batches, time.perf_counter()
        callers = (self._caller(requests, begun + seconds, latencies) for _ in range(in_flight))
        await asyncio.gather(*callers)
        took = time.perf_counter() - begun
        return Sample(
            len(latencies),
            took,
            latencies,
            {"gifts_per_batch": len(latencies) / max(1, self._batches - batches)},
        )

    async def _caller(self, requests: Iterator[Request], deadline: float, latencies: list[float]) -> None:
        while True:
            sent_at = time.perf_counter()
            answer = await self._coalescer.submit(GIFT, next(requests))
            answered_at = time.perf_counter()
            latencies.append((answered_at - sent_at) * 1000)
            self.statuses[answer.status] += 1
            if answered_at >= deadline:
                return
