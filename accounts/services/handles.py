"""A handle is taken, kept, given up."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.http import HttpRequest

from accounts.errors import HandleTaken
from accounts.handles import clean_handle, look_of
from accounts.models import FormerHandle, User, is_kept
from accounts.profile_errors import HandleChangedLately, HandleTooAlike, InvalidHandle
from accounts.services.activity import record_security_event
from accounts.services.mail import owe_mail
from ground import clock

BETWEEN_CHANGES = timedelta(days=30)
HELD_FOR = timedelta(days=30)


def change_handle(*, user: User, handle: str, now: datetime, request: HttpRequest | None = None) -> User:
    """Give `user` another handle; the old one leads to it for 30 days. The handle they have changes nothing.

    Opens its own transaction. `now` in business time.

    Raises:
        InvalidHandle: wrong characters, or a name of the house.
        HandleTaken, HandleTooAlike: it is somebody's, was until lately, or passes for a creator's or operator's.
        HandleChangedLately: one change in 30 days; `next_change_at`.
    """
    try:
        wanted = clean_handle(handle)
    except ValidationError as error:
        raise InvalidHandle(error.messages[0], reason=error.code) from error
    with transaction.atomic(durable=True):
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        former = person.handle
        if wanted != former:
            _require_change_due(person, now)
            require_free_handle(wanted, now=now, for_user_id=person.pk)
            _rename(person, wanted, now)
            record_security_event(
                user=person,
                kind="handle_changed",
                now=clock.wall(),
                request=request,
                old=former,
                new=wanted,
            )
            owe_mail(
                user=person, kind="accounts/handle_changed", facts={"old": former, "new": wanted}, now=now
            )
    user.handle = wanted
    return user


def require_free_handle(handle: str, *, now: datetime, for_user_id: int | None = None) -> None:
    """Hold off everybody else who wants a handle that looks like this one, until the caller's transaction ends.

    Raises:
        HandleTaken: it is somebody's, or was until lately.
        HandleTooAlike: it passes for a creator's or operator's, or for what one of them gave up lately.
    """
    look = look_of(handle)
    if is_kept(handle, clock.wall()) or is_kept(look, clock.wall()):
        raise HandleTaken
    with connection.cursor() as cursor:
        # Two who want one look wait for each other: the rule spans two tables, which no unique constraint can.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"handle:{look}"])
    others = User.objects.get_queryset().exclude(pk=for_user_id)
    given_up = FormerHandle.objects.held(now).exclude(user_id=for_user_id)
    if others.filter(handle=handle).exists() or given_up.filter(handle=handle).exists():
        raise HandleTaken
    known = Q(creator_since__isnull=False) | Q(is_staff=True)
    known_before = Q(user__creator_since__isnull=False) | Q(user__is_staff=True)
    if (
        others.looking_like(look).filter(known).exists()
        or given_up.looking_like(look).filter(known_before).exists()
    ):
        raise HandleTooAlike


def next_handle_change(user: User) -> datetime | None:
    """When `user` may change the handle again; None: at once."""
    last = user.former_handles.order_by("-changed_at").values_list("changed_at", flat=True).first()
    return None if last is None else last + BETWEEN_CHANGES


def _require_change_due(person: User, now: datetime) -> None:
    due = next_handle_change(person)
    if due is not None and due > now:
        raise HandleChangedLately(next_change_at=due.isoformat())


def _rename(person: User, handle: str, now: datetime) -> None:
    FormerHandle.objects.create(user=person, handle=person.handle, changed_at=now, held_until=now + HELD_FOR)
    person.handle = handle
    try:
        with transaction.atomic():
            person.save(update_fields=["handle"])
    except IntegrityError as error:  # pragma: no cover – somebody wrote past `require_free_handle`
        raise HandleTaken from error
