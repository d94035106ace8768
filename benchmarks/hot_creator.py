"""P1: durable gifts per second to ONE creator, coalesced inside one process.

Ours writes, for each gift, its operation under a unique key, two transfers, the gift row and its events, checks
balance, freeze, price and terms, and credits the creator in the same transaction.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from benchmarks import checked, slow_disk, stage
from benchmarks.harness import Contender, Plan, Report, Result, Sample, best_of, interleave
from benchmarks.in_process import InProcess
from benchmarks.stage import Stage
from benchmarks.yardsticks import orm, raw
from gifts.batch import Request

OURS = "ours, 1,000 in flight"
MOST_IN_FLIGHT = 1_000
CREATORS = 1_000
RAW_B_CLIENTS = (8, 32)
SLOW_DISK_MS = 2.0
TROUBLE = 0.05


def run(plan: Plan) -> Report:
    """This will measure ours and its yardsticks in turn, and check the books at the end."""
    people = stage.build(
        fans=plan.sized(stage.FANS, 50), creators=plan.sized(CREATORS, 3), poor=plan.sized(500, 5)
    )
    folder, superuser_url = Path(os.environ["OVATION_DATA"]), os.environ["OVATION_SUPERUSER_URL"]
    fast_ms = slow_disk.commit_ms()
    ours = InProcess(next(stage.wishes(people)))
    with slow_disk.for_new_connections(SLOW_DISK_MS):
        ours_slow, slow_ms = InProcess(next(stage.wishes(people))), slow_disk.commit_ms()
    with (
        orm.running("hordak_safe", superuser_url, fans=len(people.fans)) as hordak,
        orm.running("orm_service", superuser_url, fans=len(people.fans)) as service,
        raw.database(superuser_url, folder, fans=len(people.fans)) as raw_tables,
    ):
        contenders = [
            *our_contenders(ours, people),
            Contender("ours, 2 ms a flush", _measure(ours_slow, stage.wishes(people), MOST_IN_FLIGHT)),
            *(_orm_contender(yardstick) for yardstick in (hordak, service)),
            *_raw_contenders(raw_tables),
        ]
        results = interleave(contenders, plan)
    ours.close()
    ours_slow.close()
    notes = [
        f"a small commit takes {fast_ms:.2f} ms, with 2 ms more a flush {slow_ms:.2f} ms",
        checked.books(),
    ]
    return Report("hot_creator", results, _ratios(results), notes)


def our_contenders(ours: InProcess, people: Stage) -> Iterator[Contender]:
    """Each way our path is asked; the 1,000 in flight to one creator are what the ratios speak of."""
    hot, spread = stage.wishes(people), stage.wishes(people, rooms=len(people.rooms))
    troubled = stage.troubled_wishes(people, TROUBLE)
    for in_flight in (MOST_IN_FLIGHT, 256, 32):
        yield Contender(f"ours, {in_flight:,} in flight", _measure(ours, hot, in_flight))
    yield Contender("ours, 5% poor, 5% repeated", _measure(ours, troubled, MOST_IN_FLIGHT))
    yield Contender("ours, 1,000 creators", _measure(ours, spread, MOST_IN_FLIGHT))


def _ratios(results: Mapping[str, Result]) -> dict[str, float]:
    def against(yardstick: str) -> float:
        return results[OURS].per_s / results[yardstick].per_s

    raw_b = best_of(results, [f"raw_b, {clients} clients" for clients in RAW_B_CLIENTS])
    return {
        "hordak_safe": against("hordak_safe"),
        "orm_service": against("orm_service"),
        "raw_a1": against("raw_a1, 32 clients"),
        "raw_b": against(raw_b),
        "1,000 creators": against("ours, 1,000 creators"),
        "clean (with 5% poor, 5% repeated)": 1 / against("ours, 5% poor, 5% repeated"),
        "fast disk (with 2 ms more a flush)": 1 / against("ours, 2 ms a flush"),
        "raw_b, both with 2 ms more a flush": results["ours, 2 ms a flush"].per_s
        / results["raw_b, 2 ms a flush"].per_s,
    }


def _measure(ours: InProcess, wishes: Iterator[Request], in_flight: int) -> Callable[[float], Sample]:
    return lambda seconds: ours.measure(wishes, in_flight=in_flight, seconds=seconds)


def _orm_contender(yardstick: orm.Orm) -> Contender:
    callers = yardstick.best_callers()
    return Contender(yardstick.name, lambda seconds: yardstick.measure(callers, seconds))


def _raw_contenders(tables: raw.Raw) -> Iterator[Contender]:
    yield Contender(
        "raw_a1, 32 clients", lambda seconds: tables.measure("raw_a1", clients=32, seconds=seconds)
    )
    for clients in RAW_B_CLIENTS:
        yield Contender(
            f"raw_b, {clients} clients",
            partial(lambda n, s: tables.measure("raw_b", clients=n, seconds=s), clients),
        )
    yield Contender(
        "raw_b, 2 ms a flush",
        lambda seconds: tables.measure("raw_b", clients=32, seconds=seconds, flush_ms=SLOW_DISK_MS),
    )
