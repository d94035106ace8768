"""What the proof of money in found: a table for people, JSON for programs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prove import files
from prove.money_in.told import Told, told_in
from prove.report import Outcome, checks_table, machine, save_as, spread


def read(folder: Path, options: dict[str, Any], duration_s: float) -> Outcome:
    """This will read what a run left in its folder."""
    checks, run = files.read(folder / "checks.json"), files.read(folder / "run.json")
    told = list(told_in(folder / "told.jsonl"))
    content = {
        "name": "money_in",
        "ok": not any(check["wrong"] for check in checks),
        "options": options,
        "machine": machine(),
        "duration_s": round(duration_s, 1),
        "flows_s": round(run["flows_s"], 1),
        "heal_s": round(run["heal_s"], 1),
        "kills": _kills(run["kills"]),
        "mischief": dict(sorted((run["mischief"] | run["outside"]).items())),
        "ways": dict(sorted(Counter(one.way for one in told).items())),
        "answers": _answers(told),
        "checks": checks,
    }
    return Outcome(content["ok"], content)


def show(outcome: Outcome) -> None:
    """This will print the verdict and every check."""
    for check in outcome.content["checks"]:
        print(f"  {'WRONG' if check['wrong'] else 'held '}  {check['looked_at']:>8}  {check['name']}")
        for finding in check["findings"][:5]:
            print(f"           {finding}")
    print(f"  {outcome.content['answers']}")
    print("proved" if outcome.ok else "NOT PROVED", flush=True)


def save(outcome: Outcome, path: Path) -> None:
    """This will write `path` as Markdown and the same beside it as JSON."""
    save_as(outcome, path, _markdown(outcome.content))


def _kills(kills: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = sorted({kill["victim"] for kill in kills})
    return {name: sum(kill["victim"] == name for kill in kills) for name in names}


def _answers(told: Sequence[Told]) -> dict[str, Any]:
    return {
        "expected coins": sum(one.expects == "coins" for one in told),
        "answers lost": sum(one.lost for one in told),
        "busy 503 or 429": sum(one.busy for one in told),
        "server errors": sum(one.errors for one in told),
        "seconds of a flow": spread([one.seconds for one in told]),
    }


def _markdown(content: dict[str, Any]) -> list[str]:
    options, facts = content["options"], content["machine"]
    return [
        "# Proof: money in",
        "",
        f"**{'Everything held.' if content['ok'] else 'It did not hold.'}** {options['flows']:,} orders in random "
        f"chains (paid in every way, refunded, disputed), {options['lanes']} at once, {options['kills']} kills −9, "
        f"seed {options['seed']}; {content['flows_s']} s of flows, {content['heal_s']} s until all was settled, "
        f"{content['duration_s']} s in all. Machine: {facts['cores']} cores, {facts['memory_gib']} GiB, "
        f"{facts['system']}, Python {facts['python']}.",
        "",
        f"`python3 dev.py prove money_in --flows {options['flows']} --kills {options['kills']} "
        f"--seed {options['seed']}`",
        "",
        "What is checked and how: docs/operations.md, Proofs.",
        "",
        *checks_table(content["checks"]),
        "",
        *_counts("killed", content["kills"]),
        "",
        *_counts("went wrong, or was decided outside", content["mischief"]),
        "",
        *_counts("way to pay, and what came after", content["ways"]),
        "",
        *_counts("answers", content["answers"]),
    ]


def _counts(title: str, counts: dict[str, Any]) -> list[str]:
    return [
        f"| {title} | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in counts.items()),
    ]  # fmt: skip


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return f"{value:,}"
