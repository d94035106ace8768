"""The hub's way to the event log: Django's connections, in two threads of its own."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from events import log
from gateway.hub import Line
from live import feed

LINES_A_READING = 500  # per stream

_threads = ThreadPoolExecutor(2, thread_name_prefix="gateway")


async def in_thread[R](work: Callable[[], R]) -> R:
    """Run `work`, which may use the database, beside the loop. Its connection goes back to the pool afterwards."""

    def run() -> R:
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


async def read(cursors: Mapping[str, int]) -> list[Line]:
    """The next events of each stream after its number, with today's names, as server-sent events."""
    return await in_thread(
        lambda: [_line(event) for event in feed.readable(log.tail(cursors, LINES_A_READING))]
    )


async def last_number(stream: str) -> int:
    """The number of the stream's newest event."""
    return await in_thread(lambda: log.last_numbers([stream])[stream])


def _line(event: dict[str, Any]) -> Line:
    stream = event.pop("stream")
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return Line(
        stream, event["number"], f"id: {event['number']}\nevent: {event['type']}\ndata: {text}\n\n".encode()
    )
