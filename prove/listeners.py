"""The audience: follows every stream by cursor, through every fault, and writes down what it heard.

`python -m prove.listeners FOLDER` listens until it has heard the last event named in the folder's `last.json`.
"""

import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from prove import files
from prove.files import Stage
from prove.wire import Connection, Lost, NotReached

GIFT = "gift.settled"  # the type whose events carry a gift's id
SILENCE_S = 45.0  # the server pings every 20 s
LAST_WORDS_S = 60.0  # how long the last events may take to arrive once nothing happens any more
LOOK_EVERY_S = 0.2


@dataclass
class Listener:
    """One listener of one stream. `heard`: number, type and, of a gift, its id."""

    stream: str
    path: str
    token: str
    heard: list[tuple[int, str, int]] = field(default_factory=list)
    reconnections: int = -1

    async def follow(self, ports: list[int]) -> None:
        """This will listen for ever, coming back after what it heard last."""
        while True:
            self.reconnections += 1
            with suppress(NotReached, Lost):
                await self._listen(random.choice(ports))
            await asyncio.sleep(random.uniform(0.05, 0.3))

    async def _listen(self, port: int) -> None:
        last = self.heard[-1][0] if self.heard else 0
        headers = {"x-session-token": self.token, "last-event-id": str(last), "accept": "text/event-stream"}
        fields: dict[str, str] = {}
        async for line in Connection(port).lines(self.path, headers, SILENCE_S):
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            else:
                if "data" in fields:
                    gift = json.loads(fields["data"])["id"] if fields["event"] == GIFT else 0
                    self.heard.append((int(fields["id"]), fields["event"], gift))
                fields = {}


def audience(stage: Stage, of_each_room: int) -> list[Listener]:
    """Some listeners for every room, one for every creator's own stream."""
    listeners = []
    for room in stage.rooms:
        tokens = [stage.fans[n % len(stage.fans)].token for n in range(of_each_room)]
        path = f"/api/v1/rooms/{room.id}/events/"
        listeners += [Listener(f"room:{room.id}", path, token) for token in tokens]
        listeners.append(
            Listener(f"creator:{room.creator_id}", "/api/v1/creator/events/", room.creator_token)
        )
    return listeners


async def listen(folder: Path, ports: list[int], of_each_room: int) -> None:
    """This will follow every stream until the end is known and heard, or LAST_WORDS_S after it is known."""
    listeners = audience(Stage.load(folder), of_each_room)
    tasks = [asyncio.create_task(listener.follow(ports)) for listener in listeners]
    end = folder / "last.json"
    while not end.exists():
        await asyncio.sleep(LOOK_EVERY_S)
    last: dict[str, int] = files.read(end)
    deadline = time.monotonic() + LAST_WORDS_S
    while time.monotonic() < deadline and any(
        (listener.heard[-1][0] if listener.heard else 0) < last[listener.stream] for listener in listeners
    ):
        await asyncio.sleep(LOOK_EVERY_S)
    await asyncio.sleep(2 * LOOK_EVERY_S)  # what comes after the last event came twice
    for task in tasks:
        task.cancel()
    files.write(
        folder / "heard.json",
        [{"stream": one.stream, "heard": one.heard, "reconnections": one.reconnections} for one in listeners],
    )


def main() -> None:
    folder = Path(sys.argv[1])
    uvloop.run(listen(folder, **files.read(folder / "listeners.json")))


if __name__ == "__main__":
    main()
