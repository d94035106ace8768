"""P3: what a gift, a balance and a page of history cost on a journal of 10,000,000 transfers against an empty one.

Both databases hold the same people, and a few gifts from fifty of them, so that a page of history is as long in one
as in the other.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql

from accounts.models import User
from benchmarks import checked, stage
from benchmarks.harness import Contender, Plan, Report, Sample, interleave, say
from benchmarks.in_process import InProcess
from benchmarks.stage import Stage
from gifts.batch import Request
from ground import clock
from ledger import books, selectors

TRANSFERS = 10_000_000
SAMPLE = 100_000  # transfers loaded the same way into a third database, which ledger_check then reads whole
READERS = 50
GIFTS_EACH = 30  # more than a page
CREATORS = 10
PAGE = 25
LOAD = (Path(__file__).parent / "journal_load.sql").read_text()
SMALL, LARGE, CHECKED = "bench_journal_size", "bench_journal_large", "bench_journal_checked"


def run(plan: Plan) -> Report:
    """This will fill a journal, measure on both in turn, and check the small one and a sample of the large one."""
    people = stage.build(fans=plan.sized(stage.FANS, READERS), creators=CREATORS)
    readers = people.fans[:READERS]
    _load(SMALL, people, fans=readers, gifts=READERS * GIFTS_EACH)
    with _copy(CHECKED):
        _load(CHECKED, people, fans=people.fans, gifts=plan.sized(SAMPLE // 2))
        with _django_on(CHECKED):
            notes = [f"a sample of the load: {checked.books()}"]
    with _copy(LARGE):
        transfers = 2 * plan.sized(TRANSFERS // 2)
        took = _load(LARGE, people, fans=people.fans, gifts=transfers // 2)
        notes.append(f"{transfers:,} transfers were loaded in {took:.0f} s")
        with _driver(SMALL, people) as small, _driver(LARGE, people) as large:
            results = interleave(_contenders(small, large, people, transfers), plan)
        notes.append(checked.books())
    grown = f"{transfers:,} transfers"
    ratios = {
        "empty journal, gifts per second": results[f"gifts, {grown}"].per_s / results["gifts, empty"].per_s
    }
    for what in ("balance", "a fan's history", "a creator's history"):
        large_ms, empty_ms = (results[f"{what}, {where}"].p50_ms for where in (grown, "empty"))
        assert large_ms is not None
        assert empty_ms is not None
        ratios[f"empty journal, time of {what}"] = large_ms / empty_ms
    return Report("journal_size", results, ratios, notes)


def _contenders(small: InProcess, large: InProcess, people: Stage, transfers: int) -> Iterator[Contender]:
    fans = _ledger_ids(people.fans[:READERS])
    creators = _ledger_ids(people.creators)
    reads: dict[str, tuple[Sequence[int], Callable[[int], object]]] = {
        "balance": (fans, lambda holder: books.balance(holder, "coins", books.COIN)),
        "a fan's history": (fans, lambda holder: _page(holder, "coins")),
        "a creator's history": (creators, lambda holder: _page(holder, "diamonds.pending")),
    }
    wishes = stage.wishes(people, rooms=1)
    for where, ours, name in (("empty", small, SMALL), (f"{transfers:,} transfers", large, LARGE)):
        ours.measure(wishes, in_flight=1_000, seconds=2)  # the pages that every gift writes are in memory now
        yield Contender(f"gifts, {where}", partial(_gifts_on, ours, wishes))
        for what, (holders, read) in reads.items():
            yield Contender(f"{what}, {where}", partial(_read_on, name, holders, read))


def _gifts_on(ours: InProcess, wishes: Iterator[Request], seconds: float) -> Sample:
    return ours.measure(wishes, in_flight=1_000, seconds=seconds)


def _page(holder: int, code: str) -> None:
    assert len(selectors.history(holder=holder, codes=[code], limit=PAGE)) == PAGE


def _read_on(name: str, holders: Sequence[int], read: Callable[[int], object], seconds: float) -> Sample:
    with _django_on(name):
        turns = cycle(holders)
        for _ in range(len(holders)):
            read(next(turns))
        latencies: list[float] = []
        begun = time.perf_counter()
        while (at := time.perf_counter()) < begun + seconds / 2:
            read(next(turns))
            latencies.append((time.perf_counter() - at) * 1000)
        return Sample(len(latencies), time.perf_counter() - begun, latencies)


def _load(name: str, people: Stage, *, fans: Sequence[int], gifts: int) -> float:
    """This will write `gifts` settled gifts into a database set by set, and return how many seconds that took."""
    statement = sql.SQL(LOAD).format(
        fans=sql.Literal(list(fans)),
        rooms=sql.Literal([str(room) for room in people.rooms]),
        fan_count=sql.Literal(len(fans)),
        creator_count=sql.Literal(len(people.rooms)),
        gifts=sql.Literal(gifts),
        gift=sql.Literal(people.gift),
        coins=sql.Literal(people.coins),
        units=sql.Literal(people.coins * 100),
        sent_at=sql.SQL("{}::timestamptz").format(sql.Literal(clock.now().isoformat())),
    )
    begun = time.perf_counter()
    with psycopg.connect(_superuser_url(), dbname=name, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("SET maintenance_work_mem = '512MB'")
        with _indexes_made_afterwards(superuser), superuser.transaction():
            superuser.execute(statement)
        superuser.execute("VACUUM (ANALYZE)")
        superuser.execute("CHECKPOINT")
    took = time.perf_counter() - begun
    say(f"  {name}: {gifts:,} gifts loaded in {took:.1f} s")
    return took


@contextmanager
def _indexes_made_afterwards(superuser: "psycopg.Connection[Any]") -> Iterator[None]:
    """This will take away the indexes that no constraint needs, and make them again: by sorting, not row by row."""
    made = superuser.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = ANY (array['ledger_operation', 'ledger_journal', 'gifts_sentgift']::regclass[])
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """
    ).fetchall()
    for name, _ in made:
        superuser.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in made:
        superuser.execute(definition)


@contextmanager
def _copy(name: str) -> Iterator[None]:
    """This will copy the small database for the while."""
    _let_go()
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(_superuser_url(), dbname="postgres", autocommit=True) as superuser:
        superuser.execute(drop)
        superuser.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(SMALL))
        )
        yield
        superuser.execute(drop)


@contextmanager
def _django_on(name: str) -> Iterator[None]:
    """This will let Django, and the connections made meanwhile, use another database."""
    before = connection.settings_dict["NAME"]
    _move_django(name)
    try:
        yield
    finally:
        _move_django(before)


def _move_django(name: str) -> None:
    _let_go()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _let_go() -> None:
    """This will close Django's connection and, where there is one, its pool."""
    connection.close()
    wrapper = connections["default"]
    if isinstance(wrapper, DatabaseWrapper):
        wrapper.close_pool()


@contextmanager
def _driver(name: str, people: Stage) -> Iterator[InProcess]:
    with _django_on(name):
        ours = InProcess(next(stage.wishes(people)))
    yield ours
    ours.close()


def _ledger_ids(people: Sequence[int]) -> list[int]:
    return list(User.objects.filter(pk__in=people).values_list("ledger_id", flat=True))


def _superuser_url() -> str:
    return os.environ["OVATION_SUPERUSER_URL"]
