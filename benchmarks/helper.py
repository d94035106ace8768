"""A process that does the benchmark's bidding: one JSON line in, one JSON line out."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from stack.environment import ROOT

STOP_TIMEOUT_S = 60.0


class Helper:
    """One running helper."""

    def __init__(self, name: str, process: "subprocess.Popen[str]") -> None:
        self.name = name
        self._process = process
        self.answer()  # it says when it is ready

    def ask(self, **order: Any) -> dict[str, Any]:
        """This will give it an order and wait for its answer."""
        self.order(**order)
        return self.answer()

    def order(self, **order: Any) -> None:
        """This will give it an order; `answer` takes what it says afterwards."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"{self.name} stopped; its words are above"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def finish(self) -> None:
        """This will end its input and see that it was content."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(STOP_TIMEOUT_S) == 0, (
            f"{self.name} found something wrong; its words are above"
        )


@contextmanager
def running(
    module: str, *arguments: object, environment: Mapping[str, str] | None = None
) -> Iterator[Helper]:
    """This will run `python -m module arguments` until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        helper = Helper(module.rpartition(".")[2], process)
        yield helper
        helper.finish()
    finally:
        process.kill()
        process.wait()
