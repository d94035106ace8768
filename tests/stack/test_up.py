"""`dev.py up` starts all of it, keeps it alive, and leaves nothing behind."""

import json
import os
import signal
import stat
import time
import urllib.request
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.stack.conftest import STOP_TIMEOUT_S, Up

pytestmark = pytest.mark.xdist_group("stack")
SIGNS = {"web": "Uvicorn running", "worker": " ready.", "beat": "beat: Starting"}
PROGRAMS_OF_OURS = {
    "web": "config.asgi",
    "worker": "config worker",
    "beat": "config beat",
    "fakestripe": "-m fakestripe",
}
PROGRAMS = {"postgres", "valkey", "config.asgi", "worker", "beat", "fakestripe"}


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _pid(stack: Up, words: str) -> int:
    return min(pid for pid, line in stack.processes().items() if words in line)


def _health(stack: Up) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.port}/healthz", timeout=10) as answer:
        said = json.loads(answer.read())
    assert isinstance(said, dict)
    return said


def _is_printed(stack: Up, words: str) -> bool:
    return words in stack.printed()


def _signs_in(stack: Up, log: str) -> dict[str, int]:
    """Which program's sign stands how often in this log: only its own may."""
    words = (stack.data / "logs" / f"{log}.log").read_text()
    return {name: words.count(sign) for name, sign in SIGNS.items() if sign in words}


def _wait_until_gone(pids: Iterable[int]) -> None:
    deadline = time.monotonic() + 60  # PostgreSQL writes a last checkpoint
    while [pid for pid in pids if _is_there(pid)]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def test_a_start_serves_restarts_a_dead_program_and_stops_without_a_trace(up: Callable[..., Up]) -> None:
    stack = up()
    stack.wait_until_ready()
    assert _health(stack)["ok"] is True
    demo = json.loads((stack.data / "demo.json").read_text())
    assert demo["url"] == f"http://127.0.0.1:{stack.port}"
    private = ("secrets.json", "superuser.url", "environment.json", "demo.json", "webhooks.json")
    assert {name: _mode(stack.data / name) for name in private} == dict.fromkeys(private, 0o600)
    assert _mode(stack.data) & 0o066 == 0

    for name, words in PROGRAMS_OF_OURS.items():
        os.kill(_pid(stack, words), signal.SIGKILL)
        stack.wait_until(partial(_is_printed, stack, f"{name} is back"), timeout_s=20)
    stack.wait_until(lambda: all(_signs_in(stack, name) == {name: 2} for name in SIGNS), timeout_s=60)
    assert _health(stack)["ok"] is True

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
    _wait_until_gone(children)


def test_a_killed_stack_ends_wholly_and_starts_again_from_one_import(up: Callable[..., Up]) -> None:
    killed = up()
    killed.wait_until_ready()
    children = [pid for pid in killed.processes() if pid != killed.process.pid]
    assert {name: _signs_in(killed, name) for name in SIGNS} == {name: {name: 1} for name in SIGNS}
    killed.stop(signal.SIGKILL)
    _wait_until_gone(children)

    again = up(data=killed.data)
    again.wait_until_ready()
    assert "database, defaults" not in again.printed()
    lines = again.processes().values()
    assert not [line for line in lines if "stack.forks" in line], "the importing process has done its work"
    assert _health(again)["ok"] is True


def test_a_stop_while_starting_leaves_nothing(up: Callable[..., Up]) -> None:
    stack = up()
    stack.wait_until(lambda: "PostgreSQL and Valkey" in stack.printed())
    everything = stack.processes()
    assert stack.stop(signal.SIGINT) < STOP_TIMEOUT_S
    assert [line for pid, line in everything.items() if _is_there(pid)] == []
