"""Hand-written SQL driven by PostgreSQL's own load generator, pgbench: no program of anybody's in between.

raw_a1  one statement: debit the fan and insert the gift; the creator's balance is not kept at all
raw_b   one transaction: debit, insert, credit the creator's row, commit; every gift waits for the one before it

Neither has keys, events, a catalogue or books: they are the floor of what a gift can cost one at a time.
"""

import math
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks.harness import Sample
from stack.binaries import postgres_folder

DATABASE = "bench_raw"
SCRIPT_FOLDER = Path(__file__).parent
THREADS = 2
SHORTEST_S = 2  # its clock runs while it connects
LOGGED_SHARE = 0.2  # of the transactions have their time written down; more would cost

TABLES = """
    CREATE TABLE account (
        id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0)
    ) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0);
    CREATE TABLE gift (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        fan bigint NOT NULL, creator bigint NOT NULL, coins bigint NOT NULL, at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO account SELECT n, 1000000000 FROM generate_series(1, {fans}) AS n;
    INSERT INTO account VALUES (0, 0);
    ANALYZE;
"""


class Raw:
    """The raw tables and the ways to load them."""

    def __init__(self, url: str, folder: Path, fans: int) -> None:
        self._url, self._folder, self._fans = url, folder, fans

    def measure(self, script: str, *, clients: int, seconds: float, flush_ms: float = 0) -> Sample:
        """This will run `script`.sql with `clients` connections for at least SHORTEST_S."""
        for old in self._folder.glob("pgbench_log.*"):
            old.unlink()
        options = f"-c commit_delay={int(flush_ms * 1000)} -c commit_siblings=0" if flush_ms else ""
        password = str(conninfo_to_dict(self._url)["password"])
        command = [
            *(str(postgres_folder() / "pgbench"), "--no-vacuum", "--protocol=prepared"),
            *(
                f"--client={clients}",
                f"--jobs={min(THREADS, clients)}",
                f"--time={max(SHORTEST_S, math.ceil(seconds))}",
            ),
            *(f"--file={SCRIPT_FOLDER / script}.sql", f"--define=fans={self._fans}"),
            *("--log", f"--log-prefix={self._folder / 'pgbench_log'}", f"--sampling-rate={LOGGED_SHARE}"),
            make_conninfo(self._url, password=None, options=options or None),
        ]
        begun = time.perf_counter()
        done = subprocess.run(
            command, env={"PGPASSWORD": password}, capture_output=True, text=True, check=True
        )
        counted, per_s = _reading(done.stdout)
        assert counted, f"pgbench did nothing in {time.perf_counter() - begun:.1f} s: {done.stderr}"
        return Sample(counted, counted / per_s, self._latencies_ms())

    def _latencies_ms(self) -> list[float]:
        """The third field of each logged transaction, in µs."""
        return [
            int(line.split()[2]) / 1000
            for log in self._folder.glob("pgbench_log.*")
            for line in log.read_text().splitlines()
        ]


@contextmanager
def database(superuser_url: str, folder: Path, *, fans: int) -> Iterator[Raw]:
    """This will make the raw tables in a database of their own, dropped at the end."""
    with own_database(superuser_url, DATABASE) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL(TABLES).format(fans=sql.Literal(fans)))
        yield Raw(url, folder, fans)


@contextmanager
def own_database(superuser_url: str, name: str) -> Iterator[str]:
    """This will give the address of an empty database beside ours."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(superuser_url, dbname="postgres", autocommit=True) as superuser:
        superuser.execute(drop)
        superuser.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield make_conninfo(superuser_url, dbname=name)
        finally:
            superuser.execute(drop)


def _reading(output: str) -> tuple[int, float]:
    """How many transactions pgbench counted, and its rate without the time to connect."""
    counted, per_s = 0, 0.0
    for line in output.splitlines():
        if line.startswith("number of transactions actually processed:"):
            counted = int(line.split(":")[1].split("/")[0])
        if line.startswith("tps ="):
            per_s = float(line.split()[2])
    return counted, per_s
