"""The gateway: a plain ASGI application that serves the event streams itself and leaves the rest to Django."""

import asyncio
import json
import logging
import signal
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host

from gateway import doors, log_reader, nudges
from gateway.errors import LogUnavailable, MethodNotAllowed, TooManyListeners
from gateway.hub import MOST_LISTENERS, Hub, Listener
from gateway.stream import Message, Receive, Send, serve
from ground.errors import DomainError, NotFound
from ground.problems import MEDIA_TYPE

type Scope = dict[str, Any]
type Application = Callable[[Any, Any, Any], Awaitable[None]]

BUSY_RETRY_AFTER_S = 5

logger = logging.getLogger(__name__)


class Gateway:
    """`Gateway(django)` is the ASGI application of the site."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._hub: Hub | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and doors.is_stream(scope["path"]):
            await self._stream(scope, receive, send)
        else:
            await self._django(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        hub = self._running_hub()
        headers = dict(scope["headers"])
        query = doors.query_of(scope["query_string"])
        try:
            _require_servable(scope, headers, hub)
            cursor = doors.cursor_of(query, headers)
            name = await doors.stream_for(scope["path"], query, headers)
            listener = Listener()
            stream = await hub.join(name, listener)
        except DomainError as refusal:
            await _refuse(refusal, send)
        except DatabaseError:
            logger.warning("a listener was turned away: the event log could not be read", exc_info=True)
            await _refuse(LogUnavailable(retry_after_s=BUSY_RETRY_AFTER_S), send)
        else:
            await serve(hub, stream, listener, cursor, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                _before_stopping(self._close)
                self._running_hub()
                await send({"type": "lifespan.startup.complete"})
            else:
                self._close()
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _running_hub(self) -> Hub:
        if self._hub is None:
            self._hub = Hub(log_reader.read, log_reader.last_number)
            self._tasks = [
                asyncio.create_task(self._hub.follow()),
                asyncio.create_task(nudges.listen(self._hub)),
            ]
        return self._hub

    def _close(self) -> None:
        if self._hub is not None:
            self._hub.close()


def _require_servable(scope: Scope, headers: doors.Headers, hub: Hub) -> None:
    host, _ = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
    if not validate_host(host, settings.ALLOWED_HOSTS):
        raise NotFound
    if scope["method"] != "GET":
        raise MethodNotAllowed
    if hub.is_closing or hub.listeners >= MOST_LISTENERS:
        raise TooManyListeners(retry_after_s=BUSY_RETRY_AFTER_S)


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


async def _refuse(refusal: DomainError, send: Send) -> None:
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"cache-control", b"no-store")]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="api"'))
    if "retry_after_s" in refusal.extra:
        headers.append((b"retry-after", str(refusal.extra["retry_after_s"]).encode()))
    if refusal.status == 405:
        headers.append((b"allow", b"GET"))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(refusal.as_problem()).encode()})
