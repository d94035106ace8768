"""The process that imports Django once for all programs of a start (stack/forks.py), as the supervisor sees it."""

import json
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from stack.environment import ROOT
from stack.errors import StackError
from stack.files import tail
from stack.process import ForkedProcess, Process, Program, finish, spawn

MODULE = "config.preload"
TIMEOUT_S = 120.0
# The command line is where a fork shows what it became, so it has to be as long as the longest of theirs.
ROOM = "(imports once what web, worker and beat then share)".ljust(400)


class Preload:
    """One preloading process, which imports while the servers start. Its forks are children of the supervisor."""

    def __init__(self, env: dict[str, str], log: Path, module: str = MODULE) -> None:
        self.env = env
        argv = [sys.executable, "-m", "stack.forks", module, ROOM]
        self._program = Program("preload", argv, env, ROOT, log)
        # Elsewhere some system libraries do not survive a fork: there each program is started by itself.
        self._process = spawn(self._program, piped=True) if sys.platform == "linux" else None

    @property
    def pid(self) -> int | None:
        """Its process, where there is one."""
        return None if self._process is None else self._process.pid

    def start(self, programs: Sequence[Program]) -> list[Process]:
        """This will start the programs, all of them in this process's own environment.

        Raises:
            StackError: the import failed; nothing was started.
        """
        if self._process is None:
            return [spawn(program) for program in programs]
        assert all(program.env == self.env for program in programs)
        orders = [{"argv": list(program.argv), "log": str(program.log)} for program in programs]
        return [ForkedProcess(pid) for pid in self._ask(self._process, orders)]

    def close(self) -> None:
        """This will end the process; what it forked lives on."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                with suppress(
                    BrokenPipeError
                ):  # an order that a dead process never took is still in the pipe
                    pipe.close()
            finish([self._process], timeout_s=0)

    def _ask(self, process: "subprocess.Popen[bytes]", orders: Sequence[Mapping[str, object]]) -> list[int]:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None
        try:
            asked.write(json.dumps(orders).encode() + b"\n")
            asked.flush()
            is_there, _, _ = select.select([answers], [], [], TIMEOUT_S)
            answer = answers.readline() if is_there else b""
        except BrokenPipeError:
            answer = b""
        if not answer:
            log = self._program.log
            raise StackError(f"The programs could not be imported. The end of {log}:\n{tail(log)}")
        pids = json.loads(answer)
        assert isinstance(pids, list), answer
        assert len(pids) == len(orders), answer
        return pids
