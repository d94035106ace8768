"""The proof's folder: what its processes tell each other, one JSON file each, and the acknowledgements."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Fan:
    """Somebody who sends. `coins` is what they have at the start; `kind`: rich, tight, poor, frozen or creator."""

    user_id: int
    holder: int
    token: str
    coins: int
    kind: str


@dataclass(frozen=True)
class Room:
    id: str
    creator_id: int
    creator_holder: int
    creator_token: str


@dataclass(frozen=True)
class Stage:
    """Who plays, where, and what can be sent: gift → price in coins."""

    fans: list[Fan]
    rooms: list[Room]
    prices: dict[str, int]

    def save(self, folder: Path) -> None:
        write(folder / "stage.json", asdict(self))

    @classmethod
    def load(cls, folder: Path) -> "Stage":
        content = read(folder / "stage.json")
        return cls(
            fans=[Fan(**fan) for fan in content["fans"]],
            rooms=[Room(**room) for room in content["rooms"]],
            prices=content["prices"],
        )


@dataclass(frozen=True)
class Said:
    """One wish and what its client was told, as written to disk before it counted.

    `fan` and `room` are places in the stage. `status` 0: the client hung up and does not know. Times are the
    machine's monotonic seconds: first asked, last asked, answered.
    """

    n: int
    kind: str
    fan: int
    key: str
    room: int
    gift: str
    quantity: int
    coins: int
    status: int
    code: str
    answer: dict[str, int]
    asked_at: float
    last_asked_at: float
    answered_at: float
    lost: int = 0
    busy: int = 0
    errors: list[tuple[float, int]] = field(default_factory=list)  # when, and which 5xx


class Acks:
    """Appends lines that are on disk when `write` returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, said: Iterable[Said]) -> None:
        os.write(self._file, b"".join(json.dumps(asdict(one)).encode() + b"\n" for one in said))
        os.fsync(self._file)


def acknowledgements(path: Path) -> Iterator[Said]:
    """Every line of an acknowledgement file."""
    if path.exists():
        with path.open() as lines:
            yield from (Said(**json.loads(line)) for line in lines)


def write(path: Path, content: Any) -> None:
    """This will write JSON whole or not at all."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content))
    new.replace(path)


def read(path: Path) -> Any:
    return json.loads(path.read_text())
