"""`python -m stack.forks MODULE`: import MODULE once, then fork the programs asked for, each from that one memory.

Web, worker and beat import the same 2,000 modules; importing them once instead of three times is most of a warm
start (docs/decisions/0010-one-import-three-processes.md). Linux only. Each program is forked twice, so that the
kernel gives it to the supervisor, our parent, to wait for and to stop like any child that it started itself.

Orders come on standard input, one JSON list of `{"argv": [...], "log": path}` a line; each is answered with the list
of pids. The end of the input is the end of this process; the programs live on.
"""

import ctypes
import gc
import json
import os
import runpy
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from stack.process import die_with_parent

LOOK_EVERY_S = 0.001
# Where the kernel keeps the bounds of the command line, counted from the field after the name (proc_pid_stat(5)).
ARGUMENTS_START, ARGUMENTS_END = 45, 46


def main(module: str) -> None:
    """This will import `module` and fork what the orders name; in a fork, it returns when that program has ended."""
    supervisor = os.getppid()
    gc.disable()  # nothing that an import makes is garbage
    import_module(module)
    gc.freeze()  # a collection in one of the programs must not copy the memory they share
    for line in sys.stdin:
        pids = []
        for program in json.loads(line):
            pids.append(_fork(program, supervisor))
            if pids[-1] == 0:
                _become(program["argv"])
                return
        print(json.dumps(pids), flush=True)


def assert_one_thread_and_no_connection() -> None:
    """This will stop a fork of what cannot be forked: threads are lost, connections and event loops end up shared."""
    threads = os.listdir("/proc/self/task")
    assert len(threads) == 1, f"{len(threads)} threads run before the fork"
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:  # the listing's own
            continue
        assert not target.startswith(("socket:", "anon_inode:")), f"open before the fork: {target}"


def _fork(program: dict[str, Any], supervisor: int) -> int:
    """Fork twice; in the second fork, which is the supervisor's child by then, return 0."""
    assert_one_thread_and_no_connection()
    answer, told = os.pipe()
    between = os.fork()
    if between == 0:
        os.setsid()  # what ends our group must not reach a program that is about to have its own
        between = os.getpid()
        pid = os.fork()
        if pid != 0:
            os.write(told, str(pid).encode())
            os._exit(0)
        os.close(answer)
        os.close(told)
        _settle(Path(program["log"]), between, supervisor)
        return 0
    os.waitpid(between, 0)
    os.close(told)
    pid = int(os.read(answer, 20))
    os.close(answer)
    return pid


def _settle(log: Path, between: int, supervisor: int) -> None:
    """Take the place that `spawn` gives a program: session and log of its own; the supervisor's end is ours."""
    while os.getppid() == between:
        time.sleep(LOOK_EVERY_S)
    die_with_parent(supervisor)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    words = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for opened, number in ((nothing, 0), (words, 1), (words, 2)):
        os.dup2(opened, number)
    os.close(nothing)
    os.close(words)


def _become(argv: list[str]) -> None:
    """Run `python -m MODULE …` as if this process had been started with it."""
    gc.enable()
    _show_as(argv)
    _python, option, module, *arguments = argv
    assert option == "-m", argv
    sys.argv = [module, *arguments]
    sys.orig_argv = list(argv)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _show_as(argv: list[str]) -> None:
    """Let `ps` and `/proc` show what this process is now. Where the line is too long, it ends early."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[ARGUMENTS_START]), int(fields[ARGUMENTS_END])
    line = b"\0".join(word.encode() for word in argv)[: end - start - 1]
    ctypes.memmove(start, line.ljust(end - start, b"\0"), end - start)


if __name__ == "__main__":
    main(sys.argv[1])
