"""One proof of the gifts: set the stage, load it, kill its servers, ask again, and check what must hold."""

import argparse
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from prove import files, mutants, report
from prove.board import Board
from prove.faults import Faults, victims
from prove.house import House
from stack.errors import StackError
from stack.files import private_folder, tail
from stack.process import adopt_orphans

TURN_S = 0.01
QUIET_S = 0.5  # so long nothing new: whatever the abandoned requests do is done
LISTENERS_OF_EACH_ROOM = 3


@dataclass(frozen=True)
class Options:
    """What to prove. `mutant` names a way to break the program first (prove/mutants.py)."""

    gifts: int
    kills: int
    in_flight: int
    fans: int
    gateways: int
    seed: int
    timeout_s: float
    mutant: str = ""
    keep: str = ""  # a folder for everything the run leaves, logs included; "" throws it away


class Stopped(BaseException):
    """Somebody asked us to stop."""


def run(options: Options, report_file: Path | None) -> int:
    """This will prove it, print the report's table, and answer 0 when everything held."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    adopt_orphans()
    begun = time.monotonic()
    with folder_for(options.keep) as folder:
        proof = Proof(folder, options)
        try:
            proof.run()
            outcome = report.Outcome.of(folder, asdict(options), time.monotonic() - begun)
        except Stopped:
            return 130
        finally:
            proof.house.stop()
    report.show(outcome)
    if report_file is not None:
        report.save(outcome, report_file)
    return 0 if outcome.ok else 1


class Proof:
    """One run in its own folder."""

    def __init__(self, folder: Path, options: Options) -> None:
        self.folder = folder
        self.options = options
        self.mutant = mutants.BY_NAME[options.mutant] if options.mutant else None
        asgi = {"asgi": self.mutant.asgi} if self.mutant and self.mutant.asgi else {}
        self.house = House(folder, options.gateways, **asgi)
        self.board = Board(folder / "board")
        self.failures: list[str] = []
        self.begun = time.monotonic()

    def run(self) -> None:
        """This will go through the whole of it and leave `checks.json`."""
        self._say(
            f"seed {self.options.seed}; starting PostgreSQL, Valkey and {self.options.gateways} gateways"
        )
        self.house.start_servers()
        self._say("setting the stage")
        self.house.run_inside("stage", str(self.options.fans))
        if self.mutant:
            self.mutant.apply(self.house.sql)
        self.house.start_gateways()
        listeners = self._begin_listening()
        begun = time.monotonic()
        kills = self._load_and_kill()
        load_s = time.monotonic() - begun
        self._say("asking every open key again")
        before = self._gifts_there()
        self._ask("ask_again")
        self._say("checking")
        self._let_listeners_finish(listeners)
        files.write(
            self.folder / "run.json",
            {
                "gifts": self.options.gifts,
                "kills_wanted": self.options.kills,
                "kills": kills,
                "before": before,
                "failures": self.failures,
                "load_s": load_s,
            },
        )
        self.house.run_inside("audit")

    def _load_and_kill(self) -> list[dict[str, Any]]:
        options = self.options
        self._say(f"{options.gifts} gifts, {options.in_flight} in flight, {options.kills} kills")
        order = victims(options.kills, options.gateways, options.seed)
        if self.mutant and self.mutant.victims:
            order = [self.mutant.victims[n % len(self.mutant.victims)] for n in range(options.kills)]
        faults = Faults(self.house, self.board, options.gifts, order, options.seed)
        clients = self._clients("load", gifts=options.gifts, lanes=options.in_flight, seed=options.seed)
        steps: Iterator[None] = faults.steps()
        for _ in self._while_running(clients):
            self.house.look_after()
            faults.note_recoveries()
            next(steps, None)
        self.house.wait_until_up()
        faults.note_recoveries()
        self._wait_until_quiet()
        return [asdict(kill) for kill in faults.kills]

    def _while_running(self, process: "subprocess.Popen[bytes]") -> Iterator[None]:
        deadline = time.monotonic() + self.options.timeout_s
        while process.poll() is None:
            if time.monotonic() > deadline:
                process.kill()
                self.failures.append(f"the clients were not done after {self.options.timeout_s:.0f} s")
                return
            yield
            time.sleep(TURN_S)
        if process.returncode != 0:
            self.failures.append(f"the clients failed:\n{tail(self.folder / 'clients.log', 12)}")

    def _clients(self, do: str, **what: int) -> "subprocess.Popen[bytes]":
        files.write(self.folder / "clients.json", {"do": do, "ports": self.house.ports, **what})
        return self.house.begin("clients", ["prove.clients", str(self.folder)])

    def _ask(self, do: str) -> None:
        clients = self._clients(do, lanes=self.options.in_flight, seed=self.options.seed)
        for _ in self._while_running(clients):
            self.house.look_after()

    def _begin_listening(self) -> "subprocess.Popen[bytes]":
        what = {"ports": self.house.ports, "of_each_room": LISTENERS_OF_EACH_ROOM}
        files.write(self.folder / "listeners.json", what)
        return self.house.begin("listeners", ["prove.listeners", str(self.folder)])

    def _let_listeners_finish(self, listeners: "subprocess.Popen[bytes]") -> None:
        """Tell them what the last event of each stream is, and wait until they heard it."""
        files.write(
            self.folder / "last.json", dict(self.house.sql("SELECT name, last_number FROM events_stream"))
        )
        while listeners.poll() is None:
            self.house.look_after()
            time.sleep(TURN_S)
        if listeners.returncode != 0:
            raise StackError(f"the listeners failed:\n{tail(self.folder / 'listeners.log')}")

    def _gifts_there(self) -> dict[str, int]:
        return {
            f"{holder} {key.removeprefix('gift:')}": id_
            for holder, key, id_ in self.house.sql(
                "SELECT holder, key, id FROM ledger_operation WHERE kind = 'gift' ORDER BY id DESC"
            )
        }

    def _wait_until_quiet(self) -> None:
        """An abandoned request may still be on its way to be settled."""
        seen = -1
        while seen != (count := self.house.sql("SELECT count(*) FROM ledger_operation")[0][0]):
            seen = count
            time.sleep(QUIET_S)

    def _say(self, words: str) -> None:
        print(f"  {time.monotonic() - self.begun:6.1f} s  {words}", flush=True)


def describe(command: argparse.ArgumentParser) -> None:
    """This will say what the command takes."""
    command.add_argument("--ops", type=int, default=50_000, help="gifts to ask for (default: 50,000)")
    command.add_argument("--kills", type=int, default=50, help="servers to kill −9 meanwhile (default: 50)")
    command.add_argument("--in-flight", type=int, default=128, help="requests at once (default: 128)")
    command.add_argument("--fans", type=int, default=300, help="who sends (default: 300)")
    command.add_argument("--gateways", type=int, default=2, help="web processes (default: 2)")
    command.add_argument("--seed", type=int, help="repeat a run's wishes and kills (default: by chance)")
    command.add_argument("--timeout", type=float, default=1_800, help="seconds for the load (default: 1,800)")
    command.add_argument("--mutant", default="", choices=["", *mutants.BY_NAME], help="break the house first")
    command.add_argument("--keep", default="", help="an empty folder for the run's data and logs")
    command.add_argument(
        "--report", type=Path, help="where to leave the report: FILE.md, and FILE.json beside it"
    )
    command.set_defaults(run=_command)


def _command(asked: argparse.Namespace) -> int:
    options = Options(
        gifts=asked.ops,
        kills=asked.kills,
        in_flight=asked.in_flight,
        fans=asked.fans,
        gateways=asked.gateways,
        seed=secrets.randbelow(10**6) if asked.seed is None else asked.seed,
        timeout_s=asked.timeout,
        mutant=asked.mutant,
        keep=asked.keep,
    )
    return run(options, asked.report)


@contextmanager
def folder_for(keep: str) -> Iterator[Path]:
    """The folder of a run: the one to `keep`, else one that is thrown away afterwards."""
    if keep:
        yield private_folder(Path(keep).absolute())
        return
    with tempfile.TemporaryDirectory(prefix="ovation-proof-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def stop(_signal: int, _frame: FrameType | None) -> None:
    """The signal handler of a proof."""
    raise Stopped
