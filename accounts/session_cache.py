"""What Valkey remembers of who is signed in, so that the gateway's hot routes need not ask the database.

Two kinds of entries, both short-lived: a session's says whose it is and under which stamp; a person's says which
stamp is good. A caller is signed in if both are there and the stamps agree. The stamp is made of what Django's own
session check rests on, so a changed password makes every older session's stamp a wrong one.

Whoever ends a session or changes a person overwrites the entry with ASK: "do not remember, ask the database", before
the commit and after it. Entries are only ever filled where nothing stands (SET NX), by a reading that took less time
than an ASK stays; so a reader who read the database before a revocation cannot put back what it ended.

While Valkey is away it cannot be told; so whoever noticed that it was away does not believe what was written before.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

import redis
from django.db import transaction

from ground import valkey

ENTRY_TTL_S = 60
LONGEST_READING_S = 5.0  # a reading of the database that took longer is used, and not remembered
ASK_TTL_S = 20  # longer than any reading with its writing back
ASK = b"ask"
# Of a person: every session rests on them.
SIGN_IN_FIELDS = frozenset({"password", "is_active", "deactivated_at", "recovery_since"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose a session is, by which stamp, until when, and whether they must secure the account before all else."""

    user_id: int
    stamp: str
    until: datetime
    must_recover: bool = False  # such a session is not remembered

    def entry(self, now: datetime) -> str:
        """What the session's entry holds; `read_entry` takes it apart."""
        return f"{self.user_id}:{self.stamp}:{int(now.timestamp())}"


def session_name(session_key: str) -> bytes:
    """The name of a session's entry: a hash, so that who can read Valkey cannot sign in with it."""
    return b"ovation:session:" + hashlib.sha256(session_key.encode()).digest()


def person_name(user_id: int) -> bytes:
    """The name of a person's entry, which holds the stamp that is good."""
    return b"ovation:person:%d" % user_id


def read_entry(entry: bytes | None, *, since: float) -> tuple[int, bytes] | None:
    """(user id, stamp) of a session's entry; None if there is none, or one to ask about, or one of before `since`."""
    if entry is None or entry == ASK:
        return None
    user_id, stamp, written_at = entry.split(b":")
    return (int(user_id), stamp) if int(written_at) >= since else None


def forget_session(session_key: str) -> None:
    """Have the database asked about this session, now and once the transaction is committed."""
    _ask_about(session_name(session_key))


def forget_person(user_id: int) -> None:
    """Have the database asked about every session of this person, now and once the transaction is committed."""
    _ask_about(person_name(user_id))


def _ask_about(name: bytes) -> None:
    _write_ask(name)
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(lambda: _write_ask(name), robust=True)


def _write_ask(name: bytes) -> None:
    try:
        valkey.client().set(name, ASK, ex=ASK_TTL_S)
    except redis.RedisError:
        logger.exception(
            "Valkey could not be told that a session ended; if it remembers it, then for at most %s s",
            ENTRY_TTL_S,
        )
