"""A person closes the door behind them: unseen at once, and an empty shell in the end."""

import uuid
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.handles import look_of
from accounts.models import KeptHandle, Phone, User, mark_of
from accounts.session_cache import forget_person
from ground import clock

HANDLE_KEPT = timedelta(days=365)  # nobody poses as somebody who has just left
SHELL_NAME = "Closed account"
SHELL_DOMAIN = "erased.invalid"  # RFC 2606: no mail can ever be sent there


def deactivate(*, user: User, now: datetime) -> None:
    """Make `user` unseen and end all their sessions. In the caller's transaction, the person's row locked."""
    user.deactivated_at = now
    user.save(update_fields=["deactivated_at"])
    end_all_sessions(user)


def reactivate(*, user: User) -> None:
    """The person is back. In the caller's transaction, the row locked."""
    user.deactivated_at = None
    user.save(update_fields=["deactivated_at"])


def end_all_sessions(user: User) -> None:
    """Sign the person out everywhere; each row tells the gateway's memory by itself."""
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
    forget_person(user.pk)


def keep_handles(*, user: User) -> None:
    """Keep the person's handles, and what looks like them, from others for a year: as marks that do not say what
    they were. In the caller's transaction, before anything is erased.
    """
    until = clock.wall() + HANDLE_KEPT
    handles = {user.handle, *user.former_handles.values_list("handle", flat=True)}
    marks = {mark_of(one) for handle in handles for one in (handle, look_of(handle))}
    KeptHandle.objects.filter(mark__in=marks).delete()
    KeptHandle.objects.bulk_create([KeptHandle(mark=mark, until=until) for mark in sorted(marks)])


def become_shell(*, user: User) -> None:
    """Empty the person's row for good: nobody can sign in, and nothing in it says who it was.

    The row stays, because money points at it. In the caller's transaction, after everybody else erased their part.
    """
    EmailAddress.objects.filter(user=user).delete()
    Phone.objects.filter(user=user).delete()
    nobody = uuid.uuid4().hex
    user.handle, user.email = f"x{nobody[:23]}", f"{nobody}@{SHELL_DOMAIN}"
    user.display_name, user.bio, user.country = SHELL_NAME, "", ""
    user.avatar = ""
    user.language, user.time_zone, user.birth_date = "en", "UTC", None
    user.is_active = user.is_staff = user.is_superuser = False
    user.creator_since = user.last_login = user.deactivated_at = None
    user.set_unusable_password()
    user.save()
