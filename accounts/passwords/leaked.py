"""Is a password in a list of leaked ones? Asked offline: no password, nor a part of its hash, leaves this machine."""

import hashlib
import os
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import BinaryIO

COMMON = Path(__file__).parent / "common.bin"
DIGEST_BYTES = 6  # of each entry of COMMON: one password in nine billion is taken for another
SHA1_HEX = 40


def is_common(password: str) -> bool:
    """Whether `password` is among the commonest that people choose, whatever its capitals."""
    digest = hashlib.sha1(password.lower().encode(), usedforsecurity=False).digest()[:DIGEST_BYTES]
    entries = _common()
    place = bisect_left(range(len(entries) // DIGEST_BYTES), digest, key=lambda n: _entry(entries, n))
    return _entry(entries, place) == digest


def is_leaked(password: str, path: str) -> bool:
    """Whether `password` stands in the file at `path`: Have I Been Pwned's SHA-1 list, ordered by hash.

    The file (tens of gigabytes) is bisected where it lies: some forty short reads, nothing is kept.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with Path(path).open("rb") as lines:
        return _first_from(lines, wanted).startswith(wanted)


@cache
def _common() -> bytes:
    return COMMON.read_bytes()


def _entry(entries: bytes, place: int) -> bytes:
    return entries[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]


def _first_from(lines: BinaryIO, wanted: bytes) -> bytes:
    """The first line that does not come before `wanted`, or nothing. Both are upper-case hexadecimal."""
    low, high = 0, lines.seek(0, os.SEEK_END)
    while low < high:  # places in the file; the line looked for begins at `low` or after it
        middle = (low + high) // 2
        line = _line_from(lines, middle)
        if line and line[:SHA1_HEX] < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_from(lines, low)


def _line_from(lines: BinaryIO, place: int) -> bytes:
    """The first line that begins at `place` or after it."""
    lines.seek(max(0, place - 1))
    if place:
        lines.readline()
    return lines.readline()
