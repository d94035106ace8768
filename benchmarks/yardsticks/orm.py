"""The Django yardsticks as the benchmark sees them: a database each, a process that hosts their callers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.harness import Sample, say
from benchmarks.yardsticks.raw import own_database
from stack.environment import ROOT

MOST_CALLERS = 8
PROBE_S = 1.0


class Orm:
    """One running yardstick."""

    def __init__(self, name: str, process: "subprocess.Popen[str]") -> None:
        self.name = name
        self._process = process
        self._read()  # it says when it is ready

    def measure(self, callers: int, seconds: float) -> Sample:
        """This will let `callers` of its processes send gifts as fast as they can."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"callers": callers, "seconds": seconds}) + "\n")
        self._process.stdin.flush()
        answer = self._read()
        return Sample(len(answer["latencies_ms"]), answer["seconds"], answer["latencies_ms"])

    def best_callers(self) -> int:
        """The number of callers at which it is fastest; what the rounds then use."""
        rates = {n: self.measure(n, PROBE_S).per_s for n in (1, 2, 4, MOST_CALLERS)}
        say(f"  {self.name} by callers: " + ", ".join(f"{n}: {rate:,.0f}/s" for n, rate in rates.items()))
        return max(rates, key=lambda n: rates[n])

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"{self.name} stopped; its words are above"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running(name: str, superuser_url: str, *, fans: int) -> Iterator[Orm]:
    """This will start the callers of `benchmarks/yardsticks/<name>.py` on an empty database of their own."""
    with own_database(superuser_url, f"bench_{name}") as url:
        process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "benchmarks.yardsticks.callers",
                name,
                str(fans),
                str(MOST_CALLERS),
            ],
            env={
                **os.environ,
                "YARDSTICK_URL": url,
                "DJANGO_SETTINGS_MODULE": "benchmarks.yardsticks.settings",
            },
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Orm(name, process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(60) == 0, f"{name} did not do what it was counted for"
        finally:
            process.kill()
            process.wait()
