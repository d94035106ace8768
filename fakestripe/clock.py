"""The virtual clock: wall time plus an offset that this program owns and writes to a file for others."""

import json
import os
import time
from pathlib import Path

DAY_S = 86_400


class Clock:
    """Seconds since the epoch, moved forward by `offset_s`."""

    def __init__(self, path: Path, offset_s: int) -> None:
        self.path = path
        self.offset_s = offset_s
        self._write()

    def now(self) -> int:
        return int(time.time()) + self.offset_s

    def set_offset(self, offset_s: int) -> None:
        self.offset_s = offset_s
        self._write()

    def _write(self) -> None:
        """Replace the file in one step, so that no reader ever sees half of it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        fresh.write_text(json.dumps({"offset_s": self.offset_s}))
        fresh.replace(self.path)
