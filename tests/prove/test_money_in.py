"""The proof of money in, small: real servers and a provider that stumbles; every order settled once. See prove/."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stack.environment import ROOT

pytestmark = pytest.mark.xdist_group("prove")
PATIENCE_S = 400


def prove(folder: Path, **options: object) -> tuple[int, set[str], str]:
    """Run `dev.py prove money_in` as a person would: its exit code, the checks that did not hold, what it printed."""
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "stack", "prove", "money_in", *words, "--report", str(folder / "money_in")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    report = folder / "money_in.json"
    assert report.exists(), done.stdout + done.stderr
    checks = json.loads(report.read_text())["checks"]
    return done.returncode, {check["name"] for check in checks if check["wrong"]}, done.stdout


def test_every_order_is_settled_once_whoever_is_killed(tmp_path: Path) -> None:
    code, wrong, printed = prove(tmp_path, flows=12, kills=2, lanes=6, seed=7)
    assert (code, wrong) == (0, set()), printed
    assert "Everything held." in (tmp_path / "money_in.md").read_text()
