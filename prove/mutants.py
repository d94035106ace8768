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
    the application that runs in place of the site's.
    """

    name: str
    why: str
    changes: Sequence[tuple[str, str, str]] = ()
    statements: Sequence[str] = ()
    asgi: str = ""

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

MUTANTS = (
    Mutant(
        name="no-lock",
        why="accounts are read and not locked: two gateways decide on one balance",
        changes=[
            (function, LOCK, "") for function in ("ledger_lock_named", "ledger_lock_ids", "ledger_lock")
        ],
    ),
    Mutant(
        name="no-key",
        why="nobody looks whether the key is known, and the constraint behind it is gone: a repeat posts again",
        changes=[("ledger_lookup", r"WHERE key = ANY \(asked\.keys\)", "WHERE false")],
        statements=["ALTER TABLE ledger_operation DROP CONSTRAINT ledger_operation_key_once"],
    ),
    Mutant(
        name="answer-first",
        why="the answer is given before the commit: who is killed in between has acknowledged what never was",
        asgi="prove.answer_first:application",
    ),
)
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}
