"""One import, three processes: the forks are the supervisor's own children, and only what can be forked is forked."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stack.environment import ROOT
from stack.errors import StackError
from stack.preload import Preload
from stack.process import ForkedProcess, Process, Program, adopt_orphans, finish

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
IMPORTED, PROGRAM = "tests.stack.imported", "tests.stack.forked"


class Nursery:
    """A preload whose forks end with the test."""

    def __init__(self, folder: Path) -> None:
        adopt_orphans()
        self.folder, self.env = folder, {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.log = folder / "preload.log"
        self.preloads: list[Preload] = []
        self.forks: list[Process] = []

    def preload(self, module: str = IMPORTED) -> Preload:
        self.preloads.append(Preload(self.env, self.log, module))
        return self.preloads[-1]

    def program(self, name: str) -> Program:
        argv = [sys.executable, "-m", PROGRAM, name]
        return Program(name, argv, self.env, ROOT, self.folder / f"{name}.log")

    def start(self, preload: Preload, *names: str) -> list[Process]:
        started = preload.start([self.program(name) for name in names])
        self.forks += started
        return started

    def words(self, name: str) -> dict[str, Any]:
        log = self.folder / f"{name}.log"
        deadline = time.monotonic() + 20
        while not log.exists() or "complains" not in log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)
        said = json.loads(log.read_text().splitlines()[0])
        assert isinstance(said, dict)
        return said

    def end(self) -> None:
        for preload in self.preloads:
            preload.close()
        finish(self.forks, timeout_s=0)


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path)
    yield nursery
    nursery.end()


def test_forks_share_one_import_and_have_sessions_and_logs_of_their_own(nursery: Nursery) -> None:
    preload = nursery.preload()
    forks = nursery.start(preload, "web", "worker")
    said = [nursery.words(name) for name in ("web", "worker")]
    assert said[0]["imported_by"] == said[1]["imported_by"] == preload.pid
    assert [words["session"] for words in said] == [fork.pid for fork in forks]
    assert [words["arguments"] for words in said] == [["web"], ["worker"]]
    assert (nursery.folder / "web.log").read_text().splitlines()[1:] == ["web complains"]
    assert nursery.log.read_text() == ""


def test_a_fork_shows_the_command_line_it_stands_for(nursery: Nursery) -> None:
    (fork,) = nursery.start(nursery.preload(), "beat")
    nursery.words("beat")
    shown = Path(f"/proc/{fork.pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    assert [word.decode() for word in shown] == [sys.executable, "-m", PROGRAM, "beat"]


def test_a_fork_is_our_child_and_outlives_the_process_that_imported(nursery: Nursery) -> None:
    preload = nursery.preload()
    (fork,) = nursery.start(preload, "web")
    nursery.words("web")
    assert preload.pid is not None
    os.kill(preload.pid, signal.SIGKILL)
    preload.close()
    assert fork.poll() is None
    fork.send_signal(signal.SIGTERM)
    assert fork.wait(10) == -signal.SIGTERM
    assert fork.poll() == -signal.SIGTERM


def test_where_forks_are_not_safe_each_program_imports_for_itself(
    nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    preload = nursery.preload()
    (program,) = nursery.start(preload, "web")
    assert preload.pid is None
    assert nursery.words("web")["imported_by"] == program.pid


def test_waiting_for_a_fork_that_still_runs_ends_in_time(nursery: Nursery) -> None:
    (fork,) = nursery.start(nursery.preload(), "web")
    with pytest.raises(subprocess.TimeoutExpired):
        fork.wait(0.05)


def test_a_preload_killed_while_it_imports_is_said(nursery: Nursery) -> None:
    preload = nursery.preload("signal")
    assert preload.pid is not None
    os.kill(preload.pid, signal.SIGKILL)
    with pytest.raises(StackError, match="The programs could not be imported"):
        nursery.start(preload, "web")


def test_an_import_that_fails_is_told_with_the_end_of_its_log(nursery: Nursery) -> None:
    with pytest.raises(
        StackError, match=r"could not be imported[^$]*No module named 'tests\.stack\.nowhere'"
    ):
        nursery.start(nursery.preload("tests.stack.nowhere"), "web")


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        ("kept = socket.socket()", "open before the fork: socket:"),
        ("kept = asyncio.new_event_loop()", "open before the fork: "),
        (
            "threading.Thread(target=time.sleep, args=[5], daemon=True).start()",
            "2 threads run before the fork",
        ),
        ("pass", ""),
    ],
)
def test_what_cannot_be_forked_is_refused(before: str, refusal: str) -> None:
    code = f"import asyncio, socket, threading, time\nfrom stack import forks\n{before}\n"
    code += "forks.assert_one_thread_and_no_connection()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert refusal in done.stderr
    assert (done.returncode == 0) is (refusal == "")


def test_a_fork_that_the_supervisor_did_not_get_ends_itself(nursery: Nursery) -> None:
    """This supervisor adopts no orphans; as when it dies in between, nobody would stop what starts now."""
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from stack.preload import Preload\nfrom stack.process import Program\n"
        f"env, log = dict(os.environ), Path({str(nursery.log)!r})\n"
        f"argv = [sys.executable, '-m', {PROGRAM!r}, 'web']\n"
        "program = Program('web', argv, env, Path.cwd(), log.with_name('web.log'))\n"
        f"(fork,) = Preload(env, log, {IMPORTED!r}).start([program])\n"
        "print(fork.pid, flush=True)\nos._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ForkedProcess(int(done.stdout)).wait(10) == 1
    assert not (nursery.folder / "web.log").exists()
