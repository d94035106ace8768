"""Two counters that the proof and its clients share: how many gifts may be asked, and how many were answered."""

import mmap
import struct
from pathlib import Path

_COUNTERS = struct.Struct("=qq")


class Board:
    """A page of memory in a file; one side writes each counter, both read them."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_COUNTERS.size))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _COUNTERS.size)

    @property
    def released(self) -> int:
        """How many gifts may be asked by now; written by the proof."""
        return int(_COUNTERS.unpack(self._page[:])[0])

    @property
    def answered(self) -> int:
        """How many are answered, and the answers on disk; written by the clients."""
        return int(_COUNTERS.unpack(self._page[:])[1])

    def release(self, gifts: int) -> None:
        struct.pack_into("=q", self._page, 0, gifts)

    def count_answered(self, gifts: int) -> None:
        struct.pack_into("=q", self._page, 8, gifts)
