"""Load over HTTP, in a process of its own so that it shares no interpreter with what it measures.

`python -m benchmarks.http_load FILE` reads the JSON file FILE (host, path, body, tokens), says {"ready": true}
and then answers each line {"port", "in_flight", "seconds", "unique"} with how it went; end of input ends it.

One connection per request in flight, kept alive, the next request sent as soon as the answer is whole. Every answer
must be a 201, and with "unique" carry an id that no answer had before: anything else is counted and shown.
"""

import asyncio
import json
import random
import sys
import time
from itertools import cycle
from os import urandom
from pathlib import Path
from typing import Any, cast

import uvloop

CREATED = b"HTTP/1.1 201"
LATE_S = 30.0  # how long after the end an answer may still come


class Requests:
    """The requests' bytes, each with a key of its own, the people taking turns."""

    def __init__(self, content: dict[str, Any]) -> None:
        body = content["body"].encode()
        self._head = f"POST {content['path']} HTTP/1.1\r\nHost: {content['host']}\r\n".encode()
        self._tail = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        tokens = content["tokens"]
        random.Random(7).shuffle(tokens)
        self._people = cycle([f"X-Session-Token: {token}\r\n".encode() for token in tokens])

    def next(self) -> bytes:
        key = b"Idempotency-Key: %b\r\n" % urandom(16).hex().encode()
        return b"".join((self._head, next(self._people), key, self._tail))


class Run:
    """One measurement."""

    def __init__(self, requests: Requests, seconds: float, ids: set[bytes] | None) -> None:
        self.requests = requests
        self.ids = ids
        self.begun = time.perf_counter()
        self.deadline = self.begun + seconds
        self.latencies_ms: list[float] = []
        self.wrong: list[str] = []
        self.sent = 0

    def answered(self, sent_at: float, head: bytes, body: bytes) -> None:
        self.latencies_ms.append((time.perf_counter() - sent_at) * 1000)
        if not head.startswith(CREATED):
            self.wrong.append((head[:40] + b" " + body[:200]).decode("utf-8", "replace"))
        elif self.ids is not None:
            number = id_of(body)
            if number in self.ids:
                self.wrong.append(f"id {number.decode()} a second time")
            self.ids.add(number)

    def as_json(self) -> dict[str, Any]:
        return {
            "seconds": time.perf_counter() - self.begun,
            "latencies_ms": [round(latency, 3) for latency in self.latencies_ms],
            "wrong": len(self.wrong) + self.sent - len(self.latencies_ms),
            "examples": self.wrong[:3],
        }


class Caller(asyncio.Protocol):
    """One connection: one request in flight."""

    def __init__(self, run: Run, over: asyncio.Future[None]) -> None:
        self._run = run
        self._over = over
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received = self._received + data if self._received else data
        answer = whole_answer(self._received)
        if answer is None:
            return
        self._received = b""
        self._run.answered(self._sent_at, *answer)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._over.done():
            self._over.set_result(None)

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        if self._sent_at >= self._run.deadline:
            self._transport.close()
            return
        self._run.sent += 1
        self._transport.write(self._run.requests.next())


def whole_answer(received: bytes) -> tuple[bytes, bytes] | None:
    """Head and body once all of `received` has come; None while some is missing."""
    head, found, body = received.partition(b"\r\n\r\n")
    if not found:
        return None
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        return (head, body) if body.endswith(b"0\r\n\r\n") else None
    at = head.lower().find(b"\r\ncontent-length:")
    length = int(head[at + 17 :].partition(b"\r\n")[0]) if at >= 0 else 0
    return (head, body) if len(body) >= length else None


def id_of(body: bytes) -> bytes:
    """The number behind `"id":`, as it stands there."""
    return body.partition(b'"id":')[2].partition(b",")[0].strip(b" }")


async def measure(requests: Requests, order: dict[str, Any], ids: set[bytes]) -> Run:
    """This will keep `in_flight` connections busy for `seconds`."""
    loop = asyncio.get_running_loop()
    run = Run(requests, order["seconds"], ids if order["unique"] else None)
    ends = [loop.create_future() for _ in range(order["in_flight"])]
    for end in ends:
        await loop.create_connection(lambda end=end: Caller(run, end), "127.0.0.1", order["port"])  # type: ignore[misc]
    await asyncio.wait(ends, timeout=order["seconds"] + LATE_S)
    return run


def main(file: Path) -> None:
    """This will serve measurements until its input ends."""
    requests, ids = Requests(json.loads(file.read_text())), set[bytes]()
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    for line in sys.stdin:
        run = uvloop.run(measure(requests, json.loads(line), ids))
        sys.stdout.write(json.dumps(run.as_json()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
