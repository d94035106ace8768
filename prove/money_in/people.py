"""Who plays: read by every process of the proof, so without Django."""

from dataclasses import dataclass
from pathlib import Path

from prove import files


@dataclass(frozen=True)
class Buyer:
    """Somebody who buys: their ids, a session, and whether they pay in euro."""

    user_id: int
    holder: int
    token: str
    pays_euro: bool


@dataclass(frozen=True)
class Stage:
    """Who buys, and where they may spend."""

    buyers: list[Buyer]
    room: str

    @classmethod
    def load(cls, folder: Path) -> "Stage":
        content = files.read(folder / "stage.json")
        return cls([Buyer(**buyer) for buyer in content["buyers"]], content["room"])
