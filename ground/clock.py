"""The business clock: the time that money rules go by.

In demo and test mode it runs ahead of the wall clock by an offset that the simulated payment provider owns and
writes to a small file; in production there is no such file and both clocks are one. Codes, sessions, signatures
and leases use `wall()`, everything a person's money depends on uses `now()`.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path


@dataclass
class _Offset:
    """The offset as last read, with the file's stamp it was read at."""

    stamp: tuple[int, int] = (0, 0)  # (modified at in ns, inode): a replaced file differs in one of them
    seconds: int = 0


_last_read = _Offset()


def now() -> datetime:
    """The business time, aware, UTC."""
    return wall() + timedelta(seconds=offset_s())


def today() -> date:
    """The business date, UTC."""
    return now().date()


def wall() -> datetime:
    """The real time, aware, UTC."""
    return datetime.now(UTC)


def offset_s() -> int:
    """How many seconds the business clock is ahead of the wall clock. 0 in production."""
    path = os.environ.get("OVATION_CLOCK_FILE")
    if not path:
        return 0
    try:
        facts = os.stat(path)
    except FileNotFoundError:
        return 0
    stamp = (facts.st_mtime_ns, facts.st_ino)
    if stamp != _last_read.stamp:
        _last_read.seconds = int(json.loads(Path(path).read_text())["offset_s"])
        _last_read.stamp = stamp
    return _last_read.seconds
