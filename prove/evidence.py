"""Everything that was said and everything that is, side by side."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection

from events import log
from prove import files
from prove.files import Said, Stage
from prove.listeners import GIFT
from prove.model import Gift

PAGE = 5_000

GIFTS = """
    SELECT operation.id, operation.holder, substr(operation.key, 6), sent.sender_id, sent.room_id::text, gift.slug,
           sent.quantity, sent.coins, sent.diamond_units, operation.balance
    FROM ledger_operation operation
    LEFT JOIN gifts_sentgift sent ON sent.id = operation.id
    LEFT JOIN gifts_gift gift ON gift.id = sent.gift_id
    WHERE operation.kind = 'gift' ORDER BY operation.id
"""


class Evidence:
    """What a run left in its folder, and what stands in the database."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage.load(folder)
        self.run: dict[str, Any] = files.read(folder / "run.json")
        self.asked = list(files.acknowledgements(folder / "acks.jsonl"))
        self.asked_again = list(files.acknowledgements(folder / "after.jsonl"))
        self.heard: list[dict[str, Any]] = files.read(folder / "heard.json")
        self.gifts = [Gift(*row) for row in rows(GIFTS)]

    @property
    def said(self) -> list[Said]:
        """Everything that clients were told, under load and afterwards."""
        return [*self.asked, *self.asked_again]

    @cached_property
    def settled(self) -> list[Said]:
        """What clients were told was settled."""
        return [one for one in self.said if one.status == 201]

    @cached_property
    def refused(self) -> list[Said]:
        return [one for one in self.said if one.status not in (0, 201)]

    @cached_property
    def abandoned(self) -> list[Said]:
        """What clients hung up on."""
        return [one for one in self.asked if one.status == 0]

    @cached_property
    def by_key(self) -> dict[tuple[int, str], list[Gift]]:
        """Holder and key → the gifts under it; more than one is a fault."""
        found: dict[tuple[int, str], list[Gift]] = defaultdict(list)
        for gift in self.gifts:
            found[gift.holder, gift.key].append(gift)
        return dict(found)

    @cached_property
    def streams(self) -> dict[str, list[tuple[int, str, int]]]:
        """Every stream of the stage as the log has it: number, type and, of a gift, its id."""
        kinds = [(f"room:{room.id}", f"creator:{room.creator_id}") for room in self.stage.rooms]
        return {name: list(_stream(name)) for pair in kinds for name in pair}

    def holder_of(self, said: Said) -> int:
        return self.stage.fans[said.fan].holder

    def gift_of(self, said: Said) -> Gift | None:
        """The gift that stands under the key of what was asked."""
        return next(iter(self.by_key.get((self.holder_of(said), said.key), [])), None)


def rows(sql: str) -> list[tuple[Any, ...]]:
    """This will run a query on Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _stream(name: str) -> Iterator[tuple[int, str, int]]:
    after = 0
    while events := log.since(name, after, PAGE):
        for event in events:
            yield event.number, event.type, event.body["id"] if event.type == GIFT else 0
        after = events[-1].number
