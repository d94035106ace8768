"""The hub: one per process, between the event log and everybody who listens.

The log is the truth. The hub follows the streams that somebody listens to, keeps the newest events of each as ready
bytes (window.py), and each stream sends its listeners what comes after the number they stand at (stream.py); one that
fell behind what is kept is sent the log itself. So nothing is queued per listener, a slow one costs nothing, and
nothing is lost or doubled.

A nudge through Valkey says "read now"; without one the log is read every 250 ms all the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from gateway.listener import Listener
from gateway.stream import Stream
from gateway.window import Read

TAIL_INTERVAL_S = 0.25
LEAST_INTERVAL_S = 0.05  # between two readings, however many nudges arrive
AFTER_FAILURE_S = 1.0
READ_AT_OPENING = 100  # events: those who come back after a restart find what they missed
LINGER_S = 10.0  # a stream is still followed when its last listener left: all may have dropped, and come back
MOST_LISTENERS = 10_000

type LastNumber = Callable[[str], Awaitable[int]]

logger = logging.getLogger(__name__)


class Hub:
    def __init__(self, read: Read, last_number: LastNumber) -> None:
        self.is_closing = False
        self.listeners = 0
        self._read = read
        self._last_number = last_number
        self._streams: dict[str, Stream] = {}
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._nudged = asyncio.Event()

    async def join(self, name: str, listener: Listener) -> Stream:
        """Let `listener` hear of a stream, which is followed from now on if it was not."""
        while name not in self._streams:
            if name not in self._opening:
                self._opening[name] = asyncio.create_task(self._open(name))
            await asyncio.shield(self._opening[name])
        stream = self._streams[name]
        self.listeners += 1
        stream.join(listener)
        return stream

    def leave(self, stream: Stream, listener: Listener) -> None:
        stream.leave(listener)
        self.listeners -= 1
        if not stream.listeners:
            asyncio.get_running_loop().call_later(LINGER_S, self._drop_unless_listened_to, stream)

    def nudge(self, name: str) -> None:
        """Read the log soon, if anybody listens to `name`."""
        if name in self._streams:
            self._nudged.set()

    def wake(self, name: str) -> None:
        """Look at the listeners of `name` soon: one of them may have to go."""
        if name in self._streams:
            self._streams[name].wake()

    def audiences(self) -> dict[str, int]:
        """How many listen to each stream of this process now."""
        return {name: len(stream.listeners) for name, stream in self._streams.items() if stream.listeners}

    async def follow(self) -> None:
        """Read the log for ever."""
        while not self.is_closing:
            try:
                has_more = await self._read_once()
            except Exception:
                logger.warning("the event log could not be read; trying again", exc_info=True)
                await asyncio.sleep(AFTER_FAILURE_S)
                continue
            await asyncio.sleep(LEAST_INTERVAL_S)
            if not has_more:
                await self._wait_for_nudge()

    def close(self) -> None:
        """End every stream: their clients come back to another process, or to this one when it is up again."""
        self.is_closing = True
        self._nudged.set()
        for stream in self._streams.values():
            stream.close()

    async def _open(self, name: str) -> None:
        try:
            begin = max(0, await self._last_number(name) - READ_AT_OPENING)
            lines = await self._read({name: begin})
            stream = self._streams[name] = Stream(name, begin, self._read)
            for line in lines:
                stream.window.append(line)
            if self.is_closing:
                stream.close()
        finally:
            del self._opening[name]

    def _drop_unless_listened_to(self, stream: Stream) -> None:
        if not stream.listeners and self._streams.get(stream.name) is stream:
            del self._streams[stream.name]
            stream.close()

    async def _read_once(self) -> bool:
        cursors = {name: stream.window.last for name, stream in self._streams.items()}
        if not cursors:
            return False
        lines = await self._read(cursors)
        for line in lines:
            if line.stream in self._streams:
                self._streams[line.stream].window.append(line)
        for name in {line.stream for line in lines} & self._streams.keys():
            self._streams[name].wake()
        return bool(lines)

    async def _wait_for_nudge(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._nudged.wait(), TAIL_INTERVAL_S)
        self._nudged.clear()
