"""Sign people in without their passwords: a session each, as allauth's headless sign-in leaves it."""

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User

AT_ONCE = 2_000


def tokens(user_ids: Sequence[int]) -> list[str]:
    """This will open a session for each person and return the session tokens, in order."""
    until = timezone.now() + timedelta(days=1)
    people = User.objects.in_bulk(user_ids)
    sessions = [
        Session(session_key=token_hex(16), session_data=_content(people[pk]), expire_date=until)
        for pk in user_ids
    ]
    Session.objects.bulk_create(sessions, batch_size=AT_ONCE)
    return [session.session_key for session in sessions]


def _content(person: User) -> str:
    return SessionStore().encode(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
    )
