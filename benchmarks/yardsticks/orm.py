"""The Django yardsticks as the benchmark sees them: a database each, a process that hosts their callers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import helper
from benchmarks.harness import Sample, say
from benchmarks.yardsticks.raw import own_database

MOST_CALLERS = 8
PROBE_S = 1.0


class Orm:
    """One running yardstick."""

    def __init__(self, name: str, host: helper.Helper) -> None:
        self.name = name
        self._host = host

    def measure(self, callers: int, seconds: float) -> Sample:
        """This will let `callers` of its processes send gifts as fast as they can."""
        answer = self._host.ask(callers=callers, seconds=seconds)
        return Sample(len(answer["latencies_ms"]), answer["seconds"], answer["latencies_ms"])

    def best_callers(self) -> int:
        """The number of callers at which it is fastest; what the rounds then use."""
        rates = {callers: self.measure(callers, PROBE_S).per_s for callers in (1, 2, 4, MOST_CALLERS)}
        words = ", ".join(f"{callers}: {rate:,.0f}/s" for callers, rate in rates.items())
        say(f"  {self.name} by callers: {words}")
        return max(rates, key=lambda callers: rates[callers])


@contextmanager
def running(name: str, superuser_url: str, *, fans: int) -> Iterator[Orm]:
    """This will start the callers of `benchmarks/yardsticks/<name>.py` on an empty database of their own."""
    with own_database(superuser_url, f"bench_{name}") as url:
        theirs = {"YARDSTICK_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.yardsticks.settings"}
        with helper.running(
            "benchmarks.yardsticks.callers", name, fans, MOST_CALLERS, environment={**os.environ, **theirs}
        ) as host:
            yield Orm(name, host)
