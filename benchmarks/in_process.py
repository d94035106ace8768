"""Our gift path inside one process: N requests in flight, coalesced into batches, each answered after its commit."""

import asyncio
import os
import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

import psycopg
import uvloop
from django.conf import settings

from benchmarks.harness import Sample
from gifts.batch import GIFT, Answer, Request
from ground import clock

type Waiting = tuple[Request, asyncio.Future[Answer]]


class Coalescer:
    """One queue and one draining connection: while one batch commits, the next gathers."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._waiting: deque[Waiting] = deque()
        self._drainer: asyncio.Task[None] | None = None
        self.batches = 0

    async def submit(self, request: Request) -> Answer:
        """This will answer once the request's batch is committed."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        if self._drainer is None or self._drainer.done():
            self._drainer = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            requests = [request for request, _ in batch]
            cursor = await self._connection.execute(
                GIFT.statement, GIFT.parameters(requests, clock.now()), binary=True
            )
            answers = [GIFT.answer(row) for row in await cursor.fetchall()]
            self.batches += 1
            for (_, future), answer in zip(batch, answers, strict=True):
                future.set_result(answer)

    def _next_batch(self) -> list[Waiting]:
        """What waits, up to the cap and up to the first key that is in it already."""
        batch: list[Waiting] = []
        keys = set()
        while self._waiting and len(batch) < GIFT.largest:
            key = GIFT.key(self._waiting[0][0])
            if key in keys:
                break
            keys.add(key)
            batch.append(self._waiting.popleft())
        return batch


class InProcess:
    """The coalescer on a loop and a connection of its own, kept between measurements."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._connection = self._runner.run(_connect())
        self.coalescer = Coalescer(self._connection)
        self.statuses: Counter[str] = Counter()

    def measure(self, requests: Iterator[Request], *, in_flight: int, seconds: float) -> Sample:
        """This will keep `in_flight` callers busy, each waiting for its answer before it asks again."""
        return self._runner.run(self._measure(requests, in_flight, seconds))

    def emulate_flush_ms(self, milliseconds: float) -> None:
        """This will make every commit of this connection wait that much longer for its disk (docs/performance.md)."""
        self._runner.run(_emulate(self._connection, milliseconds))

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()

    async def _measure(self, requests: Iterator[Request], in_flight: int, seconds: float) -> Sample:
        latencies: list[float] = []
        batches = self.coalescer.batches
        begun = time.perf_counter()
        deadline = begun + seconds
        callers = (self._caller(requests, deadline, latencies) for _ in range(in_flight))
        await asyncio.gather(*callers)
        took = time.perf_counter() - begun
        per_batch = len(latencies) / max(1, self.coalescer.batches - batches)
        return Sample(len(latencies), took, latencies, {"per_batch": per_batch})

    async def _caller(self, requests: Iterator[Request], deadline: float, latencies: list[float]) -> None:
        while (sent := time.perf_counter()) < deadline:
            answer = await self.coalescer.submit(next(requests))
            latencies.append((time.perf_counter() - sent) * 1000)
            self.statuses[answer.status] += 1


async def _connect() -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(
        os.environ["DATABASE_URL"],
        dbname=settings.DATABASES["default"]["NAME"],
        autocommit=True,
        prepare_threshold=0,
    )


async def _emulate(connection: psycopg.AsyncConnection[Any], milliseconds: float) -> None:
    # PostgreSQL sleeps commit_delay µs before each flush of the log when commit_siblings others are at work.
    await connection.execute(f"SET commit_delay = {int(milliseconds * 1000)}")
    await connection.execute("SET commit_siblings = 0")
