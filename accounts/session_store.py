"""Django's sessions in the database; whatever changes whom a session stands for is told to the gateway's memory.

That a session was deleted is told by its row's own signal (accounts/receivers.py), whoever deletes it.
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.session_cache import forget_session


class SessionStore(DatabaseStore):
    _stands_for: tuple[Any, Any] | None = None  # user id and session hash of the stored row; None: nobody

    def load(self) -> dict[str, Any]:
        return self._noted(super().load())

    async def aload(self) -> dict[str, Any]:
        return self._noted(await super().aload())

    def save(self, must_create: bool = False) -> None:
        super().save(must_create)
        self._tell_if_changed()

    async def asave(self, must_create: bool = False) -> None:
        await super().asave(must_create)
        await sync_to_async(self._tell_if_changed)()

    def _noted(self, content: dict[str, Any]) -> dict[str, Any]:
        self._stands_for = _person_in(content)
        return content

    def _tell_if_changed(self) -> None:
        before, self._stands_for = self._stands_for, _person_in(self)
        if before is not None and before != self._stands_for:
            assert self.session_key, "it was just saved"
            forget_session(self.session_key)


def _person_in(content: dict[str, Any] | SessionBase) -> tuple[Any, Any] | None:
    user_id = content.get(SESSION_KEY)
    return None if user_id is None else (user_id, content.get(HASH_SESSION_KEY))
