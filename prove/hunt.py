"""`dev.py prove mutants`: the proof of the gifts against every broken house; each one must be found."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prove.mutants import MUTANTS, Mutant
from prove.report import machine
from stack.environment import ROOT
from stack.errors import StackError


@dataclass(frozen=True)
class Hunted:
    """One mutant, and the checks that did not hold against it, with how often."""

    mutant: Mutant
    wrong: dict[str, int]

    @property
    def is_found(self) -> bool:
        return self.mutant.found_by in self.wrong


def describe(command: argparse.ArgumentParser) -> None:
    """This will say what the command takes."""
    command.add_argument("--ops", type=int, default=2_000, help="gifts to ask each for (default: 2,000)")
    command.add_argument("--kills", type=int, default=4, help="kills in each run (default: 4)")
    command.add_argument(
        "--report", type=Path, help="where to leave the report: FILE.md, and FILE.json beside it"
    )
    command.set_defaults(run=_command)


def hunt(mutant: Mutant, words: Sequence[str]) -> Hunted:
    """This will run the proof against one mutant.

    Raises:
        StackError: the proof could not be run.
    """
    with tempfile.TemporaryDirectory(prefix="ovation-hunt-") as folder:
        report = Path(folder) / "gifts.json"
        argv = [
            sys.executable,
            "-m",
            "prove",
            "gifts",
            "--mutant",
            mutant.name,
            *words,
            "--report",
            str(report),
        ]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
        if not report.exists():
            raise StackError(f"{mutant.name}: the proof could not be run:\n{done.stdout}{done.stderr}")
        checks: list[dict[str, Any]] = json.loads(report.read_text())["checks"]
    return Hunted(mutant, {check["name"]: check["wrong"] for check in checks if check["wrong"]})


def _command(asked: argparse.Namespace) -> int:
    words = ["--ops", str(asked.ops), "--kills", str(asked.kills), "--in-flight", "64", "--fans", "12"]
    hunted = []
    for mutant in MUTANTS:
        hunted.append(hunt(mutant, words))
        print(f"  {'found  ' if hunted[-1].is_found else 'ESCAPED'}  {mutant.name}: {mutant.why}", flush=True)
    if asked.report is not None:
        _save(hunted, asked.report, words)
    return 0 if all(one.is_found for one in hunted) else 1


def _save(hunted: Sequence[Hunted], path: Path, words: Sequence[str]) -> None:
    content = {
        "name": "mutants",
        "ok": all(one.is_found for one in hunted),
        "machine": machine(),
        "mutants": [
            {"name": one.mutant.name, "why": one.mutant.why, "found": one.is_found, "wrong": one.wrong}
            for one in hunted
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    path.with_suffix(".md").write_text("\n".join(_markdown(hunted, words)) + "\n")


def _markdown(hunted: Sequence[Hunted], words: Sequence[str]) -> Iterator[str]:
    found = sum(one.is_found for one in hunted)
    yield from (
        "# Proof: the mutants",
        "",
        f"**{found} of {len(hunted)} broken houses were found.** Each was put to the proof of the gifts "
        f"(`{' '.join(words)}`); it counts as found when the check fails that is there for it.",
        "",
        "| mutant | what is broken | found | what did not hold, how often |",
        "|---|---|---|---|",
    )
    for one in hunted:
        wrong = "; ".join(f"{name}: {count:,}" for name, count in one.wrong.items())
        yield f"| `{one.mutant.name}` | {one.mutant.why} | {'yes' if one.is_found else '**no**'} | {wrong} |"
