"""`dev.py prove …`: the proofs, which stand above the whole house and bring their own servers (prove/)."""

import os
import sys

from stack.environment import ROOT


def run(arguments: list[str]) -> int:
    """This will become the proof: Ctrl-C and SIGTERM are its own."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "prove", *arguments])  # noqa: S606 (our own program)
