"""One listener's connection: server-sent events at most a few times a second, each time all that is new."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.db import DatabaseError

from gateway.hub import Hub, Listener, Stream

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)

FRAME_INTERVAL_S = 0.3  # between two writes to one listener: what happens meanwhile goes out together
PING_S = 20.0
RETRY_MS = 2_000  # how long a browser waits before it comes back

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep the events to itself
    (b"x-content-type-options", b"nosniff"),
]


async def serve(
    hub: Hub, stream: Stream, listener: Listener, cursor: int | None, receive: Receive, send: Send
) -> None:
    """Send what happens on `stream`, which `listener` has joined, after `cursor` (None: from now on).

    Ends when the listener leaves, the hub closes, or the log cannot be read; the client then comes back by itself.
    """
    watch = asyncio.create_task(_watch(receive, listener))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _write(send, f"retry: {RETRY_MS}\n\n".encode())
        await _copy(hub, stream, stream.last if cursor is None else cursor, listener, send)
        if not listener.gone:
            await send({"type": "http.response.body", "body": b": come back soon\n\n"})
    except DatabaseError:
        logger.warning("a listener was let go: the event log could not be read", exc_info=True)
        await send({"type": "http.response.body", "body": b""})
    finally:
        hub.leave(stream, listener)
        watch.cancel()


async def _copy(hub: Hub, stream: Stream, cursor: int, listener: Listener, send: Send) -> None:
    while not (listener.gone or hub.is_closing):
        listener.wake.clear()
        kept, last = stream.after(cursor), stream.last
        if kept is None:
            lines = await hub.read({stream.name: cursor})
            kept, last = b"".join(line.text for line in lines), lines[-1].number if lines else last
        if kept:
            await _write(send, kept)
            cursor = last
            await asyncio.sleep(FRAME_INTERVAL_S)
        elif not await _woken(listener):
            await _write(send, b": ping\n\n")


async def _woken(listener: Listener) -> bool:
    try:
        await asyncio.wait_for(listener.wake.wait(), PING_S)
    except TimeoutError:
        return False
    return True


async def _watch(receive: Receive, listener: Listener) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            listener.leave()
            return


async def _write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})
