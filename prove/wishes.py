"""What the clients ask: drawn from a seed, so that a seed that failed can be played again."""

import random
from dataclasses import dataclass, replace

from prove.files import Stage

# Of a hundred wishes. The rest is plain: a new key, the right total.
REPEATS = 6  # a key that was answered, once more
TWINS = 4  # one key asked twice at the same moment, at two gateways where there are two
REUSES = 2  # a key that was answered, for another gift
ABANDONED = 5  # the client hangs up without the answer
WRONG_TOTALS = 3
HOT_FANS, HOT_SHARE = 5, 0.25  # a few fans who send at once from several devices
QUANTITIES = (1, 1, 1, 2, 3, 5)


@dataclass(frozen=True)
class Wish:
    """One request: `fan` and `room` are places in the stage, `coins` the total shown."""

    kind: str
    fan: int
    key: str
    room: int
    gift: str
    quantity: int
    coins: int


class Wishes:
    """Draws wishes; `answered` holds the plain ones that got their gift, for those that come back to a key."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._random = random.Random(seed)
        self._seed = seed
        self.answered: list[Wish] = []

    def draw(self, n: int) -> Wish:
        """The wish number `n`."""
        chance = self._random.random() * 100
        kinds = (
            ("repeat", REPEATS), ("reuse", REUSES), ("twin", TWINS), ("abandoned", ABANDONED),
            ("wrong_total", WRONG_TOTALS),
        )  # fmt: skip
        for kind, share in kinds:
            if chance < share:
                return self._special(kind, n)
            chance -= share
        return self._new("plain", n)

    def _special(self, kind: str, n: int) -> Wish:
        if kind not in ("repeat", "reuse"):
            wish = self._new(kind, n)
            return wish if kind != "wrong_total" else replace(wish, coins=wish.coins + 1)
        if not self.answered:
            return self._new("plain", n)
        first = self._random.choice(self.answered)
        if kind == "repeat":
            return replace(first, kind=kind)
        more = first.quantity + 1
        return replace(first, kind=kind, quantity=more, coins=first.coins // first.quantity * more)

    def _new(self, kind: str, n: int) -> Wish:
        fan = self._fan()
        own = self._stage.fans[fan].user_id
        rooms = [place for place, room in enumerate(self._stage.rooms) if room.creator_id != own]
        # The first room is the hot one.
        room = rooms[0] if self._random.random() < 0.5 else self._random.choice(rooms)
        gift = self._random.choice(list(self._stage.prices))
        quantity = self._random.choice(QUANTITIES)
        key = f"{self._seed}-{n}"
        return Wish(kind, fan, key, room, gift, quantity, self._stage.prices[gift] * quantity)

    def _fan(self) -> int:
        if self._random.random() < HOT_SHARE:
            return self._random.randrange(min(HOT_FANS, len(self._stage.fans)))
        return self._random.randrange(len(self._stage.fans))
