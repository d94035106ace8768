"""When a session was last used, to ten minutes: noted in its row at most that often."""

import hashlib
import logging
from collections.abc import Callable

import redis
from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from ground import clock

EVERY_S = 600

logger = logging.getLogger(__name__)


def note_seen(session: SessionBase, request: HttpRequest) -> None:
    """Write now and the present address into the row of `session`, unless that was done a short while ago."""
    if not session.session_key or not _is_due(session.session_key):
        return
    rows = UserSession.objects.filter(session_key=session.session_key)
    rows.update(last_seen_at=clock.wall(), ip=get_adapter().get_client_ip(request))


def count_as_seen(session_key: str) -> None:
    """A session that begins now is noted by its own row."""
    _is_due(session_key)


class LastSeenMiddleware:
    """Notes the session of a page whose request asked who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and not request.session.is_empty() and SESSION_KEY in request.session:
            note_seen(request.session, request)
        return response


def _is_due(session_key: str) -> bool:
    name = "accounts.seen:" + hashlib.sha256(session_key.encode()).hexdigest()
    try:
        return bool(cache.add(name, 1, EVERY_S))
    except redis.RedisError:  # nobody needs this to the minute
        logger.warning("Valkey is away: when sessions are used is not noted")
        return False
