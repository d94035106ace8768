"""A small HTTP/1.1 client that always knows how far it got: never reached, answered, or lost on the way."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from stack.ports import LOOPBACK

LONGEST_HEAD = 64 * 1024


class NotReached(Exception):
    """Nobody listens there: what was asked has certainly not happened."""


class Lost(Exception):
    """It was sent, and no whole answer came: what was asked has happened or not, nobody knows."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body's JSON object; an empty one when the body is none."""
        try:
            content = json.loads(self.body)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


class Connection:
    """One connection to one server, kept open between questions and opened again when it broke."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Answer:
        """This will send one request and read its whole answer.

        Raises:
            NotReached: there was no connection to send it on.
            Lost: the connection broke, or `timeout_s` passed, after some of it may have been sent.
        """
        reader, writer = await self._open()
        try:
            async with asyncio.timeout(timeout_s):
                writer.write(_request(self.port, method, path, headers, body))
                await writer.drain()
                answer = await _answer(reader)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.close()
            raise Lost(type(error).__name__) from error
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    async def send_and_leave(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        """This will send one request and hang up without waiting for the answer."""
        _, writer = await self._open()
        with suppress(OSError):
            writer.write(_request(self.port, method, path, headers, body))
            await writer.drain()
        self.close()

    async def lines(self, path: str, headers: Mapping[str, str], silence_s: float) -> AsyncIterator[str]:
        """This will give the lines of an event stream until it ends.

        Raises:
            NotReached: as in `ask`, or the answer was no stream.
            Lost: it broke off, or was silent for `silence_s`.
        """
        reader, writer = await self._open()
        try:
            writer.write(_request(self.port, "GET", path, headers, b""))
            async with asyncio.timeout(silence_s):
                status, _ = await _head(reader)
            if status != 200:
                raise NotReached(f"status {status}")
            rest = b""
            while piece := await asyncio.wait_for(_chunk(reader), silence_s):
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    yield line.decode()
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            raise Lost(type(error).__name__) from error
        finally:
            self.close()

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is not None and (self._streams[0].at_eof() or self._streams[1].is_closing()):
            self.close()
        if self._streams is None:
            try:
                async with asyncio.timeout(5):
                    self._streams = await asyncio.open_connection(LOOPBACK, self.port, limit=LONGEST_HEAD)
            except OSError as error:  # TimeoutError is one
                raise NotReached(type(error).__name__) from error
        return self._streams


def _request(port: int, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"host: {LOOPBACK}:{port}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


async def _answer(reader: asyncio.StreamReader) -> Answer:
    status, headers = await _head(reader)
    if headers.get("transfer-encoding", "").lower() == "chunked":
        pieces = []
        while piece := await _chunk(reader):
            pieces.append(piece)
        return Answer(status, headers, b"".join(pieces))
    return Answer(status, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    return int(first.split(" ", 2)[1]), headers


async def _chunk(reader: asyncio.StreamReader) -> bytes:
    """The next chunk; b"" after the last one."""
    size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
    return (await reader.readexactly(size + 2))[:-2]
