"""Signing out elsewhere: one session, or all but this one. The gateway asks anew about each at once."""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from accounts.models import KnownDevice, User
from accounts.services.activity import record_security_event
from accounts.services.sign_ins import DEVICE_KEY
from accounts.services.trusted_browsers import distrust_browsers
from accounts.sessions import device_name
from ground.errors import NotFound


def end_session(*, user: User, session_id: int, now: datetime, request: HttpRequest | None = None) -> None:
    """Sign `user` out of one of their sessions, and know its device no longer. Opens its own transaction.

    Raises:
        NotFound: it ended before, or it is somebody else's.
    """
    with transaction.atomic(durable=True):
        row = UserSession.objects.select_for_update().filter(user=user, pk=session_id).first()
        if row is None:
            raise NotFound()
        _end([row], user)
        device = device_name(row.user_agent)
        record_security_event(user=user, kind="session_ended", now=now, request=request, device=device)


def end_other_sessions(
    *, user: User, keep: str | None, now: datetime, request: HttpRequest | None = None
) -> int:
    """Sign `user` out everywhere but in the session with the key `keep`, trust no browser; returns how many ended."""
    with transaction.atomic(durable=True):
        ended = end_sessions(user=user, keep=keep)
        distrust_browsers(user=user, now=now, request=request)
        if ended:
            record_security_event(
                user=user, kind="other_sessions_ended", now=now, request=request, ended=ended
            )
    return ended


def end_sessions(*, user: User, keep: str | None) -> int:
    """End every session of `user` but `keep`, and know their devices no longer. Joins the caller's transaction."""
    with transaction.atomic():
        rows = list(
            UserSession.objects.select_for_update()
            .filter(user=user)
            .exclude(session_key=keep or "")
            .order_by("pk")
        )
        _end(rows, user)
    return len(rows)


def _end(rows: Sequence[UserSession], user: User) -> None:
    keys = [row.session_key for row in rows]
    sessions = Session.objects.filter(session_key__in=keys)
    begun_from = [session.get_decoded().get(DEVICE_KEY) for session in sessions]
    devices = [device for device in begun_from if device is not None]
    KnownDevice.objects.filter(user=user, pk__in=devices).delete()
    sessions.delete()  # each row's signal has the gateway ask anew
    UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
