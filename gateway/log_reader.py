"""The hub's way to the event log: Django's connections, beside the loop."""

import json
from collections.abc import Mapping
from typing import Any

from events import log
from gateway.threads import in_thread
from gateway.window import Line
from live import feed

LINES_A_READING = 500  # per stream


async def read(cursors: Mapping[str, int]) -> list[Line]:
    """The next events of each stream after its number, with today's names, as server-sent events."""
    return await in_thread(
        lambda: [_line(event) for event in feed.readable(log.tail(cursors, LINES_A_READING))]
    )


async def last_number(stream: str) -> int:
    """The number of the stream's newest event."""
    return await in_thread(lambda: log.last_numbers([stream])[stream])


def _line(event: dict[str, Any]) -> Line:
    stream, speaker = event.pop("stream"), feed.speaker(event)
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    written = f"id: {event['number']}\nevent: {event['type']}\ndata: {text}\n\n".encode()
    return Line(stream, event["number"], written, speaker)
