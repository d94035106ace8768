"""The proof of money in: random chains of payments, refunds and disputes under faults and kills, then the audit."""

import argparse
import random
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from prove import files
from prove.board import Board
from prove.money_in import banks, report
from prove.money_in.mischief import Mischief
from prove.money_in.town import Town
from prove.proof import Stopped, folder_for, stop
from stack.files import tail
from stack.process import adopt_orphans

TURN_S = 0.02
FLOWS_OF_A_BUYER = 2
STEP_S = 12 * 3_600  # how far business time moves in one step of the calm after the storm
CALM_DAYS = 12  # longer than the slowest bank, the provider's patience with an answer, and a checkout page
QUIET_S = 1.0
HEAL_TIMEOUT_S = 900.0


@dataclass(frozen=True)
class Options:
    """What to prove."""

    flows: int
    kills: int
    lanes: int
    seed: int
    timeout_s: float
    keep: str = ""  # a folder for everything the run leaves, logs included; "" throws it away


class Proof:
    """One run in its own folder."""

    def __init__(self, folder: Path, options: Options) -> None:
        self.folder, self.options = folder, options
        self.town = Town(folder)
        self.board = Board(folder / "board")
        self.failures: list[str] = []
        self.begun = time.monotonic()

    def run(self) -> None:
        """This will go through the whole of it and leave `checks.json`."""
        options, town = self.options, self.town
        self._say(f"seed {options.seed}; starting PostgreSQL, Valkey and the provider")
        town.start_servers()
        town.start_provider()
        self._say("setting the stage")
        town.run_inside("money_in.stage", str(-(-options.flows // FLOWS_OF_A_BUYER)))
        town.start_gateways()
        town.start_workers()
        self._say(f"{options.flows} flows, {options.lanes} at once, {options.kills} kills")
        mischief = Mischief(town, self.board, flows=options.flows, kills=options.kills, seed=options.seed)
        begun = time.monotonic()
        self._let_buyers_buy(mischief)
        flows_s = time.monotonic() - begun
        outside = self._calm_down()
        self._say("checking")
        files.write(self.folder / "provider.json", banks.truth(town))
        files.write(
            self.folder / "run.json",
            {
                "flows": options.flows,
                "kills_wanted": options.kills,
                "kills": [asdict(kill) for kill in mischief.kills],
                "mischief": dict(mischief.done),
                "outside": outside,
                "failures": self.failures,
                "flows_s": flows_s,
                "heal_s": time.monotonic() - begun - flows_s,
            },
        )
        town.run_inside("money_in.audit")

    def _let_buyers_buy(self, mischief: Mischief) -> None:
        town = self.town
        files.write(
            self.folder / "buyers.json",
            {
                "flows": self.options.flows,
                "lanes": self.options.lanes,
                "seed": self.options.seed,
                "site": town.ports[0],
                "provider": town.provider_port,
            },
        )
        buyers = town.begin("buyers", ["prove.money_in.buyers", str(self.folder)])
        for _ in self._while_running(buyers):
            town.look_after()
            mischief.look()
        town.wait_until_up()

    def _calm_down(self) -> dict[str, int]:
        """Everything serves again, nothing fails any more, what was lost stays lost; days pass."""
        chance = random.Random(self.options.seed)
        town = self.town
        town.clear_faults()
        self._say("the banks decide; refunds from outside; days pass")
        self._heal(days=1, until=TOLD)
        done = {"refunds from outside": banks.refund_some(town, chance, one_in=6)}
        self._heal(days=CALM_DAYS // 2, until=TOLD)
        done |= banks.decide_disputes(town, chance)
        self._heal(days=CALM_DAYS // 2, until=DECIDED)
        return done

    def _heal(self, *, days: int, until: dict[str, str]) -> None:
        """Let days pass in steps, and wait until nothing waits for us any more."""
        for _ in range(days * 86_400 // STEP_S):
            self.town.control("clock", advance_s=STEP_S)
            time.sleep(QUIET_S)
            self.town.look_after()
        deadline = time.monotonic() + HEAL_TIMEOUT_S
        while waiting := self._waiting(until):
            if time.monotonic() > deadline:
                self.failures.append(f"still waiting after {HEAL_TIMEOUT_S:.0f} s: {waiting}")
                return
            self.town.control("clock", advance_s=60)
            self.town.look_after()
            time.sleep(QUIET_S)

    def _waiting(self, until: dict[str, str]) -> dict[str, int]:
        """What is not done yet, by kind; empty when all is."""
        counted = {name: self.town.sql(query)[0][0] for name, query in until.items()}
        return {name: count for name, count in counted.items() if count}

    def _while_running(self, process: "subprocess.Popen[bytes]") -> Iterator[None]:
        deadline = time.monotonic() + self.options.timeout_s
        while process.poll() is None:
            if time.monotonic() > deadline:
                process.kill()
                self.failures.append(f"the buyers were not done after {self.options.timeout_s:.0f} s")
                return
            yield
            time.sleep(TURN_S)
        if process.returncode != 0:
            self.failures.append(f"the buyers failed:\n{tail(self.folder / 'buyers.log', 12)}")

    def _say(self, words: str) -> None:
        print(f"  {time.monotonic() - self.begun:6.1f} s  {words}", flush=True)


# What the provider told is worked off; and, once the slowest bank has answered, every order is decided.
TOLD = {
    "events to work off": "SELECT count(*) FROM provider_inboxevent WHERE status IN ('received', 'failed')",
    "calls undecided": "SELECT count(*) FROM provider_providercall WHERE state IN ('pending', 'unknown')",
}
DECIDED = TOLD | {
    "orders to decide": """
        SELECT count(*) FROM wallet_order WHERE held_reason = ''
        AND state IN ('created', 'awaiting_payment', 'declined', 'paid')
    """,
    "refunds on their way": "SELECT count(*) FROM wallet_refund WHERE state = 'pending'",
    "disputes to follow": "SELECT count(*) FROM care_dispute WHERE next_check_at IS NOT NULL",
    "fees to learn": "SELECT count(*) FROM wallet_order WHERE credited_at IS NOT NULL AND fee_minor IS NULL",
}


def describe(command: argparse.ArgumentParser) -> None:
    """This will say what the command takes."""
    command.add_argument("--flows", type=int, default=1_000, help="orders to make (default: 1,000)")
    command.add_argument("--kills", type=int, default=40, help="processes to kill −9 meanwhile (default: 40)")
    command.add_argument("--lanes", type=int, default=24, help="flows at once (default: 24)")
    command.add_argument("--seed", type=int, help="repeat a run's wishes and faults (default: by chance)")
    command.add_argument(
        "--timeout", type=float, default=2_400, help="seconds for the flows (default: 2,400)"
    )
    command.add_argument("--keep", default="", help="an empty folder for the run's data and logs")
    command.add_argument(
        "--report", type=Path, help="where to leave the report: FILE.md, and FILE.json beside it"
    )
    command.set_defaults(run=_command)


def _command(asked: argparse.Namespace) -> int:
    options = Options(
        flows=asked.flows,
        kills=asked.kills,
        lanes=asked.lanes,
        seed=secrets.randbelow(10**6) if asked.seed is None else asked.seed,
        timeout_s=asked.timeout,
        keep=asked.keep,
    )
    return prove(options, asked.report)


def prove(options: Options, report_file: Path | None) -> int:
    """This will prove it, print the report's table, and answer 0 when everything held."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    adopt_orphans()
    begun = time.monotonic()
    with folder_for(options.keep) as folder:
        proof = Proof(folder, options)
        try:
            proof.run()
            outcome = report.read(folder, asdict(options), time.monotonic() - begun)
        except Stopped:
            return 130
        finally:
            proof.town.stop()
    report.show(outcome)
    if report_file is not None:
        report.save(outcome, report_file)
    return 0 if outcome.ok else 1
