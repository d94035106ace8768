"""docs/performance.md and its charts, made from the results in docs/performance/: `python3 dev.py bench page`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.charts import Bar, bars
from benchmarks.harness import cell, say
from benchmarks.targets import TARGETS, Results, Target
from stack.environment import ROOT

FOLDER = ROOT / "docs" / "performance"
PAGE = ROOT / "docs" / "performance.md"
PROSE = (Path(__file__).parent / "page.md").read_text()
TITLES = {
    "hot_creator": "Durable gifts per second to one creator",
    "gift_http": "Gifts per second over HTTP, signed in",
    "journal_size": "Gifts per second by the size of the journal",
    "webhook": "Recharge webhooks per second, one after the other",
    "start_up": "Seconds until `ready`",
}
BUSY = 1.0  # load average before the first benchmark
OURS = ("ours", "gifts, ", "warm", "cold")  # how the labels of our own bars begin


def write() -> None:
    """This will write the page and the charts from the files that are there."""
    for name, text in files(load()).items():
        (PAGE.parent / name).write_text(text)
        say(f"wrote {(PAGE.parent / name).relative_to(ROOT)}")


def load() -> dict[str, Any]:
    """The results by benchmark."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def files(results: Results) -> dict[str, str]:
    """Every file of the page by its path under docs/."""
    made = {f"performance/{name}.svg": _chart(name, results[name]) for name in TITLES if name in results}
    page = PROSE
    for word, text in _words(results):
        page = page.replace("{" + word + "}", text)
    return {"performance.md": page, **made}


def _words(results: Results) -> Iterator[tuple[str, str]]:
    yield "targets", _targets(results)
    yield "machine", _machine(next(iter(results.values()))["machine"])
    yield "warning", _warning(max(result["machine"].get("load_before", 0) for result in results.values()))
    for name, result in results.items():
        yield f"{name}:table", _table(result["results"])
        yield f"{name}:notes", "\n".join(f"- {note}" for note in result["notes"]) or "–"


def _targets(results: Results) -> str:
    lines = ["| | target | must | aim | measured | |", "|---|---|---:|---:|---:|---|"]
    lines += [_target(target, value) for target in TARGETS if (value := target.value(results)) is not None]
    return "\n".join(lines)


def _target(target: Target, value: float) -> str:
    sign = "≥" if target.kind == "at least" else "≤"

    def limit(number: float | None) -> str:
        return f"{sign} {_figure(number, target.unit)}" if number or (number == 0 and sign == "≤") else "–"

    if not target.is_met(value, target.must):
        verdict = "**missed**"
    elif target.aim is not None and target.is_met(value, target.aim):
        verdict = "aim reached"
    else:
        verdict = "met"
    cells = (
        target.number,
        target.words,
        limit(target.must),
        limit(target.aim),
        _figure(value, target.unit),
        verdict,
    )
    return f"| {' | '.join(cells)} |"


def _figure(value: float | None, unit: str) -> str:
    return f"{cell(value)} {unit}".strip()


def _table(results: Mapping[str, Any]) -> str:
    lines = ["| | per second | p50 ms | p99 ms | rounds |", "|---|---:|---:|---:|---|"]
    for label, result in results.items():
        figures = " | ".join(cell(result[figure]) for figure in ("per_s", "p50_ms", "p99_ms"))
        rounds = " · ".join(cell(run) for run in result["runs"])
        lines.append(f"| {label} | {figures} | {rounds} |")
    return "\n".join(lines)


def _machine(machine: Mapping[str, Any]) -> str:
    rows = [f"| {name.replace('_', ' ')} | {value} |" for name, value in machine.items()]
    return "\n".join(["| | |", "|---|---|", *rows])


def _warning(load: float) -> str:
    if load <= BUSY:
        return "Nothing else ran on this machine."
    return f"**Other work ran on this machine (load {load:g}): these numbers are no more than a first look.**"


def _chart(name: str, result: Mapping[str, Any]) -> str:
    return bars(TITLES[name], list(_bars(name, result["results"])))


def _bars(name: str, results: Mapping[str, Any]) -> Iterator[Bar]:
    for label, result in results.items():
        if name == "start_up":
            seconds = result["p50_ms"] / 1000
            yield Bar(label, seconds, f"{cell(seconds)} s", is_ours=True)
        elif name != "journal_size" or label.startswith("gifts"):
            note = f"p99 {cell(result['p99_ms'])} ms" if result["p99_ms"] is not None else ""
            yield Bar(label, result["per_s"], f"{cell(result['per_s'])}/s", note, _is_ours(label, OURS))


def _is_ours(label: str, beginnings: Sequence[str]) -> bool:
    return label.startswith(tuple(beginnings))
