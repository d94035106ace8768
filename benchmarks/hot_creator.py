"""P1: durable gifts per second to ONE creator, coalesced inside one process.

Ours writes, for each gift, its operation under a unique key, two transfers, the gift row and its events, checks
balance, freeze, price and terms, and credits the creator in the same transaction.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import checked, stage
from benchmarks.harness import Contender, Plan, Report, Sample, best_of, interleave
from benchmarks.in_process import InProcess
from benchmarks.stage import Stage
from benchmarks.yardsticks import orm, raw
from gifts.batch import Request

OURS = "ours, 1,000 in flight"
CREATORS = 1_000
SLOW_DISK_MS = 2.0
TROUBLE = 0.05


def run(plan: Plan) -> Report:
    """This will measure ours and its yardsticks in turn, and check the books at the end."""
    people = stage.build(
        fans=plan.sized(stage.FANS, 50), creators=plan.sized(CREATORS, 3), poor=plan.sized(500, 5)
    )
    ours = InProcess()
    folder, superuser_url = Path(os.environ["OVATION_DATA"]), os.environ["OVATION_SUPERUSER_URL"]
    with (
        orm.running("hordak_safe", superuser_url, fans=len(people.fans)) as hordak,
        orm.running("orm_service", superuser_url, fans=len(people.fans)) as service,
        raw.database(superuser_url, folder, fans=len(people.fans)) as raw_tables,
    ):
        contenders = [
            *our_contenders(ours, people),
            *(_orm_contender(yardstick) for yardstick in (hordak, service)),
            *_raw_contenders(raw_tables),
        ]
        results = interleave(contenders, plan)
    ours.close()
    raw_b = best_of(results, [label for label in results if label.startswith("raw_b")])
    ratios = {
        **{name: results[OURS].per_s / results[name].per_s for name in ("hordak_safe", "orm_service")},
        "raw_a1": results[OURS].per_s / results["raw_a1, 32 clients"].per_s,
        "raw_b": results[OURS].per_s / results[raw_b].per_s,
        "clean (with 5% poor, 5% repeated)": results["ours, 5% poor, 5% repeated"].per_s
        / results[OURS].per_s,
        "1,000 creators": results[OURS].per_s / results["ours, 1,000 creators"].per_s,
        "fast disk (with 2 ms more a flush)": results["ours, 2 ms a flush"].per_s / results[OURS].per_s,
    }
    return Report("hot_creator", results, ratios, [checked.books()])


def our_contenders(ours: InProcess, people: Stage) -> Iterator[Contender]:
    """Each way our path is asked; the 1,000 in flight to one creator are what the ratios speak of."""
    hot, spread = stage.wishes(people), stage.wishes(people, rooms=len(people.rooms))
    troubled = stage.troubled_wishes(people, TROUBLE)
    for in_flight in (1_000, 256, 32):
        yield Contender(f"ours, {in_flight:,} in flight", _measure(ours, hot, in_flight))
    yield Contender("ours, 5% poor, 5% repeated", _measure(ours, troubled, 1_000))
    yield Contender("ours, 1,000 creators", _measure(ours, spread, 1_000))
    yield Contender("ours, 2 ms a flush", partial(_on_slow_disk, ours, _measure(ours, hot, 1_000)))


def _measure(ours: InProcess, wishes: Iterator[Request], in_flight: int) -> Callable[[float], Sample]:
    return lambda seconds: ours.measure(wishes, in_flight=in_flight, seconds=seconds)


def _on_slow_disk(ours: InProcess, measure: Callable[[float], Sample], seconds: float) -> Sample:
    ours.emulate_flush_ms(SLOW_DISK_MS)
    try:
        return measure(seconds)
    finally:
        ours.emulate_flush_ms(0)


def _orm_contender(yardstick: orm.Orm) -> Contender:
    callers = yardstick.best_callers()
    return Contender(yardstick.name, lambda seconds: yardstick.measure(callers, seconds))


def _raw_contenders(tables: raw.Raw) -> Iterator[Contender]:
    yield Contender(
        "raw_a1, 32 clients", lambda seconds: tables.measure("raw_a1", clients=32, seconds=seconds)
    )
    for clients in (8, 32):
        yield Contender(
            f"raw_b, {clients} clients",
            partial(lambda n, s: tables.measure("raw_b", clients=n, seconds=s), clients),
        )
    yield Contender(
        "raw_b, 2 ms a flush",
        lambda seconds: tables.measure("raw_b", clients=32, seconds=seconds, flush_ms=SLOW_DISK_MS),
    )
