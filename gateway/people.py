"""Who calls: a session's key, as a token or in the browser's cookie, looked up in Valkey, else in the database.

Look-ups of one moment go to Valkey together. What is found in the database is remembered there for a minute
(accounts/session_cache.py says why nothing remembered can outlive its revocation). Nothing is kept in this process.
While Valkey is down the database is asked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import cast

import redis.asyncio
from redis.exceptions import RedisError

from accounts import recovery, session_cache, signed_in
from accounts.session_cache import SignedIn
from gateway.gathering import Gathering
from gateway.threads import in_thread
from ground import clock

AGAIN_AFTER_S = 1.0
CLOCKS_DIFFER_S = 2.0  # between machines, at most

logger = logging.getLogger(__name__)


class People:
    def __init__(self, valkey: "redis.asyncio.Redis") -> None:
        self._remembered = Gathering(self._read_valkey)
        self._known = Gathering(self._read_database)
        self._valkey = valkey
        self._valkey_again_at = 0.0  # loop time; while it is down it is not asked for every request
        self._believes_since = 0.0  # wall time; what Valkey holds from before was not told who left meanwhile

    async def user_id(self, session_key: str) -> int | None:
        """Whose session this is; None if it has ended, or never was, or its person may not sign in.

        Raises:
            RecoveryRequired: its person must secure the account first.
        """
        if not (session_key.isascii() and session_key.isalnum() and len(session_key) <= 40):
            return None
        found = await self._remembered.ask(session_key)
        if found is not None:
            return found
        session = await self._known.ask(session_key)
        if session is None:
            return None
        if session.must_recover:
            await in_thread(lambda: recovery.require_person_recovered(session.user_id))
        return session.user_id

    def distrust(self) -> None:
        """Valkey was away: believe nothing of what was written before now."""
        self._believes_since = clock.wall().timestamp() + CLOCKS_DIFFER_S

    async def _read_valkey(self, keys: Sequence[str]) -> dict[str, int]:
        if asyncio.get_running_loop().time() < self._valkey_again_at:
            return {}
        try:
            sessions = await self._entries([session_cache.session_name(key) for key in keys])
            claims = {
                key: claim
                for key, entry in zip(keys, sessions, strict=True)
                if (claim := session_cache.read_entry(entry, since=self._believes_since)) is not None
            }
            if not claims:
                return {}
            user_ids = list({user_id for user_id, _ in claims.values()})
            entries = await self._entries([session_cache.person_name(user_id) for user_id in user_ids])
        except (RedisError, OSError) as error:
            self._leave_valkey_alone(error)
            return {}
        stamps = dict(zip(user_ids, entries, strict=True))
        return {key: user_id for key, (user_id, stamp) in claims.items() if stamps[user_id] == stamp}

    async def _entries(self, names: list[bytes]) -> list[bytes | None]:
        return cast(list[bytes | None], await cast(Awaitable[object], self._valkey.mget(names)))

    async def _read_database(self, keys: Sequence[str]) -> dict[str, SignedIn]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        found = await in_thread(lambda: signed_in.sessions_in_database(keys, now=clock.wall()))
        if loop.time() - began < session_cache.LONGEST_READING_S and began >= self._valkey_again_at:
            await self._remember({key: session for key, session in found.items() if not session.must_recover})
        return found

    async def _remember(self, found: dict[str, SignedIn]) -> None:
        now = clock.wall()
        try:
            async with self._valkey.pipeline(transaction=False) as pipe:
                for key, session in found.items():
                    person = session_cache.person_name(session.user_id)
                    pipe.set(person, session.stamp, nx=True, ex=session_cache.ENTRY_TTL_S)
                    left_s = min(session_cache.ENTRY_TTL_S, int((session.until - now).total_seconds()))
                    if left_s > 0:
                        pipe.set(session_cache.session_name(key), session.entry(now), nx=True, ex=left_s)
                await pipe.execute()
        except (RedisError, OSError) as error:
            self._leave_valkey_alone(error)

    def _leave_valkey_alone(self, error: Exception) -> None:
        logger.warning("Valkey does not answer (%s); the database says who calls", type(error).__name__)
        self._valkey_again_at = asyncio.get_running_loop().time() + AGAIN_AFTER_S
        self.distrust()
