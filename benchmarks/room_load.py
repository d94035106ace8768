"""Thousands of listeners of one room, in a process of their own.

`python -m benchmarks.room_load PORT PATH` says {"ready": true} and takes orders, one line each:

    {"do": "listen", "count": 5000}     connects that many, and nobody else; answers when all have heard something
    {"do": "forget"}                    starts a measurement anew
    {"do": "storm", "path": "…"}        drops everybody at once, who all come back at once with Last-Event-ID
    {"do": "report", "commits": {…}}    by event number, the time its transaction was committed: waits until everybody
                                        has the last of them, and answers how late they were, what was lost or doubled

Times are the machine's monotonic clock, which all processes share.
"""

import asyncio
import json
import re
import resource
import sys
import time
from typing import Any, cast

import uvloop

NUMBER = re.compile(rb"\nid: (\d+)\n")
FIRST_WORDS = b"retry:"
CONNECT_AT_ONCE = 250
CATCH_UP_S = 30.0
POINTS = 2_000  # of the distribution of delays that is told


class Tally:
    """What the listeners of one measurement heard: (when, first number, last number) of every frame."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, int, int]] = []
        self.doubled = 0
        self.skipped = 0


class Listener(asyncio.Protocol):
    """One person in the room, over as many connections as it takes."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self.last: int | None = None
        self.is_heard = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class
        self._rest = b""
        cursor = "" if self.last is None else f"Last-Event-ID: {self.last}\r\n"
        self._transport.write(self._room.request.replace(b"\r\n\r\n", f"\r\n{cursor}\r\n".encode()))

    def data_received(self, data: bytes) -> None:
        if not self.is_heard.is_set():
            self._rest += data
            if FIRST_WORDS not in self._rest:
                return
            assert self._rest.startswith(b"HTTP/1.1 200"), self._rest[:500]
            data, self._rest = b"", self._rest
            self.is_heard.set()
        text, end, self._rest = (self._rest + data).rpartition(b"\n\n")
        if not end:
            return
        self._hear([int(number) for number in NUMBER.findall(b"\n" + text + end)])

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None

    def drop(self) -> None:
        self.is_heard.clear()
        if self._transport is not None:
            self._transport.abort()

    def _hear(self, numbers: list[int]) -> None:
        if not numbers:
            return
        tally, expected = self._room.tally, numbers[0] if self.last is None else self.last + 1
        for number in numbers:
            if number < expected:
                tally.doubled += 1
            else:
                tally.skipped += number - expected
                expected = number + 1
        tally.frames.append((time.monotonic(), numbers[0], numbers[-1]))
        self.last = expected - 1


class Room:
    """Everybody who listens."""

    def __init__(self, port: int, path: str) -> None:
        self.port = port
        self.request = b""
        self.ask_for(path)
        self.tally = Tally()
        self.listeners: list[Listener] = []

    def ask_for(self, path: str) -> None:
        """The address, ticket included, that connections from now on ask for."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/event-stream\r\n\r\n"
        self.request = head.encode()

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        match order["do"]:
            case "listen":
                self._drop_all()
                self.listeners = [Listener(self) for _ in range(order["count"])]
                return await self._connect_all(CONNECT_AT_ONCE)
            case "storm":
                self.ask_for(order["path"])
                self._drop_all()
                return await self._connect_all(len(self.listeners))
            case "forget":
                self.tally = Tally()
                return {}
            case _:
                commits = {int(number): at for number, at in order["commits"].items()}
                return await self._report(commits)

    def _drop_all(self) -> None:
        for listener in self.listeners:
            listener.drop()

    async def _connect_all(self, at_once: int) -> dict[str, Any]:
        begun, room = time.monotonic(), asyncio.Semaphore(at_once)

        async def connect(listener: Listener) -> None:
            async with room:
                loop = asyncio.get_running_loop()
                await loop.create_connection(lambda: listener, "127.0.0.1", self.port)
                await listener.is_heard.wait()

        await asyncio.gather(*(connect(listener) for listener in self.listeners))
        return {"seconds": time.monotonic() - begun}

    async def _report(self, commits: dict[int, float]) -> dict[str, Any]:
        newest, patience = max(commits), time.monotonic() + CATCH_UP_S
        while (
            any((listener.last or 0) < newest for listener in self.listeners) and time.monotonic() < patience
        ):
            await asyncio.sleep(0.05)
        missing = sum(max(0, newest - (listener.last or 0)) for listener in self.listeners)
        tally = self.tally
        delays = sorted(
            (at - commits[number]) * 1000
            for at, first, last in tally.frames
            for number in range(first, last + 1)
            if number in commits
        )
        return {
            "delivered": len(delays),
            "delays_ms": delays if len(delays) <= POINTS else quantiles(delays, POINTS),
            "lost": tally.skipped + missing,
            "doubled": tally.doubled,
            "frames": len(tally.frames),
        }


def quantiles(ordered: list[float], points: int) -> list[float]:
    """`points` values, evenly spread over the sorted ones, the largest among them."""
    return [ordered[(number + 1) * len(ordered) // points - 1] for number in range(points)]


async def main(port: int, path: str) -> None:
    """This will obey until the input ends."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    loop, room = asyncio.get_running_loop(), Room(port, path)
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        answer = await room.obey(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
