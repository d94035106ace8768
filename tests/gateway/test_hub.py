"""The hub by itself: what a listener gets, whatever order things happen in, and what is left of one that is gone."""

import asyncio
import gc
import resource
import tracemalloc
import weakref
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError

from gateway import hub as hubs
from gateway import stream as streams
from gateway.app import OTHER_FILES, allow_sockets
from gateway.hub import MOST_LISTENERS, READ_AT_OPENING, Hub
from gateway.listener import Listener
from gateway.window import KEPT_EVENTS, Line


def line(number: int) -> Line:
    return Line("room:1", number, b"%d;" % number)


class Log:
    """An event log that grows at a test's word, and counts its readings."""

    def __init__(self, last: int = 0) -> None:
        self.last = last
        self.is_broken = False
        self.readings = 0

    def heal(self) -> None:
        self.is_broken = False

    async def read(self, cursors: Mapping[str, int]) -> list[Line]:
        self.readings += 1
        await asyncio.sleep(0)
        if self.is_broken:
            raise DatabaseError
        return [line(number) for number in range(cursors["room:1"] + 1, self.last + 1)]

    async def last_number(self, stream: str) -> int:
        return self.last


class Client:
    """The other end of a connection: what it got, and whether it takes more."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.is_ended = False
        self.takes_more = asyncio.Event()
        self.takes_more.set()

    async def send(self, message: Any) -> None:
        await self.takes_more.wait()
        assert not self.is_ended, "a server refuses what comes after the end"
        if message["type"] == "http.response.body":
            self.got.append(message["body"])
            self.is_ended = not message.get("more_body", False)

    @property
    def events(self) -> bytes:
        return b"".join(self.got).partition(b"\n\n")[2]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


def with_hub[T](log: Log, work: Callable[[Hub], Awaitable[T]]) -> T:
    """Run `work` with a hub that follows `log`, on a loop in a thread of its own."""

    async def running() -> T:
        hub = Hub(log.read, log.last_number)
        following = asyncio.create_task(hub.follow())
        try:
            return await work(hub)
        finally:
            hub.close()
            following.cancel()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(running())).result()


def heard(log: Log, cursor: int | None, last: bytes, during: Callable[[], None] = lambda: None) -> bytes:
    """What a listener from `cursor` gets until `last` arrives; `during` happens a moment after it came."""

    async def listen(hub: Hub) -> bytes:
        client = Client()
        listener = Listener(client.send, cursor)
        stream = await hub.join("room:1", listener)
        asyncio.get_running_loop().call_later(0.1, during)
        await until(lambda: last in client.events)
        hub.leave(stream, listener)
        assert hub.listeners == 0
        return client.events

    return with_hub(log, listen)


def test_a_listener_from_a_number_misses_nothing() -> None:
    assert heard(Log(last=600), 3, b"600;") == b"".join(b"%d;" % n for n in range(4, 601))


def test_a_listener_who_is_ahead_of_this_process_hears_nothing_twice() -> None:
    """Another process told it more than this one has read so far."""
    log = Log(last=5)

    def grow() -> None:
        log.last = 10

    assert heard(log, 8, b"10;", during=grow) == b"9;10;"


def test_a_listener_without_a_number_starts_now() -> None:
    log = Log(last=5)

    def grow() -> None:
        log.last = 7

    assert heard(log, None, b"7;", grow) == b"6;7;"


def test_a_log_that_fails_for_a_while_loses_nothing() -> None:
    log = Log(last=5)

    def break_and_heal() -> None:
        log.is_broken, log.last = True, 8
        asyncio.get_running_loop().call_later(0.5, log.heal)

    assert heard(log, None, b"8;", break_and_heal) == b"6;7;8;"


def test_a_listener_whose_log_cannot_be_read_is_let_go(caplog: pytest.LogCaptureFixture) -> None:
    log = Log(last=600)

    async def listen(hub: Hub) -> bool:
        stream = await hub.join("room:1", Listener(Client().send, None))
        log.is_broken = True
        client = Client()
        await hub.join("room:1", Listener(client.send, 3))
        await until(lambda: client.is_ended)
        log.is_broken, log.last = False, 601
        await until(lambda: stream.window.last == 601)
        await asyncio.sleep(streams.FRAME_INTERVAL_S)
        return client.events == b""

    assert with_hub(log, listen)
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_who_takes_nothing_holds_nobody_up_and_gets_everything_later() -> None:
    log = Log()

    async def listen(hub: Hub) -> tuple[bytes, bytes, bytes]:
        quick, slow = Client(), Client()
        for client in (slow, quick):
            await hub.join("room:1", Listener(client.send, 0))
        slow.takes_more.clear()
        for last in (1, 2, 2 + 2 * KEPT_EVENTS):
            log.last = last
            await until(lambda: quick.events.endswith(b"%d;" % log.last))
        before = slow.events
        slow.takes_more.set()
        await until(lambda: slow.events.endswith(b"%d;" % log.last))
        return before, slow.events, quick.events

    before, later, others = with_hub(log, listen)

    assert before == b""
    assert later == others == b"".join(b"%d;" % n for n in range(1, log.last + 1))


def test_those_who_all_dropped_come_back_without_a_reading_each() -> None:
    log = Log(last=1000)

    async def storm(hub: Hub) -> tuple[int, set[bytes]]:
        listeners = [Listener(Client().send, None) for _ in range(100)]
        joined = [(await hub.join("room:1", listener), listener) for listener in listeners]
        for stream, listener in joined:
            hub.leave(stream, listener)
        log.last, log.readings, clients = 1010, 0, [Client() for _ in range(100)]
        for client in clients:
            await hub.join("room:1", Listener(client.send, 995))
        await until(lambda: all(b"1010;" in client.events for client in clients))
        return log.readings, {client.events for client in clients}

    readings, events = with_hub(log, storm)

    assert events == {b"".join(b"%d;" % n for n in range(996, 1011))}
    assert readings <= 10  # the hub's own, four a second


def test_a_stream_that_is_opened_keeps_what_was_just_missed() -> None:
    log = Log(last=1000)

    async def come_back(hub: Hub) -> tuple[int, bytes]:
        client = Client()
        await hub.join("room:1", Listener(client.send, 1000 - READ_AT_OPENING))
        return log.readings, client.events

    assert with_hub(log, come_back) == (1, b"".join(b"%d;" % n for n in range(901, 1001)))


def test_nobody_listens_to_a_stream_that_all_left_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "LINGER_S", 0.05)
    log = Log(last=5)

    async def leave(hub: Hub) -> None:
        listener = Listener(Client().send, None)
        hub.leave(await hub.join("room:1", listener), listener)
        await until(lambda: not hub._streams)
        log.last = 6
        again = Client()
        await hub.join("room:1", Listener(again.send, 5))
        await until(lambda: again.events == b"6;")

    with_hub(log, leave)


def test_one_broken_connection_does_not_stop_the_others() -> None:
    log = Log()

    async def listen(hub: Hub) -> bytes:
        broken, whole = Client(), Client()
        for client in (broken, whole):
            await hub.join("room:1", Listener(client.send, 0))
        broken.is_ended = True
        for log.last in (1, 2):
            await until(lambda: whole.events.endswith(b"%d;" % log.last))
        return whole.events

    assert with_hub(log, listen) == b"1;2;"


def test_silence_is_broken_by_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PING_S", 0.05)

    async def listen(hub: Hub) -> None:
        client = Client()
        await hub.join("room:1", Listener(client.send, None))
        await until(lambda: client.events.startswith(b": ping\n\n"))

    with_hub(Log(last=5), listen)


def test_a_hub_that_closes_lets_everybody_go_at_once() -> None:
    async def close(hub: Hub) -> list[bytes]:
        clients = [Client() for _ in range(120)]
        for client in clients:
            await hub.join("room:1", Listener(client.send, None))
        hub.close()
        assert all(client.is_ended for client in clients)
        late = Client()
        await hub.join("room:1", Listener(late.send, None))
        return [clients[-1].events, late.events]

    assert with_hub(Log(last=5), close) == [b": come back soon\n\n"] * 2


def test_a_low_limit_of_open_files_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, hard))
    try:
        allow_sockets()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(MOST_LISTENERS + OTHER_FILES, hard), hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_nothing_is_left_of_a_listener_that_is_gone() -> None:
    log = Log()

    async def come_and_go(hub: Hub) -> list[object]:
        quick, slow = Client(), Client()
        left: list[weakref.ref[Any]] = [weakref.ref(quick), weakref.ref(slow)]
        listeners = [Listener(client.send, 0) for client in (quick, slow)]
        left += [weakref.ref(listener) for listener in listeners]
        joined = [(await hub.join("room:1", listener), listener) for listener in listeners]
        slow.takes_more.clear()
        log.last = 5
        await until(lambda: listeners[0].cursor == listeners[1].cursor == 5)
        for stream, listener in joined:
            hub.leave(stream, listener)
        listeners.clear()
        del quick, slow, joined, stream, listener
        await asyncio.sleep(0.05)
        gc.collect()
        return [reference() for reference in left]

    assert with_hub(log, come_and_go) == [None] * 4


def test_ten_thousand_frames_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "FRAME_INTERVAL_S", 0)
    monkeypatch.setattr(streams, "LEAST_REST_S", 0)
    got = 0

    async def send(message: Any) -> None:
        nonlocal got
        got += message["type"] == "http.response.body"

    async def listen(hub: Hub) -> int:
        stream = await hub.join("room:1", Listener(send, None))

        async def frames(wanted: int) -> None:
            while got < wanted:
                stream.window.append(line(stream.window.last + 1))
                stream.wake()
                await asyncio.sleep(0)

        await frames(5_000)
        tracemalloc.start()
        await frames(15_000)
        grown = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return grown

    assert with_hub(Log(), listen) < 100_000
