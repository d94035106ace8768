"""What buyers were told, one line each, on disk before it counts."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Told:
    """One flow: an order, how its buyer went about it, and what the provider's page and our API said.

    `expects`: `coins` once the payment page said it is paid (or will be, by the bank account that was typed),
    `nothing` when it was declined for good, left or cancelled, `either` when the buyer cannot know.
    """

    n: int
    buyer: int
    way: str
    key: str
    order: str = ""
    coins: int = 0
    gross_minor: int = 0
    currency: str = ""
    expects: str = "nothing"
    after: list[str] = field(default_factory=list)  # what the buyer did once it was paid
    refused: list[str] = field(default_factory=list)  # codes that no flow should meet
    lost: int = 0  # answers that never came
    busy: int = 0  # 429 and 503
    errors: int = 0  # other 5xx
    seconds: float = 0.0


class Notes:
    """Appends lines that are on disk when `write` returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, told: Told) -> None:
        os.write(self._file, json.dumps(asdict(told)).encode() + b"\n")
        os.fsync(self._file)


def told_in(path: Path) -> Iterator[Told]:
    """Every line of a file of notes."""
    if path.exists():
        with path.open() as lines:
            yield from (Told(**json.loads(line)) for line in lines)
