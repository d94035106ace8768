"""The event streams of a real server: who may listen, and that a listener gets each event once, in order."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.db import connection

from accounts.models import User
from gifts.models import Gift
from gifts.services import send_gift
from ground import clock
from live import services, tickets
from live.models import Room
from stack.ports import LOOPBACK, free_port
from stack.programs import web
from tests.fixtures.accounts import token_of
from tests.fixtures.gifts import Fund
from tests.fixtures.processes import _running as running

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 20


@pytest.fixture
def listen(site: str) -> Callable[..., Any]:
    """Open a stream: `with listen(address, headers) as events: next(events)` gives (id, event, data)."""

    @contextmanager
    def opened(
        address: str, headers: dict[str, str] | None = None
    ) -> Iterator[Iterator[tuple[int, str, Any]]]:
        with httpx.stream("GET", site + address, headers=headers or {}, timeout=PATIENCE_S) as answer:
            assert answer.status_code == 200, answer.read()
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield parsed(answer.iter_lines())

    return opened


def parsed(lines: Iterator[str]) -> Iterator[tuple[int, str, Any]]:
    fields: dict[str, str] = {}
    for text in lines:
        if text.startswith(":"):
            continue
        if text:
            name, _, value = text.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield int(fields["id"]), fields["event"], json.loads(fields["data"])
            fields = {}


def in_a_thread(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run `work` on a loop of its own; a browser test in this process may have left one in the main thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(work())).result()


def say(author: User, room: Room, text: str) -> None:
    services.post_message(room_id=room.pk, author=author, text=text, key=services.new_key(), now=clock.now())


def give(sender: User, room: Room, key: str) -> int:
    return send_gift(
        sender=sender, room_id=room.pk, gift="test-rose", quantity=1, coins=10, key=key, now=clock.now()
    ).id


def test_a_gift_and_a_message_arrive_with_todays_names(
    listen: Any, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    with listen(tickets.events_url(room, after=1, viewer=None)) as events:
        sent = give(fan, room, "a")
        User.objects.filter(pk=fan.pk).update(display_name="Alice of today")
        say(fan, room, "<b>Hello</b>")
        gift, message = next(events), next(events)

    number, kind, body = gift
    assert (number, kind, body["id"], body["gift_name"], body["coins"]) == (
        2,
        "gift.settled",
        sent,
        "Rose",
        10,
    )
    assert (body["animation"], body["price_class"]) == ("bloom", 2)
    number, kind, body = message
    assert (number, kind, body["text"]) == (3, "chat.message", "<b>Hello</b>")
    assert body["author"] == {"id": fan.pk, "handle": "alice", "name": "Alice of today"}


def test_a_reconnect_goes_on_where_it_broke_off(
    listen: Any, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 1000)
    for n in range(3):
        give(fan, room, str(n))
    with listen(tickets.events_url(room, after=1, viewer=None)) as events:
        first = [next(events)[0] for _ in range(2)]
    for n in range(3, 8):
        give(fan, room, str(n))
    with listen(tickets.events_url(room, after=0, viewer=None), {"Last-Event-ID": str(first[-1])}) as events:
        give(fan, room, "last")
        rest = [next(events)[0] for _ in range(7)]

    assert first + rest == list(range(2, 11))


def test_a_session_token_opens_a_room_and_ones_own_stream(
    listen: Any, fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    bearer = {"Authorization": f"Bearer {token_of(fan)}"}
    token = {"X-Session-Token": token_of(creator)}
    with (
        listen(f"{tickets.events_path(room)}?after=1", bearer) as in_room,
        listen("/api/v1/creator/events/?after=1", token) as of_creator,
    ):
        sent = give(fan, room, "a")
        assert next(in_room)[2]["id"] == next(of_creator)[2]["id"] == sent


def test_who_may_not_listen(site: str, fan: User, room: Room) -> None:
    path = f"{site}{tickets.events_path(room)}"
    other = f"{site}/api/v1/rooms/{UUID(int=1)}/events/"
    token = {"X-Session-Token": token_of(fan)}

    def code(url: str, method: str = "GET", **given: Any) -> tuple[int, str]:
        answer = httpx.request(method, url, timeout=PATIENCE_S, **given)
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status_code, answer.json()["code"]

    assert code(path) == (401, "not_authenticated")
    assert code(path, headers={"X-Session-Token": "forged"}) == (401, "not_authenticated")
    assert code(f"{path}?ticket=forged") == (401, "ticket_invalid")
    assert code(f"{other}?ticket={tickets.mint(room.stream)}") == (401, "ticket_invalid")
    assert code(other, headers=token) == (404, "not_found")
    assert code(f"{path}?after=x", headers=token) == (400, "invalid_cursor")
    assert code(f"{path}?after=99999999999999999999", headers=token) == (400, "invalid_cursor")
    assert code(path, "POST", headers=token) == (405, "method_not_allowed")
    assert code(f"{site}/api/v1/creator/events/?ticket={tickets.mint(room.stream)}") == (
        401,
        "not_authenticated",
    )


def test_an_old_ticket_opens_nothing(site: str, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: now() - tickets.MAX_AGE_S - 5)
    ticket = tickets.mint(room.stream)
    monkeypatch.undo()

    answer = httpx.get(f"{site}{tickets.events_path(room)}?ticket={ticket}", timeout=PATIENCE_S)

    assert (answer.status_code, answer.json()["code"]) == (401, "ticket_invalid")


def test_two_hundred_listeners_get_everything_once(
    site: str, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 1000)
    address = site + tickets.events_url(room, after=1, viewer=None)

    async def one(client: httpx.AsyncClient, ready: asyncio.Semaphore) -> list[int]:
        numbers = []
        async with client.stream("GET", address) as answer:
            ready.release()
            async for text in answer.aiter_lines():
                if text.startswith("id: "):
                    numbers.append(int(text[4:]))
                if len(numbers) == 20:
                    return numbers
        raise AssertionError(numbers)

    def give_twenty() -> None:
        for n in range(20):
            give(fan, room, str(n))
        connection.close()

    async def everybody() -> list[list[int]]:
        ready = asyncio.Semaphore(0)
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(timeout=60, limits=limits) as client:
            listeners = [asyncio.create_task(one(client, ready)) for _ in range(200)]
            for _ in listeners:
                await ready.acquire()
            await asyncio.to_thread(give_twenty)
            return await asyncio.gather(*listeners)

    assert in_a_thread(everybody) == [list(range(2, 22))] * 200


def test_the_streams_stand_in_the_openapi_document(client: Any) -> None:
    document = client.get("/api/v1/openapi.json").json()

    room = document["paths"]["/api/v1/rooms/{room_id}/events/"]["get"]
    assert "text/event-stream" in room["responses"]["200"]["content"]
    assert "/api/v1/creator/events/" in document["paths"]
    assert "Idempotency-Key" in json.dumps(document["paths"]["/api/v1/rooms/{room_id}/gifts/"])


@pytest.fixture
def site_without_valkey(transactional_db: None) -> Iterator[str]:
    """A web process whose Valkey does not answer."""
    port = free_port(set())
    address = f"http://{LOOPBACK}:{port}"
    environment = {**os.environ, "REDIS_URL": f"redis://{LOOPBACK}:1/0", "OVATION_SITE_URL": address}
    log = Path(os.environ["OVATION_WORKER_DATA"]) / "web-without-valkey.log"
    for _ in running(web(environment, log, port), lambda: health(address) == 503):
        yield address


def health(address: str) -> int:
    try:
        return httpx.get(f"{address}/healthz", timeout=5).status_code
    except httpx.HTTPError:
        return 0


def test_without_valkey_a_gift_stands_and_still_arrives(
    site_without_valkey: str, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    headers = {"X-Session-Token": token_of(fan), "Idempotency-Key": "k"}
    wish = {"gift": "test-rose", "quantity": 1, "coins": 10}
    address = site_without_valkey + tickets.events_url(room, after=1, viewer=None)
    gifts = f"{site_without_valkey}/api/v1/rooms/{room.pk}/gifts/"

    with httpx.stream("GET", address, timeout=PATIENCE_S) as stream:
        answer = httpx.post(gifts, json=wish, headers=headers, timeout=PATIENCE_S)
        number, kind, body = next(parsed(stream.iter_lines()))

    assert answer.status_code == 201
    assert (number, kind, body["id"]) == (2, "gift.settled", answer.json()["id"])


@pytest.fixture
def patient_server(transactional_db: None) -> Iterator[tuple[str, Iterator[Any]]]:
    """A web process that, asked to stop, waits for open responses however long they take; and what stops it."""
    port = free_port(set())
    address = f"http://{LOOPBACK}:{port}"
    log = Path(os.environ["OVATION_WORKER_DATA"]) / "web-patient.log"
    program = web({**os.environ, "OVATION_SITE_URL": address}, log, port)
    at = list(program.argv).index("--timeout-graceful-shutdown")
    program = replace(program, argv=[*program.argv[:at], *program.argv[at + 2 :]])
    serving = running(program, lambda: health(address) == 200)
    next(serving)
    yield address, serving
    next(serving, None)


def test_a_stopping_server_lets_its_listeners_go(
    patient_server: tuple[str, Iterator[Any]], room: Room
) -> None:
    address, serving = patient_server
    with httpx.stream(
        "GET", address + tickets.events_url(room, after=1, viewer=None), timeout=PATIENCE_S
    ) as stream:
        lines = stream.iter_lines()
        next(lines)
        stopping = Thread(target=lambda: next(serving, None))
        stopping.start()
        rest = list(lines)
    stopping.join()

    assert ": come back soon" in rest
