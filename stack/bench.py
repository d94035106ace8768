"""`dev.py bench …`: the benchmarks are a program of their own beside this one; nothing here imports them."""

import subprocess
import sys

from stack.environment import ROOT


def run(arguments: list[str]) -> int:
    """This will run `python -m benchmarks` with the rest of the line and return its exit code."""
    try:
        return subprocess.call([sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT)
    except KeyboardInterrupt:
        return 130
