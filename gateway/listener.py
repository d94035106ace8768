"""One open connection that events are sent to: the number of the last event it was sent, and the way to it.

Its request's own task does nothing but wait for the client to go. What is sent is written by whoever has it, at once;
only when the connection does not take more is there a task that waits for it, and one frame.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from gateway.asgi import Send

logger = logging.getLogger(__name__)

RETRY_MS = 2_000  # how long a browser waits before it comes back

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep the events to itself
    (b"x-content-type-options", b"nosniff"),
]


class Listener:
    """Somebody who listens. `cursor` is the last event that was sent; None until it has joined: from now on.

    `hidden` are the people whose doings are not sent to it; `is_turned_away` says that it may hear no more.
    """

    __slots__ = ("__weakref__", "_is_over", "_send", "_work", "cursor", "hidden", "is_turned_away")

    def __init__(self, send: Send, cursor: int | None) -> None:
        self.cursor = cursor
        self.hidden: frozenset[int] = frozenset()
        self.is_turned_away = False
        self._send = send
        self._work: asyncio.Task[None] | None = None
        self._is_over = False

    @property
    def takes_more(self) -> bool:
        """Whether it may be sent something: nothing is under way to it, and the last words were not said."""
        return self._work is None and not self._is_over

    def start(self, work: Coroutine[Any, Any, None], done: Callable[[], None]) -> None:
        """Run `work`, which sends to this listener, as far as it goes now. If it has to wait, then `done` ends it."""
        task = asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)
        if task.done():
            self._look_at(task)
            return
        self._work = task

        def ended(task: asyncio.Task[None]) -> None:
            self._work = None
            self._look_at(task)
            done()

        task.add_done_callback(ended)

    def stop(self) -> None:
        """Give up what is still being sent."""
        if self._work is not None:
            self._work.cancel()

    async def greet(self) -> None:
        with suppress(OSError):
            await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await self.write(b"retry: %d\n\n" % RETRY_MS)

    async def write(self, text: bytes) -> None:
        with suppress(OSError):  # the client is gone, which its request hears of too
            await self._send({"type": "http.response.body", "body": text, "more_body": True})

    async def end(self, text: bytes = b"") -> None:
        """Send the last words. The client comes back by itself, with its number."""
        self._is_over = True
        with suppress(OSError):
            await self._send({"type": "http.response.body", "body": text})

    def _look_at(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._is_over = True  # one broken connection must not stop what is sent to the others
            logger.error("a listener could not be sent to", exc_info=error)
