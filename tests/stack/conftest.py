"""A whole stack of its own, in a data folder of its own, for the tests that start and stop one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stack.environment import ROOT
from stack.ports import free_port

READY_TIMEOUT_S = 240.0
STOP_TIMEOUT_S = 5.0


class Up:
    """`dev.py up` as a process, and what it printed."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.port = data, free_port(set())
        self.output = data.with_suffix(".output")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "stack",
                    "up",
                    "--data",
                    str(data),
                    "--port",
                    str(self.port),
                    *options,
                ],
                cwd=ROOT,
                env=_a_persons_environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def printed(self) -> str:
        return self.output.read_text()

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = READY_TIMEOUT_S) -> None:
        """This will wait for `condition`; a stack that ended first fails the test with its words."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.1)

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: f"ready http://127.0.0.1:{self.port}" in self.printed())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """This will send the signal and say how many seconds the stop took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - begun

    def processes(self) -> dict[int, str]:
        """Every process of this data folder, whoever its parent is, told by its arguments, environment or place."""
        found: dict[int, str] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                arguments, environment = ((folder / name).read_bytes() for name in ("cmdline", "environ"))
                place = os.fsencode((folder / "cwd").readlink())
            except OSError:  # it has just ended
                continue
            if arguments and str(self.data).encode() in arguments + environment + place:
                found[int(folder.name)] = arguments.replace(b"\0", b" ").decode()
        return found


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """`up("--no-restart")` runs `dev.py up` on an empty folder; whatever the test leaves running is stopped."""
    started: list[Up] = []

    def start(*options: str, data: Path | None = None) -> Up:
        started.append(Up(data or tmp_path / "data", *options))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.stop()


def _a_persons_environment() -> dict[str, str]:
    """The shell a person types in: nothing of this test run's own servers."""
    ours = ("OVATION_", "DATABASE_", "REDIS_", "STRIPE_", "FAKESTRIPE_", "PYTEST_", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
