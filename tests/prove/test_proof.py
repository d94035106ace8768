"""The proof of the gifts in a minute: real servers, kill −9, nothing lost and nothing double. See prove/."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prove.audit import CHECKS
from prove.mutants import BY_NAME, MUTANTS, Mutant
from stack.environment import ROOT

pytestmark = pytest.mark.xdist_group("prove")
PATIENCE_S = 600
GIFTS, KILLS, IN_FLIGHT = 3_000, 6, 64
SERVERS = {"gateway", "postgres", "cluster", "backend", "valkey"}


@dataclass(frozen=True)
class Proved:
    """How a run ended: its exit code, its report, and what it printed."""

    code: int
    report: dict[str, Any]
    printed: str

    def wrong(self) -> set[str]:
        """The checks that did not hold."""
        return {check["name"] for check in self.report["checks"] if check["wrong"]}


def prove(folder: Path, **options: object) -> Proved:
    """Run `dev.py prove gifts` as a person would, without this test run's own servers."""
    words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "stack", "prove", "gifts", *words, "--report", str(folder / "gifts")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    report = folder / "gifts.json"
    assert report.exists(), done.stdout + done.stderr
    return Proved(done.returncode, json.loads(report.read_text()), done.stdout)


def test_nothing_is_lost_or_doubled_whoever_is_killed(tmp_path: Path) -> None:
    proved = prove(tmp_path, ops=GIFTS, kills=KILLS, in_flight=IN_FLIGHT, fans=40)

    assert proved.code == 0, proved.printed
    assert proved.wrong() == set()
    assert {name for name, kill in proved.report["kills"].items() if kill["kills"]} == SERVERS
    assert proved.report["requests"]["abandoned"] > 0
    assert "Everything held." in (tmp_path / "gifts.md").read_text()


def find(mutant: str, folder: Path) -> Proved:
    """Run the proof against a broken house and see the check fail that is there for it."""
    proved = prove(folder, mutant=mutant, ops=400, kills=2, in_flight=32, fans=8)
    assert proved.code == 1, proved.printed
    assert BY_NAME[mutant].found_by in proved.wrong(), proved.printed
    return proved


def test_a_proof_without_the_lock_fails(tmp_path: Path) -> None:
    assert "ledger_check finds nothing" in find("no-lock", tmp_path).wrong()


def test_a_proof_without_the_key_fails(tmp_path: Path) -> None:
    assert "all answers to one key are the same" in find("no-key", tmp_path).wrong()


def test_a_proof_that_answers_before_the_commit_fails(tmp_path: Path) -> None:
    find("answer-first", tmp_path)


def test_a_mutant_that_has_nothing_to_break_says_so() -> None:
    mutant = Mutant("nothing", "the text is not there", "no check", changes=[("f", "FOR UPDATE", "")])

    with pytest.raises(ValueError, match="holds no 'FOR UPDATE' any more"):
        mutant.apply(lambda _statement: [("SELECT 1",)])


def test_each_mutant_breaks_something_that_a_check_is_there_for() -> None:
    assert all(mutant.changes or mutant.asgi for mutant in MUTANTS)
    assert {mutant.found_by for mutant in MUTANTS} <= {name for name, *_ in CHECKS}
