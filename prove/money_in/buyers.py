"""The buyers' side: every flow is one order and what a person may do with it, over HTTP, asked until it is answered.

`python -m prove.money_in.buyers FOLDER` runs the flows that the folder's `buyers.json` asks for.
"""

import asyncio
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import uvloop

from prove import files
from prove.board import Board
from prove.money_in.people import Buyer, Stage
from prove.money_in.told import Notes, Told
from prove.money_in.ways import WAYS, Leaves
from prove.wire import Answer, Connection, Lost, NotReached

REQUEST_TIMEOUT_S = 45.0  # longer than our own patience with a provider that hangs
GIVE_UP_S = 900.0  # a question nobody answers for so long fails the proof
LONGEST_WAIT_S = 2.0
FORM = {"content-type": "application/x-www-form-urlencoded"}
STOPPED = "dispute_open"  # an earlier order of theirs is disputed: they may not buy meanwhile
PACKAGES = ("coins-70", "coins-350", "coins-700", "coins-1400")


class NeverAnswered(Exception):
    """A question was asked again and again and nobody answered it."""


class Line:
    """One person's connections: to our site, and to the provider's pages."""

    def __init__(self, site: int, provider: int, told: Told, chance: random.Random) -> None:
        self._connections = {site: Connection(site), provider: Connection(provider)}
        self._site, self._provider = site, provider
        self._told = told
        self._random = chance

    async def site(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """This will ask our site until it decides."""
        return await self._until_answered(self._site, method, path, headers, body)

    async def page(self, url: str, **form: str) -> Answer:
        """This will send a form of the provider's, again if its answer is lost."""
        body, path = urlencode(form).encode(), urlsplit(url).path
        return await self._until_answered(self._provider, "POST", path, FORM, body)

    def is_providers(self, url: str) -> bool:
        """Whether an address leads to a page of the provider's rather than back to us."""
        return urlsplit(url).port == self._provider

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, LONGEST_WAIT_S) * self._random.uniform(0.5, 1.5))

    async def _until_answered(
        self, port: int, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> Answer:
        begun = time.monotonic()
        while time.monotonic() - begun < GIVE_UP_S:
            try:
                answer = await self._connections[port].ask(method, path, headers, body, REQUEST_TIMEOUT_S)
            except NotReached:
                await self.pause(0.2)
                continue
            except Lost:
                self._told.lost += 1
                await self.pause(0.1)
                continue
            if answer.status in (429, 503):
                self._told.busy += 1
                await self.pause(float(answer.headers.get("retry-after", "1")))
            elif answer.status >= 500:
                self._told.errors += 1
                await self.pause(0.2)
            else:
                return answer
        raise NeverAnswered(f"{method} {path}: {self._told}")


class Flow:
    """One order from the button to its end, as far as its buyer goes."""

    def __init__(self, buyer: Buyer, room: str, told: Told, line: Line, chance: random.Random) -> None:
        self.buyer, self.room, self.told, self.line, self.random = buyer, room, told, line, chance

    @property
    def program(self) -> dict[str, str]:
        """The headers of a program that asks for this person."""
        return {"x-session-token": self.buyer.token, "content-type": "application/json"}

    async def run(self) -> None:
        """This will order, pay or not in this flow's way, and do something with the coins."""
        checkout_url = await self._order()
        if checkout_url is None:
            return
        with suppress(Leaves):
            await WAYS[self.told.way].pay(self, checkout_url)
        if self.told.expects == "coins" and self.random.random() < 0.5:
            await self._come_back()
        for step in WAYS[self.told.way].afterwards:
            await step(self)

    async def is_credited(self) -> bool:
        """This will look for the coins a while, as somebody does who wants to spend them."""
        for _ in range(20):
            answer = await self.line.site("GET", f"/api/v1/orders/{self.told.order}/", self.program)
            if answer.json().get("status") == "credited":
                return True
            await self.line.pause(1)
        return False

    def refuse(self, answer: Answer) -> None:
        """This will note an answer that this flow should not get."""
        self.told.refused.append(f"{answer.status} {answer.json().get('code', '')}")

    async def _order(self) -> str | None:
        package = self.random.choice(PACKAGES)
        presses = 2 if self.random.random() < 0.2 else 1  # a double click
        answers = [
            await self.line.site(
                "POST",
                "/api/v1/orders/",
                self.program | {"idempotency-key": self.told.key},
                b'{"package": "%s"}' % package.encode(),
            )
            for _ in range(presses)
        ]
        made = answers[0].json()
        if answers[0].status != 201:
            if made.get("code") == STOPPED:
                self.told.after.append(STOPPED)
            else:
                self.refuse(answers[0])
            return None
        if any(answer.json().get("id") != made["id"] for answer in answers):
            self.told.refused.append("two orders of one key")
        self.told.order, self.told.coins = made["id"], made["coins"]
        self.told.gross_minor, self.told.currency = made["gross_minor"], made["currency"]
        return made["checkout_url"] or await self._page_comes()

    async def _page_comes(self) -> str | None:
        """The provider was silent when the order was made: the sweep brings the payment page."""
        begun = time.monotonic()
        while time.monotonic() - begun < GIVE_UP_S:
            order = (await self.line.site("GET", f"/api/v1/orders/{self.told.order}/", self.program)).json()
            if order.get("checkout_url"):
                return str(order["checkout_url"])
            if order.get("status") in ("expired", "cancelled"):
                return None
            await self.line.pause(1)
        raise NeverAnswered(f"no payment page: {self.told}")

    async def _come_back(self) -> None:
        """The buyer's browser follows the way back, in which the site asks the provider."""
        cookie = {"cookie": f"sessionid={self.buyer.token}"}
        answer = await self.line.site("GET", f"/orders/{self.told.order}/landing/", cookie)
        if answer.status != 302:
            self.refuse(answer)


async def _flow(n: int, settings: dict[str, int], stage: Stage, notes: Notes) -> None:
    chance = random.Random(f"{settings['seed']}:{n}")
    place = n % len(stage.buyers)
    buyer = stage.buyers[place]
    names = [name for name, way in WAYS.items() if way.fits(pays_euro=buyer.pays_euro)]
    way = chance.choices(names, [WAYS[name].weight for name in names])[0]
    told = Told(n=n, buyer=place, way=way, key=f"flow-{n}")
    line = Line(settings["site"], settings["provider"], told, chance)
    begun = time.monotonic()
    try:
        await Flow(buyer, stage.room, told, line, chance).run()
    finally:
        line.close()
    told.seconds = round(time.monotonic() - begun, 3)
    await asyncio.get_running_loop().run_in_executor(None, notes.write, told)


async def _run(folder: Path) -> None:
    settings: dict[str, int] = files.read(folder / "buyers.json")
    stage, notes, board = Stage.load(folder), Notes(folder / "told.jsonl"), Board(folder / "board")
    waiting = iter(range(settings["flows"]))
    done = 0

    async def lane() -> None:
        nonlocal done
        for n in waiting:
            while n >= board.released:
                await asyncio.sleep(0.01)
            await _flow(n, settings, stage, notes)
            done += 1
            board.count_answered(done)

    async with asyncio.TaskGroup() as lanes:
        for _ in range(settings["lanes"]):
            lanes.create_task(lane())


if __name__ == "__main__":
    uvloop.run(_run(Path(sys.argv[1])))
