"""`dev.py check`: everything a machine can say about the code without running it."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from stack.environment import ROOT
from stack.ports import LOOPBACK

# Settings need values to be read at all; nothing here is connected to.
NOWHERE = {
    "OVATION_MODE": "test",
    "OVATION_SECRET_KEY": "only-for-static-checks-" * 3,
    "OVATION_FERNET_KEYS": "A" * 43 + "=",
    "DATABASE_URL": f"postgresql://nobody@{LOOPBACK}:1/none",
    "DATABASE_OWNER_URL": f"postgresql://nobody@{LOOPBACK}:1/none",
    "REDIS_URL": f"redis://{LOOPBACK}:1/0",
    "STRIPE_SECRET_KEY": "sk_test_fake" + "0" * 24,
    "STRIPE_API_HOST": f"http://{LOOPBACK}:1",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
BIN = Path(sys.executable).parent
CHECKS: dict[str, Sequence[str | Path]] = {
    "ruff": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "floors": [sys.executable, "-m", "tests.floors"],
    "templates": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "system": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "types": [BIN / "mypy", "."],
}


def run(_options: argparse.Namespace) -> int:
    """This will run every check, show the words of those that fail, and return 1 if one did."""
    failed = []
    for name, command in CHECKS.items():
        begun = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **NOWHERE}, capture_output=True, text=True
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"  {name:<12} {verdict:<8} {time.monotonic() - begun:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    print(f"check: {', '.join(failed)} failed" if failed else "check: all clean", flush=True)
    return 1 if failed else 0
