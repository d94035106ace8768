"""What a proof found: a table for people, JSON for programs."""

import json
import os
import platform
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from prove import files
from prove.files import Said

# How a victim is called in words.
VICTIMS = {
    "gateway": "gateway (web process)",
    "postgres": "PostgreSQL (postmaster)",
    "cluster": "PostgreSQL (all its processes)",
    "backend": "PostgreSQL (the backend that settles)",
    "valkey": "Valkey",
}


@dataclass(frozen=True)
class Outcome:
    """A proof's result as it is saved."""

    ok: bool
    content: dict[str, Any]

    @classmethod
    def of(cls, folder: Path, options: dict[str, Any], duration_s: float) -> "Outcome":
        """This will read what a run left in its folder."""
        checks = files.read(folder / "checks.json")
        run = files.read(folder / "run.json")
        said = list(files.acknowledgements(folder / "acks.jsonl"))
        ok = not any(check["wrong"] for check in checks)
        content = {
            "name": "gifts",
            "ok": ok,
            "options": options,
            "machine": machine(),
            "duration_s": round(duration_s, 1),
            "load_s": round(run["load_s"], 1),
            "kills": _kills(run["kills"], said),
            "requests": _requests(said, run),
            "latency_ms": _latency(said, run["kills"]),
            "listeners": _listeners(files.read(folder / "heard.json")),
            "checks": checks,
        }
        return cls(ok, content)


def machine() -> dict[str, Any]:
    """Facts that the figures depend on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def show(outcome: Outcome) -> None:
    """This will print the verdict and every check."""
    for check in outcome.content["checks"]:
        print(f"  {'WRONG' if check['wrong'] else 'held '}  {check['looked_at']:>8}  {check['name']}")
        for finding in check["findings"][:5]:
            print(f"           {finding}")
    content = outcome.content
    print(f"  {content['requests']} in {content['load_s']} s; latency {content['latency_ms']}")
    print("proved" if outcome.ok else "NOT PROVED", flush=True)


def save(outcome: Outcome, path: Path) -> None:
    """This will write `path` as Markdown and the same beside it as JSON."""
    save_as(outcome, path, _markdown(outcome))


def save_as(outcome: Outcome, path: Path, lines: Sequence[str]) -> None:
    """This will write `lines` as `path`.md, and the outcome beside it as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").write_text(json.dumps(outcome.content, indent=2, ensure_ascii=False) + "\n")
    path.with_suffix(".md").write_text("\n".join(lines) + "\n")


def _kills(kills: Sequence[dict[str, Any]], said: Sequence[Said]) -> dict[str, Any]:
    """By victim: how many, how long until it served again, and until a gift asked for after the kill was answered."""
    posted = sorted((one.asked_at, one.answered_at) for one in said if one.status == 201)
    asked = [at for at, _ in posted]
    found: dict[str, Any] = {}
    for name in VICTIMS:
        mine = [kill for kill in kills if kill["victim"].split()[0] == name]
        again = [kill["up_at"] - kill["at"] for kill in mine if kill["up_at"]]
        first = [_first_answer(kill["at"], posted[bisect_right(asked, kill["at"]) :]) for kill in mine]
        found[name] = {
            "kills": len(mine),
            "serves_again_s": spread(again),
            "next_gift_answered_s": spread([gap for gap in first if gap is not None]),
        }
    return found


def _first_answer(at: float, later: Sequence[tuple[float, float]]) -> float | None:
    soonest = min((answered for _, answered in later[:5_000]), default=None)
    return None if soonest is None else soonest - at


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median and most of some figures; nothing of none."""
    return {"median": round(median(values), 2), "most": round(max(values), 2)} if values else {}


def _requests(said: Sequence[Said], run: dict[str, Any]) -> dict[str, Any]:
    """What was asked, and what came of the answers that were lost."""
    at_clock = {(one.fan, one.key): one for one in said if one.lost and one.status == 201}
    return {
        "wishes": dict(sorted(Counter(one.kind for one in said).items())),
        "answers": dict(sorted(Counter(one.code or str(one.status) for one in said if one.status).items())),
        "abandoned": sum(1 for one in said if one.status == 0),
        "answers_lost": sum(one.lost for one in said),
        "unknown_resolved": sum(1 for one in said if one.lost),
        "unknown_that_got_their_gift": len(at_clock),
        "busy_503_or_429": sum(one.busy for one in said),
        "server_errors_5xx": dict(
            sorted(Counter(str(status) for one in said for _, status in one.errors).items())
        ),
        "answered_per_s": round(sum(1 for one in said if one.status) / run["load_s"], 1),
    }


def _latency(said: Sequence[Said], kills: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of gifts answered at the first asking: all of them, and those that met no fault."""
    first = [one for one in said if one.status == 201 and not (one.lost or one.busy or one.errors)]
    faults = [(kill["at"], kill["up_at"] or kill["at"]) for kill in kills]
    calm = [one for one in first if not any(b <= one.answered_at and one.asked_at <= e for b, e in faults)]
    return {"all": _percentiles(first), "calm": _percentiles(calm)}


def _listeners(heard: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {
        "listeners": len(heard),
        "events_heard": sum(len(listener["heard"]) for listener in heard),
        "reconnections": sum(listener["reconnections"] for listener in heard),
    }


def _percentiles(said: Sequence[Said]) -> dict[str, float]:
    took = sorted((one.answered_at - one.asked_at) * 1000 for one in said)
    if not took:
        return {"count": 0}
    return {
        "count": len(took),
        "p50": round(took[len(took) // 2], 1),
        "p99": round(took[len(took) * 99 // 100], 1),
    }


def _markdown(outcome: Outcome) -> list[str]:
    return [
        *_summary(outcome),
        "",
        *checks_table(outcome.content["checks"]),
        "",
        *_faults(outcome),
        "",
        *_figures(outcome),
    ]


def _summary(outcome: Outcome) -> list[str]:
    content, options = outcome.content, outcome.content["options"]
    facts = content["machine"]
    return [
        "# Proof: gifts",
        "",
        f"**{'Everything held.' if outcome.ok else 'It did not hold.'}** {options['gifts']:,} wishes, "
        f"{options['kills']} kills −9, {options['in_flight']} requests in flight at {options['gateways']} gateways, "
        f"{options['fans']} fans, seed {options['seed']}; "
        f"{content['load_s']} s of load, {content['duration_s']} s in all. "
        f"Machine: {facts['cores']} cores, {facts['memory_gib']} GiB, {facts['system']}, Python {facts['python']}.",
        "",
        f"`python3 dev.py prove gifts --ops {options['gifts']} --kills {options['kills']} --seed {options['seed']}`",
        "",
        "PostgreSQL ran with full durability; the clients wrote each answer to disk (fsync) before it counted and",
        "asked again under the same key whenever one was lost. What is checked and how: docs/operations.md, Proofs.",
    ]


def checks_table(checks: Sequence[dict[str, Any]]) -> list[str]:
    """The checks and their findings, as Markdown."""
    return [
        "| held | looked at | check |",
        "|---|---|---|",
        *(
            f"| {'**no**' if check['wrong'] else 'yes'} | {check['looked_at']:,} | {check['name']} |"
            for check in checks
        ),
        *(f"\n- {finding}" for check in checks for finding in check["findings"]),
    ]


def _faults(outcome: Outcome) -> list[str]:
    return [
        "| killed | times | serves again after (median, most) | next gift asked was answered after |",
        "|---|---|---|---|",
        *(
            f"| {VICTIMS[name]} | {kill['kills']} | {_seconds(kill['serves_again_s'])} | "
            f"{_seconds(kill['next_gift_answered_s'])} |"
            for name, kill in outcome.content["kills"].items()
        ),
    ]


def _figures(outcome: Outcome) -> list[str]:
    requests, latency = outcome.content["requests"], outcome.content["latency_ms"]
    listeners = outcome.content["listeners"]
    return [
        "| requests | |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {_cell(value)} |" for name, value in requests.items()),
        *(
            f"| latency, {name}: p50 / p99 | {took.get('p50')} / {took.get('p99')} ms |"
            for name, took in latency.items()
        ),
        *(f"| {name.replace('_', ' ')} | {count:,} |" for name, count in listeners.items()),
    ]


def _seconds(spread: dict[str, float]) -> str:
    return f"{spread['median']} s, {spread['most']} s" if spread else "–"


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count:,}" for name, count in value.items()) or "none"
    return f"{value:,}"
