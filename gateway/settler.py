"""A connection on which batches are settled: psycopg's own, never Django's, full durability.

A batch is one statement in its own transaction, answered after its COMMIT: psycopg returns rows only once the server
says that it is ready for the next statement, and a COMMIT that failed is an error instead.

A connection that breaks leaves the outcome unknown. The same batch then runs again on a new connection: its requests
carry the keys that make them count once, so what was committed is found and answered, and the rest is done now.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from gateway.errors import NOT_BEGUN, GatewayUnavailable
from ground import clock
from ground.batches import Kind
from ledger.books import BUSY, KEY_ONCE
from ledger.errors import TryAgain

MOST_TRIES = 6  # of a batch that met a deadlock, a serialization failure or a raced key
CONNECT_TIMEOUT_S = 3
LONGEST_PAUSE_S = 1.0
RETRY_AFTER_S = 2
# The server is going away, or is not the one that may write: as good as a broken connection.
LOST = {"57P01", "57P02", "57P03", "25006"}

logger = logging.getLogger(__name__)


class Settler:
    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._limit: asyncio.Timeout | None = None  # of the batch that is under way

    async def settle[Q, A](self, kind: Kind[Q, A], requests: Sequence[Q], *, until: float) -> list[A]:
        """The answers, in order, of requests that are committed or refused.

        Raises:
            GatewayUnavailable: the database stayed away `until` (loop time); it says whether anything was begun.
            TryAgain: the books stayed busy; nothing was done.
            psycopg.Error: the database refused the batch as a whole; nothing was done.
        """
        begun = tried = 0
        self._limit = asyncio.timeout_at(until)
        try:
            async with self._limit:
                while True:
                    connection = await self._connected()
                    begun += 1
                    try:
                        return await self._run(connection, kind, requests)
                    except psycopg.Error as error:
                        if await self._is_lost(connection, error):
                            logger.warning("the connection broke in a batch of %s; it runs again", kind.name)
                        elif not _is_busy(error):
                            raise
                        elif (tried := tried + 1) >= MOST_TRIES:
                            raise TryAgain(retry_after_s=RETRY_AFTER_S) from error
                        else:
                            await asyncio.sleep(random.uniform(0, 0.01 * tried))  # noqa: S311 - no secret
        except TimeoutError as error:
            await self.close()
            raise GatewayUnavailable("" if begun else NOT_BEGUN, retry_after_s=RETRY_AFTER_S) from error
        finally:
            self._limit = None

    def hurry(self, until: float) -> None:
        """Give the batch that is under way no more time than `until`."""
        limit = self._limit
        if limit is not None and not limit.expired() and (limit.when() or until) > until:
            limit.reschedule(until)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                await connection.close()

    async def _run[Q, A](
        self,
        connection: psycopg.AsyncConnection[tuple[object, ...]],
        kind: Kind[Q, A],
        requests: Sequence[Q],
    ) -> list[A]:
        parameters = kind.parameters(requests, clock.now())
        cursor = await connection.execute(kind.statement.encode(), parameters, prepare=True)
        rows = await cursor.fetchall()
        assert len(rows) == len(requests), (kind.name, len(rows), len(requests))
        return [kind.answer(row) for row in rows]

    async def _is_lost(
        self, connection: psycopg.AsyncConnection[tuple[object, ...]], error: psycopg.Error
    ) -> bool:
        if not (connection.closed or error.sqlstate in LOST):
            return False
        await self.close()
        return True

    async def _connected(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        pause_s = 0.02
        while self._connection is None or self._connection.closed:
            try:
                self._connection = await psycopg.AsyncConnection.connect(_address(), autocommit=True)
            except psycopg.OperationalError as error:
                logger.warning("the gateway cannot reach the database: %s", error)
                await asyncio.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - no secret
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        return self._connection


def _is_busy(error: psycopg.Error) -> bool:
    return error.sqlstate in BUSY or error.diag.constraint_name == KEY_ONCE


def _address() -> str:
    database: dict[str, Any] = settings.DATABASES["default"]
    return make_conninfo(
        host=database["HOST"],
        port=database["PORT"],
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        application_name="ovation-gateway",
        connect_timeout=CONNECT_TIMEOUT_S,
        options="-c synchronous_commit=on -c timezone=UTC",
    )
