"""The faults of a proof: who is killed, in which order, and how soon it served again."""

import random
import time
from dataclasses import dataclass
from typing import Any

from prove.board import Board
from prove.house import House

# Out of ten kills. "backend" is the one PostgreSQL process that settles gifts, "postgres" the postmaster alone,
# "cluster" all of PostgreSQL at once.
SHARES = {"gateway": 4, "backend": 1, "postgres": 2, "cluster": 1, "valkey": 2}
TURN_S = 0.02


@dataclass
class Kill:
    """One kill −9. Times in the machine's monotonic seconds."""

    victim: str
    at: float
    answered: int  # gifts, at that moment
    up_at: float | None = None


def victims(kills: int, gateways: int, seed: int) -> list[str]:
    """Who is killed, in order: shares kept, order drawn; the first ones are one of each."""
    names = list(SHARES)
    weighted = [name for name in names for _ in range(SHARES[name])]
    drawn = [*names, *(weighted[n % len(weighted)] for n in range(max(0, kills - len(names))))][:kills]
    chance = random.Random(seed)
    chance.shuffle(drawn)
    return [f"gateway {chance.randrange(gateways)}" if name == "gateway" else name for name in drawn]


class Faults:
    """Releases the gifts stage by stage and kills somebody in the middle of each stage."""

    def __init__(self, house: House, board: Board, gifts: int, order: list[str], seed: int) -> None:
        self._house = house
        self._board = board
        self._gifts = gifts
        self._order = order
        self._random = random.Random(seed)
        self.kills: list[Kill] = []

    def steps(self) -> Any:
        """This will go on at each `next`, so that the caller can look after its processes in between."""
        stages = len(self._order) + 1
        for number, victim in enumerate(self._order):
            server = self._house.servers[_server_of(victim)]
            while server.up_since is None:  # whoever is killed serves; the others may be down still
                yield
            begin, end = (self._gifts * n // stages for n in (number, number + 1))
            self._board.release(end)
            moment = begin + int((end - begin) * self._random.uniform(0.2, 0.8))
            while self._board.answered < moment:
                yield
            time.sleep(self._random.uniform(0, TURN_S))
            self._house.kill(victim)
            self.kills.append(Kill(victim, time.monotonic(), self._board.answered))
        self._board.release(self._gifts)

    def note_recoveries(self) -> None:
        """This will write down who serves again."""
        for kill in self.kills:
            since = self._house.servers[_server_of(kill.victim)].up_since
            if kill.up_at is None and since is not None and since > kill.at:
                kill.up_at = since


def _server_of(victim: str) -> str:
    return "postgres" if victim in ("backend", "cluster") else victim
