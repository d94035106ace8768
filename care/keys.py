"""The key that a client makes, so that a repeated request counts once."""

import hashlib
import json
from collections.abc import Sequence

from care.errors import KeyMissing

LONGEST = 80


def read_key(text: str) -> str:
    """The Idempotency-Key as it is stored.

    Raises:
        KeyMissing: it is missing, too long, or holds characters that do not print. Or an “@”: keys stay when their
            person is erased, and an address must not.
    """
    key = text.strip()
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable() or "@" in key:
        raise KeyMissing
    return key


def request_hash(*parts: str | Sequence[str]) -> bytes:
    """What was asked, so that a key with other content is noticed."""
    return hashlib.sha256(json.dumps(parts).encode()).digest()
