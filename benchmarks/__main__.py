"""`python3 dev.py bench NAME …`: starts what a benchmark needs and runs it in a process and a database of its own."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks import page, servers
from benchmarks.harness import DEFAULT_SECONDS, ROUNDS, say, stop
from stack.environment import ROOT

WITH_SERVERS = ("hot_creator", "gift_http", "journal_size", "room_fanout", "webhook")
WITHOUT_SERVERS = ("start_up",)
STOP_TIMEOUT_S = 30.0
NAMES = (*WITH_SERVERS, *WITHOUT_SERVERS)


def main(arguments: list[str]) -> int:
    """This will run the benchmarks named and return 0 if all of them came to an end."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, stop)
    options.load = round(os.getloadavg()[0], 1)  # before we make any ourselves
    if options.name == "page":
        page.write()
        return 0
    names = NAMES if options.name == "all" else (options.name,)
    codes = [_run(name, options, None) for name in names if name in WITHOUT_SERVERS]
    wanted = [name for name in names if name in WITH_SERVERS]
    if wanted:
        with servers.running() as ours:
            for name in wanted:
                say(f"\n{name}")
                with ours.copy(f"bench_{name}") as environment:
                    codes.append(_run(name, options, environment))
    if options.json and options.json.absolute() == page.FOLDER and set(NAMES) <= set(page.load()):
        page.write()
    return max(codes)


def _run(name: str, options: argparse.Namespace, environment: dict[str, str] | None) -> int:
    command = [
        *(sys.executable, "-m", "benchmarks.run", name, f"--seconds={options.seconds}"),
        *(f"--rounds={options.rounds}", f"--scale={options.scale}", f"--load={options.load}"),
        *([f"--json={options.json.absolute()}"] if options.json else []),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()  # it stops its own servers first
        process.wait(STOP_TIMEOUT_S)
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description="Measure a hot path beside its yardsticks."
    )
    parser.add_argument("name", choices=(*NAMES, "all", "page"), help="`page` writes docs/performance.md")
    parser.add_argument(
        "--seconds", type=float, default=DEFAULT_SECONDS, help="of each measurement, in each round"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--scale", type=float, default=1.0, help="of what is set up: fans, rows, listeners")
    parser.add_argument("--json", type=Path, help="a file, or a folder for NAME.json")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
