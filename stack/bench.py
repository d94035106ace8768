"""`dev.py bench …`: the benchmarks are a program of their own beside this one; nothing here imports them."""

import os
import sys

from stack.environment import ROOT


def run(arguments: list[str]) -> int:
    """This will become `python -m benchmarks` with the rest of the line, so that its signals are its own."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "benchmarks", *arguments])  # noqa: S606 (our own program)
