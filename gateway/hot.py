"""The hot routes: what people in a room send. Plain ASGI: the caller from memory, the work through the coalescer."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host

from gateway import answers
from gateway.asgi import Receive, Send
from gateway.body import read_body
from gateway.callers import Headers, caller
from gateway.coalescer import Coalescer
from gateway.errors import NOT_BEGUN, ClientLeft, GatewayUnavailable, MethodNotAllowed
from gateway.limits import Limit
from gateway.paces import Paces
from gateway.people import People
from gateway.threads import in_thread
from ground.batches import Kind
from ground.errors import DomainError
from ground.pace import Pace

PREFIX = "/api/v1/rooms/"
ADDRESS = re.compile(PREFIX + r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/([a-z]{4,8})/")
RETRY_AFTER_S = 2

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One request whose caller is known."""

    user_id: int
    room_id: UUID
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Route[Q, A]:
    """One hot address: how a call becomes a request of `kind`, and its answer the JSON of a 201, or a refusal."""

    kind: Kind[Q, A]
    request: Callable[[Call], Q]
    reply: Callable[[A], bytes]
    reads_database: Callable[[A], bool] = lambda answer: False  # whether `reply` does
    limit: Limit | None = None  # of one person, in this process
    pace: Pace | None = None  # of one person, everywhere


class HotRoutes:
    def __init__(
        self, routes: dict[str, Route[Any, Any]], coalescer: Coalescer, people: People, paces: Paces
    ) -> None:
        self._routes = routes
        self._coalescer = coalescer
        self._people = people
        self._paces = paces

    def of(self, path: str) -> tuple[UUID, Route[Any, Any]] | None:
        """The room and the route at `path`, if it is one of ours."""
        found = _room_and_tail(path) if path.startswith(PREFIX) else None
        if found is None or found[1] not in self._routes:
            return None
        return found[0], self._routes[found[1]]

    async def serve(
        self,
        room_id: UUID,
        route: Route[Any, Any],
        scope: dict[str, Any],
        headers: Headers,
        receive: Receive,
        send: Send,
    ) -> None:
        """Settle what was sent, and answer."""
        try:
            body = await self._settled(room_id, route, scope, headers, receive)
        except DomainError as refusal:
            await answers.refuse(send, refusal, allowed=b"POST")
        except ClientLeft:
            pass  # nobody to answer, and nothing was begun
        except DatabaseError:
            logger.warning("a hot route could not read the database", exc_info=True)
            await answers.refuse(send, GatewayUnavailable(NOT_BEGUN, retry_after_s=RETRY_AFTER_S))
        else:
            await answers.answer(send, 201, body)

    async def _settled(
        self,
        room_id: UUID,
        route: Route[Any, Any],
        scope: dict[str, Any],
        headers: Headers,
        receive: Receive,
    ) -> bytes:
        if scope["method"] != "POST":
            raise MethodNotAllowed("Sending is all that can be done here.", next_step="Use POST.")
        user_id = await caller(self._people, scope, headers)
        if route.limit is not None:
            route.limit.require(user_id, asyncio.get_running_loop().time())
        request = route.request(Call(user_id, room_id, headers, await read_body(headers, receive)))
        if route.pace is not None:
            await self._paces.require_calm(route.pace, user_id)
        answer = await self._coalescer.submit(route.kind, request)
        if route.reads_database(answer):
            return await in_thread(lambda: route.reply(answer))
        return route.reply(answer)


@lru_cache(maxsize=4096)
def _room_and_tail(path: str) -> tuple[UUID, str] | None:
    found = ADDRESS.fullmatch(path)
    return None if found is None else (UUID(found[1]), found[2])


def is_for_django(scope: dict[str, Any], headers: Headers) -> bool:
    """Whether Django's middleware would turn the request away before any view: it says so in its own words."""
    if not _is_ours(headers.get(b"host", b"")):
        return True
    return settings.SECURE_SSL_REDIRECT and not _is_secure(scope, headers)


@lru_cache(maxsize=256)
def _is_ours(host: bytes) -> bool:
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _is_secure(scope: dict[str, Any], headers: Headers) -> bool:
    name, secure = settings.SECURE_PROXY_SSL_HEADER  # set wherever SECURE_SSL_REDIRECT is
    told = headers.get(name.removeprefix("HTTP_").lower().replace("_", "-").encode())
    if told is None:
        return bool(scope.get("scheme") == "https")
    return told.decode("latin-1").split(",")[0].strip() == secure
