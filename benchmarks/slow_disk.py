"""A disk as slow as a cloud volume's, emulated by the server itself.

PostgreSQL sleeps `commit_delay` µs before each flush of its log when at least `commit_siblings` other transactions
are under way; with 0 of them it always does. So whoever connects meanwhile waits that much longer at each commit.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

COMMITS = 50


@contextmanager
def for_new_connections(milliseconds: float) -> Iterator[None]:
    """This will slow down every connection that the runtime role opens to our database meanwhile."""
    parts = conninfo_to_dict(os.environ["DATABASE_URL"])
    role, database = (sql.Identifier(str(parts[name])) for name in ("user", "dbname"))
    change = sql.SQL("ALTER ROLE {} IN DATABASE {} ").format(role, database)
    with psycopg.connect(os.environ["OVATION_SUPERUSER_URL"], autocommit=True) as superuser:
        superuser.execute(
            change + sql.SQL("SET commit_delay = {}").format(sql.Literal(int(milliseconds * 1000)))
        )
        superuser.execute(change + sql.SQL("SET commit_siblings = 0"))
        try:
            yield
        finally:
            superuser.execute(change + sql.SQL("RESET ALL"))


def commit_ms() -> float:
    """The median time of a small commit on a connection opened now, as proof that the delay is there."""
    times = []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for _ in range(COMMITS):
            begun = time.perf_counter()
            connection.execute("SELECT pg_current_xact_id(), pg_logical_emit_message(true, 'bench', '')")
            times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)
