"""P8: `python3 dev.py up` from the command to the line `ready`, seen from outside.

cold  a fresh copy of the checkout, no environment, no data folder; only the package cache of this machine is warm
warm  the same copy and the same data folder, started once more
"""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness import Contender, Plan, Report, Sample, interleave
from benchmarks.servers import FOLDER
from stack.environment import ROOT
from stack.files import private_folder
from stack.ports import free_port

NOT_COPIED = shutil.ignore_patterns(".venv", ".data*", ".git", "__pycache__", ".*_cache", ".hypothesis")
PATIENCE_S = 600.0


class Checkout:
    """A copy of the checkout as somebody would have just cloned it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copy = folder / "checkout"

    def start_cold(self, _seconds: float) -> Sample:
        """This will forget everything, and start."""
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(ROOT, self._copy, ignore=NOT_COPIED, symlinks=True)
        return self.start_warm(_seconds)

    def start_warm(self, _seconds: float) -> Sample:
        """This will start what was started before, and stop it again."""
        command = ["python3", "dev.py", "up", "--port", str(free_port(set()))]
        begun = time.perf_counter()
        with _running(command, self._copy) as output:
            lines = []
            for line in output:
                lines.append(line)
                if line.startswith("ready "):
                    took = time.perf_counter() - begun
                    return Sample(1, took, [took * 1000])
        raise AssertionError("dev.py up ended without the line `ready`:\n" + "".join(lines[-20:]))


def run(plan: Plan) -> Report:
    """This will start it cold and warm in turn."""
    with tempfile.TemporaryDirectory(prefix="start-", dir=private_folder(FOLDER)) as folder:
        checkout = Checkout(Path(folder))
        contenders = [Contender("cold", checkout.start_cold), Contender("warm", checkout.start_warm)]
        results = interleave(contenders, plan)
    seconds = ", ".join(f"{label} {1 / result.per_s:.1f} s" for label, result in results.items())
    return Report("start_up", results, {}, [f"from the command to `ready`: {seconds}"])


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[Iterator[str]]:
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        yield iter(process.stdout.readline, "")
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        process.wait(PATIENCE_S)
