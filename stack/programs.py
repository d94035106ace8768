"""The processes of Ovation: how each is started. Tests, `dev.py up` and docs/operations.md use the same commands."""

import sys
from pathlib import Path

from stack.environment import ROOT
from stack.ports import LOOPBACK
from stack.process import Program

QUEUES = "celery,payouts,mirror"
WORKER_PROCESSES = 2
# For requests under way. The gateway lets its listeners go at once, and settles what it took on within this second.
WEB_STOP_TIMEOUT_S = 1
# Connections that wait to be accepted: a full room that drops comes back at once. The kernel caps it (somaxconn).
WEB_BACKLOG = 8_192


def web(env: dict[str, str], log: Path, port: int) -> Program:
    """This will describe the site with its gateway."""
    argv = [
        *(
            sys.executable,
            "-m",
            "uvicorn",
            "config.asgi:application",
            "--host",
            LOOPBACK,
            "--port",
            str(port),
        ),
        *("--loop", "uvloop", "--http", "httptools", "--lifespan", "on"),
        *("--timeout-graceful-shutdown", str(WEB_STOP_TIMEOUT_S), "--no-access-log"),
        *("--no-server-header", "--no-proxy-headers", "--backlog", str(WEB_BACKLOG)),
    ]
    return Program(name="web", argv=argv, env=env, cwd=ROOT, log=log)


def worker(env: dict[str, str], log: Path, processes: int = WORKER_PROCESSES) -> Program:
    """This will describe the Celery worker of all queues."""
    argv = [
        *(sys.executable, "-m", "celery", "-A", "config", "worker", "--queues", QUEUES, "--loglevel", "INFO"),
        *(
            "--concurrency",
            str(processes),
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ),
    ]
    return Program(name="worker", argv=argv, env=env, cwd=ROOT, log=log)


def beat(env: dict[str, str], log: Path, schedule: Path) -> Program:
    """This will describe Celery's clockwork, which nudges the sweeps."""
    argv = [
        *(sys.executable, "-m", "celery", "-A", "config", "beat", "--loglevel", "INFO"),
        *("--schedule", str(schedule), "--pidfile="),
    ]
    return Program(name="beat", argv=argv, env=env, cwd=ROOT, log=log)


def once(module: str, env: dict[str, str], log: Path) -> Program:
    """This will describe a module that does its work and ends."""
    return Program(module, [sys.executable, "-m", module], env, ROOT, log)


def fakestripe(env: dict[str, str], log: Path, port: int, data: Path, clock_file: Path) -> Program:
    """This will describe the simulated payment provider."""
    argv = [
        *(sys.executable, "-m", "fakestripe", "--port", str(port)),
        *("--data", str(data), "--clock-file", str(clock_file)),
    ]
    return Program(name="fakestripe", argv=argv, env=env, cwd=ROOT, log=log)
