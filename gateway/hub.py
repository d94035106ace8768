"""The hub: one per process, between the event log and everybody who listens.

The log is the truth. The hub follows the streams that somebody listens to, keeps the newest events of each as ready
bytes, and every listener copies from there at its own pace from its own number on; one that fell behind what is kept
reads the log itself. So nothing is queued per listener, a slow one costs nothing, and nothing is lost or doubled.

A nudge through Valkey says "read now"; without one the log is read every 250 ms all the same.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

TAIL_INTERVAL_S = 0.25
LEAST_INTERVAL_S = 0.05  # between two readings, however many nudges arrive
AFTER_FAILURE_S = 1.0
KEPT_EVENTS = 512  # per stream
MOST_LISTENERS = 10_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One event of one stream, written as a listener gets it."""

    stream: str
    number: int
    text: bytes


type Read = Callable[[Mapping[str, int]], Awaitable[list[Line]]]  # stream → number: what comes after it
type LastNumber = Callable[[str], Awaitable[int]]


@dataclass(eq=False)
class Listener:
    """Somebody who listens. `wake` is set when there may be something to send, or nobody to send it to."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    gone: bool = False

    def leave(self) -> None:
        self.gone = True
        self.wake.set()


class Stream:
    """A stream that is listened to, and its newest events."""

    def __init__(self, name: str, last: int) -> None:
        self.name = name
        self.last = last  # number of the newest event the hub has read
        self.listeners: set[Listener] = set()
        self._kept: deque[Line] = deque(maxlen=KEPT_EVENTS)

    def append(self, line: Line) -> None:
        if line.number <= self.last:
            return  # two readings overlapped
        if line.number != self.last + 1:
            self._kept.clear()  # cannot be while the log numbers without gaps; then listeners read the log
        self._kept.append(line)
        self.last = line.number

    def after(self, number: int) -> bytes | None:
        """The kept events after `number` in one piece; None if some of them are not kept any more."""
        missing = self.last - number
        if missing <= 0:
            return b""
        if missing > len(self._kept):
            return None
        return b"".join(line.text for line in islice(self._kept, len(self._kept) - missing, None))

    def wake_all(self) -> None:
        for listener in self.listeners:
            listener.wake.set()


class Hub:
    def __init__(self, read: Read, last_number: LastNumber) -> None:
        self.read = read
        self.is_closing = False
        self._last_number = last_number
        self._streams: dict[str, Stream] = {}
        self._opening: dict[str, asyncio.Task[Stream]] = {}
        self._nudged = asyncio.Event()

    @property
    def listeners(self) -> int:
        return sum(len(stream.listeners) for stream in self._streams.values())

    async def join(self, name: str, listener: Listener) -> Stream:
        """Let `listener` hear of a stream, which is followed from now on if it was not."""
        stream = self._streams.get(name)
        while stream is None:
            task = self._opening.get(name)
            if task is None:
                task = self._opening[name] = asyncio.create_task(self._open(name))
            await asyncio.shield(task)
            stream = self._streams.get(name)
        stream.listeners.add(listener)
        return stream

    def leave(self, stream: Stream, listener: Listener) -> None:
        stream.listeners.discard(listener)
        if not stream.listeners and self._streams.get(stream.name) is stream:
            del self._streams[stream.name]

    def nudge(self, name: str) -> None:
        """Read the log soon, if anybody listens to `name`."""
        if name in self._streams:
            self._nudged.set()

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
            stream.wake_all()

    async def _open(self, name: str) -> Stream:
        try:
            stream = Stream(name, await self._last_number(name))
            self._streams[name] = stream
            return stream
        finally:
            del self._opening[name]

    async def _read_once(self) -> bool:
        cursors = {name: stream.last for name, stream in self._streams.items()}
        if not cursors:
            return False
        lines = await self.read(cursors)
        grown = {line.stream: self._streams[line.stream] for line in lines if line.stream in self._streams}
        for line in lines:
            if line.stream in grown:
                grown[line.stream].append(line)
        for stream in grown.values():
            stream.wake_all()
        return bool(lines)

    async def _wait_for_nudge(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._nudged.wait(), TAIL_INTERVAL_S)
        self._nudged.clear()
