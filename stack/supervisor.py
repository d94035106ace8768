"""The children of `dev.py up`: started together, watched, restarted with back-off, stopped without a trace."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from stack.errors import StackError
from stack.files import tail
from stack.process import Process, Program, adopt_orphans, ask_to_stop, finish, kill_orphans, spawn

START_TIMEOUT_S = 120.0
LOOK_EVERY_S = 0.2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
# A child that lived this long was well; its next death starts the back-off anew.
WELL_AFTER_S = 60.0
# Programs first, then, with what is left of the time, the servers they use: a stop takes less than 5 s in all.
PROGRAMS_STOP_TIMEOUT_S, STOP_TIMEOUT_S = 2.0, 3.8


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal went away."""


@dataclass
class Child:
    """One program and its present process."""

    program: Program
    is_up: Callable[[int], bool]
    process: Process
    is_server: bool = False
    started_at: float = 0.0
    deaths: int = 0
    again_at: float | None = None
    given_up: bool = False


class Supervisor:
    """Owns every child process of this start."""

    def __init__(self, say: Callable[[str], None], *, restart: bool = True) -> None:
        self._say = say
        self._restart = restart
        self._children: list[Child] = []
        adopt_orphans()

    def adopt(
        self, program: Program, is_up: Callable[[int], bool], process: Process, *, is_server: bool = False
    ) -> None:
        """This will watch over a process that was started just now."""
        self._children.append(Child(program, is_up, process, is_server, started_at=time.monotonic()))

    def wait_until_up(self) -> None:
        """This will return when every child says it is up.

        Raises:
            StackError: one died or was not up in time; the message ends with the tail of its log.
        """
        waiting = list(self._children)
        deadline = time.monotonic() + START_TIMEOUT_S
        while waiting:
            self._stop_if_one_died()
            for child in [child for child in waiting if child.is_up(child.process.pid)]:
                waiting.remove(child)
            if waiting and time.monotonic() > deadline:
                raise StackError(_words(waiting[0], f"was not up after {START_TIMEOUT_S:.0f} s"))
            time.sleep(0.02)

    def watch(self) -> None:
        """This will keep the children alive until somebody asks us to stop."""
        while True:
            now = time.monotonic()
            for child in self._children:
                self._look_after(child, now)
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        """This will stop every child within five seconds; nothing any of them started is left."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        begun = time.monotonic()
        for servers, until_s in ((False, PROGRAMS_STOP_TIMEOUT_S), (True, STOP_TIMEOUT_S)):
            children = [child for child in reversed(self._children) if child.is_server is servers]
            for child in children:
                ask_to_stop(child.process, child.program.stop_signal)
            finish([child.process for child in children], begun + until_s - time.monotonic())
        self._children.clear()
        kill_orphans()

    def _stop_if_one_died(self) -> None:
        for child in self._children:
            code = child.process.poll()
            if code is not None:
                raise StackError(_words(child, f"stopped while starting ({_how(code)})"))

    def _look_after(self, child: Child, now: float) -> None:
        if child.given_up:
            return
        if child.again_at is None:
            code = child.process.poll()
            if code is not None:
                self._mourn(child, code, now)
        elif now >= child.again_at:
            child.again_at, child.started_at = None, now
            child.process = spawn(child.program)
            self._say(f"{child.program.name} is back as process {child.process.pid}")

    def _mourn(self, child: Child, code: int, now: float) -> None:
        finish([child.process], timeout_s=0)  # what it started goes with it
        if not self._restart:
            child.given_up = True
            self._say(_words(child, f"ended ({_how(code)}) and stays down: --no-restart"))
            return
        child.deaths = 1 if now - child.started_at > WELL_AFTER_S else child.deaths + 1
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (child.deaths - 1))
        child.again_at = now + pause_s
        self._say(f"{child.program.name} ended ({_how(code)}); starting it again in {pause_s:.1f} s")


def stop_on_signals() -> None:
    """This will turn the signals that end a program into `Stopped`, raised wherever the main thread is."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _words(child: Child, what: str) -> str:
    return f"{child.program.name} {what}. The end of {child.program.log}:\n{tail(child.program.log)}"
