"""What the house set itself to reach, and where the measured value of each target stands in the results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

type Results = Mapping[str, Any]  # the JSON files by benchmark


@dataclass(frozen=True)
class Target:
    """One line of the page. `where` leads to the value: benchmark, "ratios" or "results", label, and figure."""

    number: str
    words: str
    where: tuple[str, ...]
    must: float
    aim: float | None = None
    kind: Literal["at least", "at most"] = "at least"
    unit: str = "×"

    def value(self, results: Results) -> float | None:
        """The measured value; None while the benchmark was not run."""
        found: Any = results
        for step in self.where:
            if step not in found:
                return None
            found = found[step]
        return float(found)

    def is_met(self, value: float, limit: float) -> bool:
        return value >= limit if self.kind == "at least" else value <= limit


HOT, HTTP, SIZE, ROOM, START = "hot_creator", "gift_http", "journal_size", "room_fanout", "start_up"
HOOK = "webhook"
LISTENERS = (ROOM, "results", "ours, 5,000 listeners")

TARGETS = (
    Target("P1", "gifts to one creator ÷ safe hordak", (HOT, "ratios", "hordak_safe"), 60, 150),
    Target("P1", "÷ raw B (debit, insert, creator's row)", (HOT, "ratios", "raw_b"), 6, 15),
    Target("P1", "÷ raw A1 (debit, insert)", (HOT, "ratios", "raw_a1"), 1.4, 3.5),
    Target("P1", "one creator ÷ 1,000 creators", (HOT, "ratios", "1,000 creators"), 1.0),
    Target(
        "P1", "5% poor and 5% repeated ÷ clean", (HOT, "ratios", "clean (with 5% poor, 5% repeated)"), 0.8
    ),
    Target("P1", "2 ms more a flush ÷ as it is", (HOT, "ratios", "fast disk (with 2 ms more a flush)"), 0.8),
    Target("P2", "gifts over HTTP ÷ a Django WSGI view", (HTTP, "ratios", "wsgi_view"), 3),
    Target("P2", "÷ a constant answer", (HTTP, "ratios", "bare_asgi"), 0.0, 0.2),
    Target(
        "P2",
        "p99 at 256 in flight",
        (HTTP, "results", "ours, 256 in flight", "p99_ms"),
        50,
        40,
        "at most",
        "ms",
    ),
    Target(
        "P3", "gifts per second ÷ empty journal", (SIZE, "ratios", "empty journal, gifts per second"), 0.9
    ),
    Target(
        "P3", "time of a balance", (SIZE, "ratios", "empty journal, time of balance"), 1.2, kind="at most"
    ),
    Target(
        "P3",
        "time of a fan's history",
        (SIZE, "ratios", "empty journal, time of a fan's history"),
        1.2,
        kind="at most",
    ),
    Target(
        "P3",
        "time of a creator's history",
        (SIZE, "ratios", "empty journal, time of a creator's history"),
        1.2,
        kind="at most",
    ),
    Target("P4", "p99 from commit to listener", (*LISTENERS, "p99_ms"), 1_500, None, "at most", "ms"),
    Target(
        "P4",
        "memory of one listener",
        (*LISTENERS, "bytes_per_listener"),
        15 * 1024,
        None,
        "at most",
        "bytes",
    ),
    Target("P4", "frames a second to each", (*LISTENERS, "frames_per_s_each"), 2, None, "at most", ""),
    Target("P4", "lost over a reconnect storm", (*LISTENERS, "storm_lost"), 0, None, "at most", ""),
    Target("P4", "doubled over a reconnect storm", (*LISTENERS, "storm_doubled"), 0, None, "at most", ""),
    Target(
        "P5",
        "time of a recharge webhook ÷ dj-stripe alone",
        (HOOK, "ratios", "time of dj-stripe"),
        1.5,
        kind="at most",
    ),
    Target("P8", "`dev.py up`, warm", (START, "results", "warm", "p50_ms"), 8_000, None, "at most", "ms"),
    Target("P8", "`dev.py up`, cold", (START, "results", "cold", "p50_ms"), 40_000, None, "at most", "ms"),
)
