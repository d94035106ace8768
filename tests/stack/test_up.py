"""`dev.py up` starts all of it, keeps it alive, and leaves nothing behind."""

import json
import os
import signal
import stat
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stack.conftest import STOP_TIMEOUT_S, Up

pytestmark = pytest.mark.xdist_group("stack")
PROGRAMS = {"postgres", "valkey", "config.asgi", "worker", "beat", "fakestripe"}


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _worker_pid(stack: Up) -> int:
    return min(pid for pid, line in stack.processes().items() if "config worker" in line)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def test_a_start_serves_restarts_a_dead_program_and_stops_without_a_trace(up: Callable[..., Up]) -> None:
    stack = up()
    stack.wait_until_ready()
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.port}/healthz", timeout=10) as answer:
        assert json.loads(answer.read())["ok"] is True
    demo = json.loads((stack.data / "demo.json").read_text())
    assert demo["url"] == f"http://127.0.0.1:{stack.port}"
    private = ("secrets.json", "superuser.url", "environment.json", "demo.json", "webhooks.json")
    assert {name: _mode(stack.data / name) for name in private} == dict.fromkeys(private, 0o600)
    assert _mode(stack.data) & 0o066 == 0

    os.kill(_worker_pid(stack), signal.SIGKILL)
    stack.wait_until(lambda: "worker is back" in stack.printed(), timeout_s=20)

    everything = stack.processes()
    assert all(any(program in line for line in everything.values()) for program in PROGRAMS), everything
    assert stack.stop() < STOP_TIMEOUT_S
    assert stack.process.returncode == 0
    assert [line for pid, line in everything.items() if _is_there(pid)] == []
    assert not (stack.data / "demo.json").exists()


def test_a_killed_supervisor_takes_its_children_with_it(up: Callable[..., Up]) -> None:
    stack = up()
    stack.wait_until(lambda: "PostgreSQL and Valkey" in stack.printed())
    children = [pid for pid in stack.processes() if pid != stack.process.pid]
    assert len(children) >= 2
    stack.stop(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while [pid for pid in children if _is_there(pid)]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_stop_while_starting_leaves_nothing(up: Callable[..., Up]) -> None:
    stack = up()
    stack.wait_until(lambda: "PostgreSQL and Valkey" in stack.printed())
    everything = stack.processes()
    assert stack.stop(signal.SIGINT) < STOP_TIMEOUT_S
    assert [line for pid, line in everything.items() if _is_there(pid)] == []
