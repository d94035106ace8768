"""The hub by itself: what a listener gets, whatever order things happen in."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from gateway.hub import KEPT_EVENTS, Hub, Line, Listener, Stream
from gateway.stream import serve


def line(number: int) -> Line:
    return Line("room:1", number, b"%d;" % number)


class Log:
    """An event log that grows at a test's word."""

    def __init__(self, last: int = 0) -> None:
        self.last = last
        self.is_broken = False

    def heal(self) -> None:
        self.is_broken = False

    async def read(self, cursors: Mapping[str, int]) -> list[Line]:
        if self.is_broken:
            raise ConnectionError
        return [line(number) for number in range(cursors["room:1"] + 1, self.last + 1)]

    async def last_number(self, stream: str) -> int:
        return self.last


def test_a_stream_gives_what_comes_after_a_number() -> None:
    stream = Stream("room:1", last=2)
    for number in (3, 4, 5):
        stream.append(line(number))

    assert stream.after(2) == b"3;4;5;"
    assert stream.after(4) == b"5;"
    assert stream.after(5) == b""
    assert stream.after(99) == b""
    assert stream.after(1) is None


def test_a_reading_that_overlaps_is_not_doubled() -> None:
    stream = Stream("room:1", last=0)
    for number in (1, 2, 1, 2, 3):
        stream.append(line(number))

    assert stream.after(0) == b"1;2;3;"


def test_what_is_not_kept_any_more_is_read_from_the_log() -> None:
    stream = Stream("room:1", last=0)
    for number in range(1, KEPT_EVENTS + 2):
        stream.append(line(number))

    assert stream.after(0) is None
    assert stream.after(1) is not None


def test_a_hole_is_never_skipped() -> None:
    stream = Stream("room:1", last=0)
    stream.append(line(1))
    stream.append(line(3))

    assert stream.after(0) is None
    assert stream.after(2) == b"3;"


def heard(log: Log, cursor: int | None, until: bytes, *, during: object = None) -> bytes:
    """What a listener from `cursor` gets until `until` arrives, on a loop in a thread of its own."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(_heard(log, cursor, until, during))).result()


async def _heard(log: Log, cursor: int | None, until: bytes, during: object) -> bytes:
    hub = Hub(log.read, log.last_number)
    following = asyncio.create_task(hub.follow())
    got, done = [], asyncio.Event()

    async def send(message: dict[str, object]) -> None:
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        got.append(body)
        if until in b"".join(got):
            done.set()

    async def receive() -> dict[str, str]:
        await done.wait()
        return {"type": "http.disconnect"}

    listener = Listener()
    stream = await hub.join("room:1", listener)
    if callable(during):
        asyncio.get_running_loop().call_later(0.1, during)
    await asyncio.wait_for(serve(hub, stream, listener, cursor, receive, send), 10)  # type: ignore[arg-type]
    hub.close()
    following.cancel()
    assert hub.listeners == 0
    return b"".join(got).partition(b"\n\n")[2]


def test_a_listener_from_a_number_misses_nothing() -> None:
    assert heard(Log(last=600), 3, b"600;") == b"".join(b"%d;" % n for n in range(4, 601))


def test_a_listener_without_a_number_starts_now() -> None:
    log = Log(last=5)

    def grow() -> None:
        log.last = 7

    assert heard(log, None, b"7;", during=grow) == b"6;7;"


def test_a_log_that_fails_for_a_while_loses_nothing() -> None:
    log = Log(last=5)

    def break_and_heal() -> None:
        log.is_broken, log.last = True, 8
        asyncio.get_running_loop().call_later(0.5, log.heal)

    assert heard(log, None, b"8;", during=break_and_heal) == b"6;7;8;"
