"""Idempotency keys as Stripe documents them.

A key belongs to an account. Once an operation has begun, its answer is kept with the key, errors and 500s
included, in the transaction of its effects; asking again answers the same with `Idempotent-Replayed: true`.
Another request under the same key is refused, and so is one while the first is still running. Requests
refused before the operation began (wrong parameters, 401, 429) keep nothing. Keys are forgotten after 24
hours of virtual time.
"""

import hashlib
import json
from dataclasses import dataclass, field

from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError
from fakestripe.store import Store

LONGEST = 255


@dataclass
class Keys:
    store: Store
    running: set[tuple[str, str]] = field(default_factory=set)

    def replay(self, account: str, key: str, request: str, now: int) -> tuple[int, bytes] | None:
        """Answer what was answered before, or None for a key that is new.

        Raises:
            ApiError: the key stands for another request, or its request is still running.
        """
        if not 1 <= len(key) <= LONGEST:
            raise ApiError(
                f"Idempotency keys may be at most {LONGEST} characters.", type_="idempotency_error"
            )
        if (account, key) in self.running:
            raise ApiError(
                f"There is currently another in-progress request using this Idempotent Key ({key}).",
                status=409,
                type_="idempotency_error",
                code="idempotency_key_in_use",
            )
        rows = self.store.select(
            "SELECT request, status, body FROM idempotency WHERE account = ? AND key = ? AND created > ?",
            (account, key, now - DAY_S),
        )
        if not rows:
            return None
        if rows[0]["request"] != request:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were first"
                " used with."
                f" Try using a key other than '{key}' if you meant to execute a different request.",
                type_="idempotency_error",
            )
        return rows[0]["status"], rows[0]["body"].encode()

    def keep(self, account: str, key: str, request: str, *, status: int, body: bytes, now: int) -> None:
        """Keep an answer; call it inside the transaction of the effects."""
        self.store.db.execute("DELETE FROM idempotency WHERE created <= ?", (now - DAY_S,))
        self.store.db.execute(
            "INSERT OR REPLACE INTO idempotency (account, key, request, status, body, created) VALUES"
            " (?, ?, ?, ?, ?, ?)",
            (account, key, request, status, body.decode(), now),
        )


def request_hash(method: str, path: str, form: object) -> str:
    """Answer a digest of what was asked: the same parameters in any order give the same."""
    return hashlib.sha256(f"{method} {path} {json.dumps(form, sort_keys=True)}".encode()).hexdigest()
