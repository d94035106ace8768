"""The gateway: a plain ASGI application that serves hot routes and event streams, and leaves the rest to Django."""

import asyncio
import logging
import resource
import signal
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

from django.db import DatabaseError

from gateway import answers, doors, hot_gifts, hot_room, log_reader, nudges
from gateway.asgi import Message, Receive, Scope, Send
from gateway.callers import Headers
from gateway.coalescer import Coalescer
from gateway.doorkeeper import Doorkeeper
from gateway.errors import LogUnavailable, MethodNotAllowed, TooManyListeners
from gateway.hot import HotRoutes, Route, is_for_django
from gateway.hub import MOST_LISTENERS, Hub
from gateway.listener import Listener
from gateway.paces import Paces
from gateway.people import People
from gateway.stream import Stream
from gateway.watching import keep_writing_down
from ground import valkey
from ground.errors import DomainError

type Application = Callable[[Any, Any, Any], Awaitable[None]]

BUSY_RETRY_AFTER_S = 5
OTHER_FILES = 2_000  # sockets of requests, connections to the servers, what Python has open

logger = logging.getLogger(__name__)


class Parts:
    """What one running gateway is made of; made inside its loop."""

    def __init__(self) -> None:
        self.valkey = valkey.async_client()
        self.hub = Hub(log_reader.read, log_reader.last_number)
        self.people = People(self.valkey)
        self.doorkeeper = Doorkeeper(self.hub.wake)
        self.nudger = nudges.Nudger(self.hub, self.valkey)
        self.coalescer = Coalescer(self.nudger.grown)
        routes: dict[str, Route[Any, Any]] = {
            "gifts": hot_gifts.gifts(),
            "messages": hot_room.messages(),
            "likes": hot_room.likes(),
        }
        self.hot = HotRoutes(routes, self.coalescer, self.people, Paces(self.valkey))
        self._tasks = [
            asyncio.create_task(self.hub.follow()),
            asyncio.create_task(self.doorkeeper.watch()),
            asyncio.create_task(nudges.listen(self.hub, self.doorkeeper, broken=self.people.distrust)),
            asyncio.create_task(keep_writing_down(self.hub, self.valkey)),
        ]

    def begin_to_stop(self) -> None:
        """Let the listeners go and take nothing new on; what was taken on is still settled."""
        self.hub.close()
        self.coalescer.stop_accepting()

    async def stop(self) -> None:
        self.begin_to_stop()
        await self.coalescer.close()
        await self.nudger.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.valkey.aclose()


class Gateway:
    """`Gateway(django)` is the ASGI application of the site."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._parts: Parts | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._django(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = self._running_parts()
        hot = parts.hot.of(scope["path"])
        if hot is None and not doors.is_stream(scope["path"]):
            await self._django(scope, receive, send)
            return
        headers: Headers = dict(scope["headers"])
        if is_for_django(scope, headers):
            await self._django(scope, receive, send)
        elif hot is not None:
            await parts.hot.serve(*hot, scope, headers, receive, send)
        else:
            await _stream(parts, scope, headers, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                allow_sockets()
                _before_stopping(self._running_parts().begin_to_stop)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """Settle what was taken on and let go of everything."""
        parts, self._parts = self._parts, None
        if parts is not None:
            await parts.stop()

    def _running_parts(self) -> Parts:
        if self._parts is None:
            self._parts = Parts()
        return self._parts


async def _stream(parts: Parts, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
    query = doors.query_of(scope["query_string"])
    try:
        _require_room(scope, parts.hub)
        listener = Listener(send, doors.cursor_of(query, headers))
        name, seat = await doors.stream_for(parts.people, scope["path"], query, headers)
        if seat is not None:
            await parts.doorkeeper.admit(listener, seat)
        stream = await _joined(parts, name, listener)
    except DomainError as refusal:
        await answers.refuse(send, refusal)
    except DatabaseError:
        logger.warning("a listener was turned away: the event log could not be read", exc_info=True)
        await answers.refuse(send, LogUnavailable(retry_after_s=BUSY_RETRY_AFTER_S))
    else:
        query.clear()  # nobody reads these any more, and they would be kept as long as the client listens
        headers.clear()
        scope["headers"].clear()
        await _until_gone(receive, parts, stream, listener)


async def _joined(parts: Parts, name: str, listener: Listener) -> Stream:
    try:
        return await parts.hub.join(name, listener)
    except BaseException:
        parts.doorkeeper.forget(listener)
        raise


async def _until_gone(receive: Receive, parts: Parts, stream: Stream, listener: Listener) -> None:
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        parts.hub.leave(stream, listener)
        parts.doorkeeper.forget(listener)


def _require_room(scope: Scope, hub: Hub) -> None:
    if scope["method"] != "GET":
        raise MethodNotAllowed
    if hub.is_closing or hub.listeners >= MOST_LISTENERS:
        raise TooManyListeners(retry_after_s=BUSY_RETRY_AFTER_S)


def allow_sockets() -> None:
    """Raise this process's limit of open files, as far as it may, so that a full house of listeners fits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_LISTENERS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _before_stopping(close: Callable[[], None]) -> None:
    """Call `close` when the server is asked to stop: it waits for open responses before it says so itself."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        earlier = signal.getsignal(number)

        def stop(signum: int, frame: FrameType | None, earlier: Any = earlier) -> None:
            loop.call_soon_threadsafe(close)
            if callable(earlier):
                earlier(signum, frame)

        signal.signal(number, stop)
