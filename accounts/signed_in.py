"""Who is signed in by a session, read from the database for many sessions at once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.session_cache import SignedIn


def sessions_in_database(session_keys: Sequence[str], *, now: datetime) -> dict[str, SignedIn]:
    """Who is signed in by these sessions, as django.contrib.auth.get_user decides it. Two queries for all of them."""
    sessions = Session.objects.filter(session_key__in=session_keys, expire_date__gt=now)
    contents = {session.session_key: (session.get_decoded(), session.expire_date) for session in sessions}
    named = {key: facts.get(SESSION_KEY, "") for key, (facts, _) in contents.items()}
    active = User.objects.filter(is_active=True, deactivated_at=None).only("password", "recovery_since")
    people = active.in_bulk({int(n) for n in named.values() if n})
    found = {}
    for key, (facts, until) in contents.items():
        person = people.get(int(named[key])) if named[key] else None
        if person is not None and _is_good(person, facts):
            found[key] = SignedIn(
                person.pk, _stamp(person), until, must_recover=person.recovery_since is not None
            )
    return found


def _is_good(person: User, facts: dict[str, Any]) -> bool:
    if facts.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    given = facts.get(HASH_SESSION_KEY, "")
    good = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(given, one) for one in good)


def _stamp(person: User) -> str:
    return hashlib.sha256(person.get_session_auth_hash().encode()).hexdigest()[:32]
