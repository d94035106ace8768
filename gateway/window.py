"""The newest events of one stream, as ready bytes that all of its listeners share."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

KEPT_EVENTS = 512
KEPT_FRAMES = 16  # listeners stand at few different numbers, most of them at the same


@dataclass(frozen=True, slots=True)
class Line:
    """One event of one stream, written as a listener gets it."""

    stream: str
    number: int
    text: bytes
    speaker: int | None = None  # whose doing it is: who is parted from them is not sent it


type Read = Callable[[Mapping[str, int]], Awaitable[list[Line]]]  # stream → number: what comes after it


class Window:
    """What a stream keeps. `last` is the number of the newest event that was read."""

    def __init__(self, last: int) -> None:
        self.last = last
        self._kept: deque[Line] = deque(maxlen=KEPT_EVENTS)
        self._frames: dict[int, bytes] = {}

    def append(self, line: Line) -> None:
        if line.number <= self.last:
            return  # two readings overlapped
        if line.number != self.last + 1:
            self._kept.clear()  # cannot be while the log numbers without gaps; then listeners read the log
        self._kept.append(line)
        self.last = line.number
        self._frames.clear()

    def after(self, number: int, hidden: frozenset[int] = frozenset()) -> bytes | None:
        """The kept events after `number` in one piece; None if some of them are not kept any more.

        What the `hidden` people did is left out. Whoever hides nobody gets the same piece after the same number.
        """
        missing = self.last - number
        if missing <= 0:
            return b""
        if missing > len(self._kept):
            return None
        newest = islice(self._kept, len(self._kept) - missing, None)
        if hidden:
            return shown(newest, hidden)
        frame = self._frames.get(number)
        if frame is None:
            if len(self._frames) == KEPT_FRAMES:
                self._frames.clear()
            frame = self._frames[number] = shown(newest, hidden)
        return frame


def shown(lines: Iterable[Line], hidden: frozenset[int]) -> bytes:
    """`lines` in one piece, without those whose speaker is hidden."""
    return b"".join([line.text for line in lines if line.speaker not in hidden])
