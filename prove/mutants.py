"""Broken houses: the proof run against each of these must fail, or it proves nothing.

A mutant changes the throw-away database's own functions, or runs another application in place of config.asgi. Each
change insists that the text it replaces is there, so that no mutant can turn into the healthy program unnoticed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

type Sql = Callable[[str], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True)
class Mutant:
    """One way to break it.

    `changes`: (function, pattern in its source, what stands there instead). `statements` are run as they are. `asgi`:
    the application that runs in place of the site's. `victims`: who is killed, over and over; () anybody. `found_by`:
    the check that must not hold.
    """

    name: str
    why: str
    found_by: str
    changes: Sequence[tuple[str, str, str]] = ()
    statements: Sequence[str] = ()
    asgi: str = ""
    victims: Sequence[str] = ()

    def apply(self, sql: Sql) -> None:
        """This will break the database that `sql` speaks to as its superuser.

        Raises:
            ValueError: the text to be replaced is not there; the mutant has to follow the program.
        """
        for function, pattern, instead in self.changes:
            ((source,),) = sql(f"SELECT pg_get_functiondef('{function}'::regproc)")
            broken, count = re.subn(pattern, instead, source)
            if count == 0:
                raise ValueError(f"mutant {self.name}: {function} holds no {pattern!r} any more")
            sql(broken)
        for statement in self.statements:
            sql(statement)


LOCK = r"\s+FOR NO KEY UPDATE(?: OF account)?"
TAKEN = r"taken CONSTANT ledger_taken := ledger_take\(named, posted_at\);"
KNOWN = r"known CONSTANT ledger_known := ledger_lookup\(asked\);"

# Where a constraint would stop what the broken code lets through, the mutant takes the constraint away too: the proof
# has to find the fault itself, not the second line of defence behind it.
MUTANTS = (
    Mutant(
        name="no-lock",
        why="accounts are read and not locked: two gateways decide on one balance",
        changes=[(name, LOCK, "") for name in ("ledger_lock_named", "ledger_lock_ids", "ledger_lock")],
        found_by="every fan's wallet follows the single-threaded model",
    ),
    Mutant(
        name="no-key",
        why="nobody looks whether the key is known: a repeat posts again",
        changes=[("ledger_lookup", r"WHERE key = ANY \(keys\)", "WHERE false")],
        statements=["ALTER TABLE ledger_operation DROP CONSTRAINT ledger_operation_key_once"],
        found_by="a key has one gift at most, and each was asked for",
    ),
    Mutant(
        name="answer-first",
        why="the answer is given before the commit: who is killed in between has acknowledged what never was",
        asgi="prove.broken.answer_first:application",
        victims=("cluster", "gateway 0", "backend", "gateway 1"),
        found_by="every acknowledged gift exists as acknowledged",
    ),
    Mutant(
        name="key-before-lock",
        why="the key is looked up before the lock is had: of two requests with one key at once, both are new",
        changes=[("ledger_post", rf"{TAKEN}(\s+){KNOWN}", r"known ledger_known := ledger_lookup(asked);\1"
                  r"taken CONSTANT ledger_taken := ledger_take(named, posted_at);")],
        statements=["ALTER TABLE ledger_operation DROP CONSTRAINT ledger_operation_key_once"],
        found_by="a key has one gift at most, and each was asked for",
    ),
    Mutant(
        name="no-balance",
        why="nobody looks whether the coins are there: a wallet goes below zero",
        changes=[("ledger_decide", r"AND restricted\[debits\[i\]\] THEN", "AND false THEN")],
        statements=["ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_not_overdrawn"],
        found_by="no wallet is below zero",
    ),
    Mutant(
        name="not-durable",
        why="the commit does not wait for the disk: what was acknowledged last is gone with the server",
        asgi="prove.broken.not_durable:application",
        victims=("cluster",),
        found_by="every acknowledged gift exists as acknowledged",
    ),
    Mutant(
        name="events-not-locked",
        why="two gateways hand out the same numbers on one stream",
        changes=[("events_append", LOCK, "")],
        statements=["ALTER TABLE events_event DROP CONSTRAINT events_event_number_once"],
        found_by="streams are numbered without a gap",
    ),
    Mutant(
        name="cursor-ahead",
        why="a listener who comes back misses an event",
        asgi="prove.broken.cursor_ahead:application",
        victims=("gateway 0", "gateway 1"),
        found_by="every listener heard every event once and in order",
    ),
    Mutant(
        name="cursor-behind",
        why="a listener who comes back hears an event twice",
        asgi="prove.broken.cursor_behind:application",
        victims=("gateway 0", "gateway 1"),
        found_by="every listener heard every event once and in order",
    ),
)  # fmt: skip
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}
