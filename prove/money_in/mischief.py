"""What goes wrong meanwhile: kills, a provider that stumbles, webhooks lost, doubled, out of order, running time."""

import random
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from prove.board import Board
from prove.faults import Kill
from prove.money_in.town import Town
from stack.errors import StackError

# Out of fourteen kills.
SHARES = {"gateway 0": 3, "worker": 4, "fakestripe": 3, "backend": 1, "cluster": 1, "valkey": 1, "beat": 1}
# What the provider answers instead, and to which calls (docs/fakestripe.md, Faults).
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "429", "count": 3},
    {"kind": "409", "method": "POST"},
    {"kind": "500", "method": "POST", "stored": True},
    {"kind": "500", "method": "POST", "stored": False},
    {"kind": "500", "method": "GET", "count": 3},
    {"kind": "503", "count": 4},
    {"kind": "reset", "count": 2},
    {"kind": "slow", "seconds": 1.5},
    {"kind": "hang", "seconds": 3},
    {"kind": "done_but_answer_lost", "method": "POST", "count": 2},
)
WEBHOOKS: tuple[dict[str, Any], ...] = (
    {"action": "drop_next", "count": 12},
    {"action": "duplicate", "count": 10},
    {"action": "duplicate", "count": 1},
    {"action": "hold"},
)
MOST_AT_ONCE_S = 12  # faster, and the sweeps would ask about every open order all the time
# It stumbles and is not down: else faults pile up faster than calls use them, and nobody ever pays.
FAULTS_AT_ONCE, HIT_PERCENT = 2, 60


class Mischief:
    """Turns of trouble while the buyers are at it, a kill in each stage of the run."""

    def __init__(self, town: Town, board: Board, *, flows: int, kills: int, seed: int) -> None:
        self._town, self._board, self._flows = town, board, flows
        self._random = random.Random(seed)
        weighted = [name for name, share in SHARES.items() for _ in range(share)]
        order = [*SHARES, *(weighted[n % len(weighted)] for n in range(max(0, kills - len(SHARES))))][:kills]
        self._random.shuffle(order)
        stages = len(order) + 1
        self._due = [
            (int(flows * (n + self._random.uniform(0.2, 0.8)) / stages), who) for n, who in enumerate(order)
        ]
        self._next_turn = 0.0
        self.kills: list[Kill] = []
        self.done: Counter[str] = Counter()

    def look(self) -> None:
        """This will do what is due; call it often."""
        self._board.release(self._flows)
        if self._due and self._board.answered >= self._due[0][0]:
            victim = self._due[0][1]
            server = self._town.servers["postgres" if victim in ("backend", "cluster") else victim]
            if server.up_since is not None:
                self._due.pop(0)
                self._town.kill(victim)
                server.note_down()
                self.kills.append(Kill(victim, time.monotonic(), self._board.answered))
        if time.monotonic() >= self._next_turn:
            self._next_turn = time.monotonic() + self._random.uniform(0.5, 1.5)
            with suppress(StackError):  # it is down just now
                self._turn()

    def _turn(self) -> None:
        self._town.control("clock", advance_s=self._random.randrange(1, MOST_AT_ONCE_S))
        if len(self._town.control("faults")["faults"]) < FAULTS_AT_ONCE:
            fault = dict(self._random.choice(FAULTS))
            self._town.control("faults", **fault, percent=HIT_PERCENT, seed=self._random.randrange(10**6))
            self.done[f"fault {fault['kind']}"] += fault.get("count", 1)
        webhooks = dict(self._random.choice(WEBHOOKS))
        self._town.control("webhooks", **webhooks)
        self.done[f"webhooks {webhooks['action']}"] += 1
        if webhooks["action"] == "hold":
            self._town.control("webhooks", action="permute", seed=self._random.randrange(10**6))
            self._town.control("webhooks", action="release")
