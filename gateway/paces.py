"""How fast one person may write and like: ground/pace.py's count in Valkey, for everybody of one moment together."""

from collections.abc import Sequence
from dataclasses import dataclass

import redis.asyncio

from gateway.gathering import Gathering
from ground import pace


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One request to be counted; equal to no other, so that each counts."""

    pace: pace.Pace
    user_id: int


class Paces:
    def __init__(self, valkey: "redis.asyncio.Redis") -> None:
        self._valkey = valkey
        self._counted = Gathering(self._count)

    async def require_calm(self, of: pace.Pace, user_id: int) -> None:
        """Count one request of this person. Raises `of.refusal` if there were too many."""
        made = await self._counted.ask(Asked(of, user_id))
        pace.require(of, made or 0)

    async def _count(self, asked: Sequence[Asked]) -> dict[Asked, int]:
        counts = await pace.count_async(self._valkey, [(one.pace, one.user_id) for one in asked])
        return dict(zip(asked, counts, strict=True))
