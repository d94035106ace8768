"""Web servers for the benchmarks: started, waited for, stopped."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from stack.environment import ROOT
from stack.files import tail
from stack.ports import LOOPBACK, free_port
from stack.process import Program, ask_to_stop, finish, spawn
from stack.programs import web

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 5.0
_taken: set[int] = set()


@contextmanager
def site() -> Iterator[tuple[int, int]]:
    """Our site by the command that `dev.py up` uses; gives its port and its process id."""
    port = free_port(_taken)
    with _running(web(dict(os.environ), _log("web"), port), port) as pid:
        yield port, pid


@contextmanager
def server(name: str, argv: Sequence[str], port: int, **environment: str) -> Iterator[int]:
    """Another server by its own command, which listens on `port`; gives the port."""
    program = Program(name=name, argv=argv, env={**os.environ, **environment}, cwd=ROOT, log=_log(name))
    with _running(program, port):
        yield port


def new_port() -> int:
    """This will find a port that nothing of this benchmark uses."""
    return free_port(_taken)


@contextmanager
def _running(program: Program, port: int) -> Iterator[int]:
    process = spawn(program)
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _answers(port):
            assert process.poll() is None, f"{program.name} stopped while starting:\n{tail(program.log)}"
            assert time.monotonic() < deadline, f"{program.name} did not start:\n{tail(program.log)}"
            time.sleep(0.1)
        yield process.pid
    finally:
        ask_to_stop(process, program.stop_signal)
        finish([process], STOP_TIMEOUT_S)


def _answers(port: int) -> bool:
    """Whether a request is answered, whatever the answer: some servers listen long before they can."""
    connection = HTTPConnection(LOOPBACK, port, timeout=START_TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def _log(name: str) -> Path:
    return Path(os.environ["OVATION_DATA"]) / f"{name}.log"
