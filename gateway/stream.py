"""A stream that is listened to: what it keeps, who listens, and the one clock that all of them share.

Twice a second at most everybody is sent what is new, a few dozen at a time, so that what is written leaves this
process before the next are written to. Most stand at the same number and are sent the same bytes. Whoever still has
something to take is passed over; whoever fell behind what is kept is sent the log.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from itertools import batched

from django.db import DatabaseError

from gateway.listener import Listener
from gateway.window import Read, Window, shown

FRAME_INTERVAL_S = 0.55  # between two writes to one listener: less than two a second
LEAST_REST_S = 0.05  # when to write to everybody took longer than that
AT_ONCE = 50
PING_S = 20.0

logger = logging.getLogger(__name__)


class Stream:
    def __init__(self, name: str, last: int, read: Read) -> None:
        self.name = name
        self.window = Window(last)
        self.listeners: set[Listener] = set()
        self._read = read
        self._is_closed = False
        self._something_to_send = asyncio.Event()
        self._clock = asyncio.create_task(self._keep_sending())

    def join(self, listener: Listener) -> None:
        """Greet `listener`, send it what it lacks, and from now on what happens."""
        if listener.cursor is None:
            listener.cursor = self.window.last
        self.listeners.add(listener)
        listener.start(listener.greet(), self.wake)
        self._send_news(listener)

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        listener.stop()

    def wake(self) -> None:
        """Somebody may lack something."""
        self._something_to_send.set()

    def close(self) -> None:
        """Let everybody go."""
        self._is_closed = True
        self._clock.cancel()
        for listener in self.listeners:
            self._send_news(listener)

    async def _keep_sending(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            has_news = await self._wait_for_news()
            begun = loop.time()
            await self._to_everybody(self._send_news if has_news else self._ping)
            await asyncio.sleep(max(LEAST_REST_S, begun + FRAME_INTERVAL_S - loop.time()))

    async def _wait_for_news(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._something_to_send.wait(), PING_S)
        has_news = self._something_to_send.is_set()
        self._something_to_send.clear()
        return has_news

    async def _to_everybody(self, send: Callable[[Listener], None]) -> None:
        for some in batched(tuple(self.listeners), AT_ONCE):
            for listener in some:
                if listener in self.listeners:
                    send(listener)
            await asyncio.sleep(0)  # the loop writes to the sockets only now

    def _send_news(self, listener: Listener) -> None:
        assert listener.cursor is not None, "it has joined"
        if not listener.takes_more:
            return
        if self._is_closed or listener.is_turned_away:
            words = b"" if listener.is_turned_away else b": come back soon\n\n"
            listener.start(listener.end(words), self.wake)
            return
        frame, last = self.window.after(listener.cursor, listener.hidden), self.window.last
        if frame is None:
            listener.start(self._send_log(listener, listener.cursor), self.wake)
            return
        # Who comes back may be ahead of what this process has read so far.
        listener.cursor = max(listener.cursor, last)
        if frame:
            listener.start(listener.write(frame), self.wake)

    def _ping(self, listener: Listener) -> None:
        if listener.takes_more:
            listener.start(listener.write(b": ping\n\n"), self.wake)

    async def _send_log(self, listener: Listener, cursor: int) -> None:
        """Send what is not kept any more, a reading at a time. It ends if the log cannot be read."""
        try:
            while not listener.is_turned_away and self.window.after(cursor) is None:
                last = self.window.last
                lines = await self._read({self.name: cursor})
                cursor = listener.cursor = lines[-1].number if lines else last
                await listener.write(shown(lines, listener.hidden))
        except DatabaseError:
            logger.warning("a listener was let go: the event log could not be read", exc_info=True)
            await listener.end()
