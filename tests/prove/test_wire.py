"""The proof's client knows how far it got: never reached, lost on the way, or answered."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from prove.wire import Answer, Connection, Lost, NotReached
from stack.ports import LOOPBACK, free_port

PLAIN = b'HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{"id": 7}'
PIECES = b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"id\r\n5\r\n": 7}\r\n0\r\n\r\n'


def asked(answer: bytes, times: int = 1) -> Any:
    """Ask a server that answers each request with these bytes, then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(times):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        writer.close()

    async def ask(port: int) -> list[Answer]:
        connection = Connection(port)
        try:
            return [await connection.ask("POST", "/", {}, b"", 2) for _ in range(times)]
        finally:
            connection.close()
            await asyncio.sleep(0.01)  # the transport closes in the loop's next turn

    return with_server(serve, ask)


def with_server(serve: Callable[..., Awaitable[None]], ask: Callable[[int], Awaitable[Any]]) -> Any:
    async def both() -> Any:
        async with await asyncio.start_server(serve, LOOPBACK, port := free_port(set())):
            return await ask(port)

    with ThreadPoolExecutor(
        1
    ) as threads:  # a browser test in this process may have left a loop in this thread
        return threads.submit(lambda: asyncio.run(both())).result()


@pytest.mark.parametrize("answer", [PLAIN, PIECES])
def test_an_answer_is_read_whole(answer: bytes) -> None:
    (one,) = asked(answer)

    assert one.json() == {"id": 7}


def test_one_connection_serves_many_questions() -> None:
    assert [one.status for one in asked(PLAIN, times=3)] == [201, 201, 201]


@pytest.mark.parametrize("answer", [b"", PLAIN[:30], PLAIN[:-1], PIECES[:-7]])
def test_an_answer_that_breaks_off_is_lost(answer: bytes) -> None:
    with pytest.raises(Lost):
        asked(answer)


def test_silence_is_lost() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def ask(port: int) -> None:
        await Connection(port).ask("GET", "/", {}, b"", 0.1)

    with pytest.raises(Lost, match="TimeoutError"):
        with_server(say_nothing, ask)


def test_where_nobody_listens_nothing_was_sent() -> None:
    async def ask() -> None:
        await Connection(free_port(set())).ask("GET", "/", {}, b"", 2)

    with ThreadPoolExecutor(1) as threads, pytest.raises(NotReached):
        threads.submit(lambda: asyncio.run(ask())).result()
