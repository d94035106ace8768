"""One child process: started so that it cannot outlive us, stopped with everything it started."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LOOK_EVERY_S = 0.01
# Loaded before any fork: a child between fork and exec must not take the loader's locks.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run: where its words go, and which signal asks it to stop."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    cwd: Path
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    before_exec: Callable[[], None] | None = None


class Process(Protocol):
    """What the supervisor needs of a child; `subprocess.Popen` is one."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


class ForkedProcess:
    """A child that the kernel gave us (stack/forks.py), so that `subprocess` knows nothing of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """This will give its exit code, or minus the signal that ended it; None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """This will wait for its end.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() >= deadline:
                assert timeout is not None
                raise subprocess.TimeoutExpired([str(self.pid)], timeout)
            time.sleep(LOOK_EVERY_S)
        return code

    def send_signal(self, sig: int) -> None:
        """This will send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)


def spawn(program: Program, *, piped: bool = False) -> "subprocess.Popen[bytes]":
    """This will start the program in a session of its own; on Linux the kernel stops it if we are killed.

    `piped` keeps its standard input and output for us; its errors go to the log all the same.
    Call it from the main thread: the kernel's parent-death signal follows the *thread* that forked.
    """
    parent = os.getpid()

    def in_child() -> None:
        if program.before_exec is not None:
            program.before_exec()
        # After before_exec: a change of user clears the parent-death signal.
        die_with_parent(parent, program.stop_signal)

    with program.log.open("ab") as log:
        return subprocess.Popen(
            list(program.argv),
            env=program.env,
            cwd=program.cwd,
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else log,
            stderr=log,
            start_new_session=True,
            preexec_fn=in_child,
        )


def ask_to_stop(process: Process, stop_signal: signal.Signals) -> None:
    """This will send the stop signal to a process that still runs."""
    if process.poll() is None:
        process.send_signal(stop_signal)


def finish(processes: Sequence[Process], timeout_s: float) -> None:
    """This will wait until all have ended, then end by force whatever they left in their sessions."""
    deadline = time.monotonic() + timeout_s
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        _kill_group(process.pid)
        process.send_signal(signal.SIGKILL)  # a fork of a moment ago may not lead its own group yet
        process.wait()


def adopt_orphans() -> None:
    """This will make whatever a dead child leaves behind a child of ours, so that kill_orphans() finds it."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_orphans() -> None:
    """This will end every child that is left, and theirs: PostgreSQL's helpers are in sessions of their own."""
    while children := _children():
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def die_with_parent(parent: int, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """This will have the kernel send this process `stop_signal` when `parent` ends; if it has ended, so do we."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died between fork and prctl
        os._exit(1)


def _children() -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # pid (name) state parent …; the name may hold spaces and brackets
            if int(path.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(path.parent.name))
    return found


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
