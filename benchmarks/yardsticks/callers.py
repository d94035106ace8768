"""Several processes of one Django yardstick, each with a connection of its own, on the call of the benchmark.

`python -m benchmarks.yardsticks.callers MODULE FANS MOST` makes the tables, forks MOST callers, says {"ready": true}
and then answers each line {"callers", "seconds"} with {"seconds", "latencies_ms"}; end of input ends it.
Processes, because threads of one Python would share one core.
"""

import importlib
import json
import multiprocessing
import os
import random
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

import django
from django.core.management import call_command
from django.db import connections

WATCH_S = 1.0


def main(name: str, fans: int, most: int) -> None:
    """This will serve measurements until its input ends, then see that the books agree with what was counted."""
    django.setup()
    call_command("migrate", verbosity=0, run_syncdb=True)
    yardstick = importlib.import_module(f"benchmarks.yardsticks.{name}")
    yardstick.prepare(fans)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    pipes = []
    for number in range(most):
        ours, theirs = context.Pipe()
        context.Process(target=_caller, args=(theirs, yardstick, fans, number), daemon=True).start()
        pipes.append(ours)
    _answer({"ready": True})
    sent = sum(_serve(json.loads(line), pipes) for line in sys.stdin)
    yardstick.prove(sent, fans)


def _serve(order: dict[str, Any], pipes: list[Connection]) -> int:
    begun = time.perf_counter()
    busy = pipes[: order["callers"]]
    for pipe in busy:
        pipe.send(begun + order["seconds"])
    latencies = [latency for pipe in busy for latency in pipe.recv()]
    _answer({"seconds": time.perf_counter() - begun, "latencies_ms": latencies})
    return len(latencies)


def _caller(pipe: Connection, yardstick: Any, fans: int, number: int) -> None:
    dice, parent = random.Random(number), os.getppid()
    while True:
        while not pipe.poll(WATCH_S):
            if os.getppid() != parent:  # it was killed: its callers go with it
                return
        deadline = pipe.recv()
        latencies = []
        while (begun := time.perf_counter()) < deadline:
            yardstick.send(dice.randrange(fans))
            latencies.append((time.perf_counter() - begun) * 1000)
        pipe.send(latencies)


def _answer(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
