"""The fans' side: many requests in flight, each asked until it is answered, each answer on disk before it counts.

`python -m prove.clients FOLDER SETTINGS` runs the load; what it needs stands in the folder's `clients.json`.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import uvloop

from prove import files
from prove.board import Board
from prove.files import Said, Stage
from prove.wire import Answer, Connection, Lost, NotReached
from prove.wishes import Wish, Wishes

REQUEST_TIMEOUT_S = 30.0
GIVE_UP_S = 120.0  # a question nobody answers for so long fails the proof
LONGEST_WAIT_S = 2.0
AT_THE_GATE_S = 0.005
CHECKED_AGAIN = 500  # answered keys that are asked once more at the end


class NeverAnswered(Exception):
    """A question was asked again and again and nobody answered it."""


@dataclass
class Tries:
    """How one question fared until it was answered."""

    asked_at: float = 0.0
    last_asked_at: float = 0.0
    lost: int = 0
    busy: int = 0
    errors: list[tuple[float, int]] = field(default_factory=list)


class Clients:
    """Everybody who sends: shared acknowledgements, a lane for each request in flight."""

    def __init__(self, folder: Path, ports: list[int], acks: Path) -> None:
        self.stage = Stage.load(folder)
        self.ports = ports
        self.board = Board(folder / "board")
        self._acks = files.Acks(acks)
        self._waiting: list[tuple[Said, asyncio.Future[None]]] = []
        self._written = asyncio.Event()
        self.answered = 0

    async def acknowledge(self, said: Said) -> None:
        """This will return when the line is on disk. Lines that come together share one fsync."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((said, done))
        self._written.set()
        await done

    async def keep_writing(self) -> None:
        """This will write acknowledgements for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await self._written.wait()
            self._written.clear()
            lines, self._waiting = self._waiting, []
            await loop.run_in_executor(None, self._acks.write, [said for said, _ in lines])
            self.answered += len(lines)
            self.board.count_answered(self.answered)
            for _, done in lines:
                done.set_result(None)

    async def settle(self, n: int, wish: Wish, lane: "Lane") -> Said:
        """This will ask until there is an answer, and put it on disk."""
        tries = Tries()
        answer = await lane.until_answered(wish, tries)
        said = _said(n, wish, tries, answer)
        await self.acknowledge(said)
        return said

    def request(self, wish: Wish) -> tuple[str, dict[str, str], bytes]:
        """Path, headers and body of a wish."""
        headers = {
            "x-session-token": self.stage.fans[wish.fan].token,
            "idempotency-key": wish.key,
            "content-type": "application/json",
        }
        body = {"gift": wish.gift, "quantity": wish.quantity, "coins": wish.coins}
        return f"/api/v1/rooms/{self.stage.rooms[wish.room].id}/gifts/", headers, json.dumps(body).encode()


class Lane:
    """One request in flight at a time, over one connection to each gateway."""

    def __init__(self, clients: Clients, seed: int) -> None:
        self._clients = clients
        self._random = random.Random(seed)
        self._connections = [Connection(port) for port in clients.ports]

    async def until_answered(self, wish: Wish, tries: Tries) -> Answer:
        """This will ask, and ask again under the same key, until there is an answer that decides.

        Raises:
            NeverAnswered: nothing decided it in GIVE_UP_S.
        """
        path, headers, body = self._clients.request(wish)
        tries.asked_at = time.monotonic()
        while time.monotonic() - tries.asked_at < GIVE_UP_S:
            tries.last_asked_at = time.monotonic()
            try:
                answer = await self._any().ask("POST", path, headers, body, REQUEST_TIMEOUT_S)
            except NotReached:
                await self._pause(0.1)
                continue
            except Lost:
                tries.lost += 1
                await self._pause(0.05)
                continue
            if answer.status in (429, 503):
                tries.busy += 1
                await self._pause(float(answer.headers.get("retry-after", "1")))
            elif answer.status >= 500:
                tries.errors.append((time.monotonic(), answer.status))
                await self._pause(0.1)
            else:
                return answer
        raise NeverAnswered(f"{wish.key}: {tries}")

    async def hang_up(self, n: int, wish: Wish) -> Said:
        """This will ask and leave before the answer; the key is asked for at the end."""
        path, headers, body = self._clients.request(wish)
        tries = Tries(asked_at=time.monotonic())
        while True:
            tries.last_asked_at = time.monotonic()
            try:
                await self._any().send_and_leave("POST", path, headers, body)
                break
            except NotReached:
                await self._pause(0.1)
        said = _said(n, wish, tries, Answer(0, {}, b""))
        await self._clients.acknowledge(said)
        return said

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def _any(self) -> Connection:
        return self._random.choice(self._connections)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, LONGEST_WAIT_S) * self._random.uniform(0.5, 1.5))


class Load:
    """The lanes' common work: wishes number 0 to `gifts`, each given to the lane that is free."""

    def __init__(self, clients: Clients, gifts: int, seed: int) -> None:
        self._clients = clients
        self._wishes = Wishes(clients.stage, seed)
        self._gifts = gifts
        self._next = 0

    async def work(self, lane: Lane, other: Lane) -> None:
        """This will take wishes until there are none; `other` asks the second half of a twin."""
        while self._next < self._gifts:
            n, self._next = self._next, self._next + 1
            while self._clients.board.released <= n:
                await asyncio.sleep(AT_THE_GATE_S)
            wish = self._wishes.draw(n)
            if wish.kind == "abandoned":
                await lane.hang_up(n, wish)
                continue
            asked = [self._clients.settle(n, wish, one) for one in (lane, other)[: 1 + (wish.kind == "twin")]]
            said, *_ = await asyncio.gather(*asked)
            if said.status == 201 and wish.kind == "plain":
                self._wishes.answered.append(wish)
        lane.close()
        other.close()


def _said(n: int, wish: Wish, tries: Tries, answer: Answer) -> Said:
    content = answer.json()
    return Said(
        n=n,
        kind=wish.kind,
        fan=wish.fan,
        key=wish.key,
        room=wish.room,
        gift=wish.gift,
        quantity=wish.quantity,
        coins=wish.coins,
        status=answer.status,
        code=str(content.get("code", "")),
        answer={name: value for name, value in content.items() if isinstance(value, int)},
        asked_at=tries.asked_at,
        last_asked_at=tries.last_asked_at,
        answered_at=time.monotonic(),
        lost=tries.lost,
        busy=tries.busy,
        errors=tries.errors,
    )


async def load(folder: Path, ports: list[int], gifts: int, lanes: int, seed: int) -> None:
    """This will ask for `gifts` gifts with `lanes` requests in flight."""
    clients = Clients(folder, ports, folder / "acks.jsonl")
    wishes = Load(clients, gifts, seed)
    pairs = [(Lane(clients, seed + n), Lane(clients, -seed - n)) for n in range(lanes)]
    await _all(clients, [partial(wishes.work, *pair) for pair in pairs])


async def ask_again(folder: Path, ports: list[int], lanes: int, seed: int) -> None:
    """This will ask every abandoned key twice, and some answered ones once more."""
    clients = Clients(folder, ports, folder / "after.jsonl")
    said = list(files.acknowledgements(folder / "acks.jsonl"))
    abandoned = [one for one in said if one.status == 0]
    answered = [one for one in said if one.status == 201]
    chance = random.Random(seed)
    todo = abandoned * 2 + chance.sample(answered, min(CHECKED_AGAIN, len(answered)))
    todo.reverse()  # popped from the end: both askings of an abandoned key come in order of the list

    async def work(lane: Lane) -> None:
        while todo:
            one = todo.pop()
            wish = Wish(one.kind, one.fan, one.key, one.room, one.gift, one.quantity, one.coins)
            await clients.settle(one.n, wish, lane)
        lane.close()

    await _all(clients, [partial(work, Lane(clients, seed + n)) for n in range(lanes)])


async def _all(clients: Clients, works: list[Callable[[], Coroutine[None, None, None]]]) -> None:
    writer = asyncio.create_task(clients.keep_writing())
    async with asyncio.TaskGroup() as lanes:
        for work in works:
            lanes.create_task(work())
    writer.cancel()


def main() -> None:
    folder = Path(sys.argv[1])
    what = files.read(folder / "clients.json")
    do: dict[str, Callable[..., Coroutine[None, None, None]]] = {"load": load, "ask_again": ask_again}
    uvloop.run(do[what.pop("do")](folder, **what))


if __name__ == "__main__":
    main()
