"""What the stack says when it cannot go on, and that it leaves nothing running then."""

import argparse
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from stack import demo, keyring
from stack.binaries import NOBODY
from stack.errors import StackError
from stack.installation import Installation
from stack.ports import claim, free_port
from tests.stack.conftest import Up


@pytest.fixture
def taken_port() -> object:
    port = free_port(set())
    with socket.create_server(("127.0.0.1", port)):
        yield port


def test_a_taken_site_port_names_its_flag_and_starts_nothing(up: Callable[..., Up], taken_port: int) -> None:
    stack = up("--port", str(taken_port))
    assert stack.process.wait(30) == 1
    assert stack.printed().strip() == (
        f"Port {taken_port} is in use, so the site cannot listen there. Choose another: --port PORT"
    )
    assert stack.processes() == {}


def test_a_taken_server_port_names_its_flag(taken_port: int) -> None:
    with pytest.raises(StackError, match=r"Valkey cannot listen there\. Choose another: --valkey-port PORT"):
        claim("Valkey", "--valkey-port", taken_port, None, set())


def test_last_times_port_is_kept_while_it_is_free_and_left_when_it_is_not(taken_port: int) -> None:
    free = free_port(set())
    assert claim("Valkey", "--valkey-port", None, free, set()) == free
    assert claim("Valkey", "--valkey-port", None, taken_port, set()) != taken_port


def test_a_folder_in_use_names_the_process(tmp_path: Path) -> None:
    running = Installation(tmp_path)
    running.lock()
    with pytest.raises(StackError, match=r"is in use by process \d+\. Stop that one first"):
        Installation(tmp_path).lock()
    running.unlock()
    running.lock()
    running.unlock()


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = keyring.load(tmp_path)
    assert keyring.load(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len({*json.loads((tmp_path / "secrets.json").read_text()).values()}) == 7


def test_lost_secrets_of_a_database_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    with pytest.raises(StackError, match="is gone, but the database it opens is still in"):
        keyring.load(tmp_path)


def test_a_command_for_a_running_demo_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"No demo is running on .* Start it: python3 dev.py up"):
        demo.otp(argparse.Namespace(data=tmp_path, name="fan"))


@pytest.mark.parametrize("step", ["8", "-8d", "8 days", "d", ""])
def test_a_step_the_clock_does_not_know_is_refused(step: str) -> None:
    with pytest.raises(StackError, match="is no step of the clock"):
        demo._seconds(step)


def test_a_step_of_the_clock_counts_in_seconds() -> None:
    assert [demo._seconds(step) for step in ("+8d", "3h", "+30m", "5s")] == [691_200, 10_800, 1_800, 5]


def test_nobody_is_the_user_that_initdb_finds() -> None:
    assert NOBODY == 65_534
