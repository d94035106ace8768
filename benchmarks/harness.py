"""What every benchmark does with its measurements: rounds, medians, percentiles, ratios, a table, a JSON file."""

import json
import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROUNDS = 3
DEFAULT_SECONDS = 2.0


@dataclass(frozen=True)
class Plan:
    """How long to measure: `rounds` times `seconds` for each contender, which take turns.

    `scale` shrinks what is set up (fans, listeners, rows); 1 is the real size.
    """

    seconds: float = DEFAULT_SECONDS
    rounds: int = ROUNDS
    scale: float = 1.0

    def sized(self, number: int, least: int = 1) -> int:
        """`number` in this plan's size."""
        return max(least, int(number * self.scale))


@dataclass(frozen=True)
class Sample:
    """One measurement: how many were done in how many seconds, and how long (some of) them took."""

    done: int
    seconds: float
    latencies_ms: Sequence[float] = ()
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def per_s(self) -> float:
        return self.done / self.seconds


@dataclass(frozen=True)
class Contender:
    """Something that is measured: `measure(seconds)` keeps it busy for about that long."""

    label: str
    measure: Callable[[float], Sample]


@dataclass(frozen=True)
class Result:
    """The medians over the rounds; `runs` holds each round's rate. A percentile nobody took is null."""

    per_s: float
    p50_ms: float | None
    p99_ms: float | None
    runs: list[float]
    extra: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        figures = {"per_s": self.per_s, "p50_ms": self.p50_ms, "p99_ms": self.p99_ms, **self.extra}
        return {name: rounded(value) for name, value in figures.items()} | {
            "runs": [rounded(rate) for rate in self.runs]
        }


@dataclass
class Report:
    """What one benchmark found. `ratios` are ours ÷ the yardstick named."""

    name: str
    results: dict[str, Result]
    ratios: dict[str, float]
    notes: list[str] = field(default_factory=list)

    def as_json(self, machine: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "name": self.name,
            "machine": dict(machine),
            "results": {label: result.as_json() for label, result in self.results.items()},
            "ratios": {yardstick: rounded(ratio) for yardstick, ratio in self.ratios.items()},
            "notes": self.notes,
        }

    def write(self, path: Path, machine: Mapping[str, Any]) -> None:
        """This will write the JSON file; `path` may be a folder."""
        target = path / f"{self.name}.json" if path.is_dir() or not path.suffix else path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(self.as_json(machine), indent=2, ensure_ascii=False) + "\n")


def interleave(contenders: Iterable[Contender], plan: Plan) -> dict[str, Result]:
    """This will measure all contenders in turn, round after round, so that a slow minute of the machine hits all."""
    everybody = list(contenders)
    samples: dict[str, list[Sample]] = {contender.label: [] for contender in everybody}
    for number in range(plan.rounds):
        for contender in everybody:
            sample = contender.measure(plan.seconds)
            samples[contender.label].append(sample)
            say(f"  round {number + 1}/{plan.rounds}  {contender.label:<34} {cell(sample.per_s):>10}/s")
    return {label: summary(taken) for label, taken in samples.items()}


def summary(samples: Sequence[Sample]) -> Result:
    """The median of each figure over the rounds."""
    taken = [sorted(sample.latencies_ms) for sample in samples if sample.latencies_ms]
    names = list(dict.fromkeys(name for sample in samples for name in sample.extra))
    return Result(
        per_s=statistics.median(sample.per_s for sample in samples),
        p50_ms=statistics.median(percentile(each, 50) for each in taken) if taken else None,
        p99_ms=statistics.median(percentile(each, 99) for each in taken) if taken else None,
        runs=[sample.per_s for sample in samples],
        extra={name: statistics.median(s.extra[name] for s in samples if name in s.extra) for name in names},
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the sorted values do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def best_of(results: Mapping[str, Result], labels: Iterable[str]) -> str:
    """The label with the highest rate among those given."""
    return max(labels, key=lambda label: results[label].per_s)


def rounded(value: float | None) -> float | None:
    """Four significant digits: more would claim more than a measurement knows."""
    if value is None or value == 0 or not math.isfinite(value):
        return value
    return round(value, 3 - math.floor(math.log10(abs(value))))


def table(report: Report) -> str:
    """The report for a terminal."""
    lines = [f"{'':<40}{'per second':>12}{'p50 ms':>12}{'p99 ms':>12}"]
    for label, result in report.results.items():
        figures = (result.per_s, result.p50_ms, result.p99_ms)
        lines.append(f"{label:<40}" + "".join(f"{cell(figure):>12}" for figure in figures))
        lines += [f"{'':<6}{name}: {cell(value)}" for name, value in result.extra.items()]
    lines += ["", *(f"ours ÷ {yardstick:<40} {cell(ratio):>8}" for yardstick, ratio in report.ratios.items())]
    return "\n".join([*lines, *report.notes])


def cell(value: float | None) -> str:
    """A figure for people: thousands apart, as many decimals as it deserves."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.3g}"


def stop(_signal: int, _frame: FrameType | None) -> None:
    """For SIGTERM: end like Ctrl-C, so that servers are stopped and folders removed on the way out."""
    raise KeyboardInterrupt


def say(line: str = "") -> None:
    """This will print at once, whoever reads the output."""
    print(line, flush=True)
