"""A person closes their account: what must be settled, the days of grace, and taking it back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.formats import date_format

from accounts import hooks
from accounts.hooks import Hindrance
from accounts.models import User
from accounts.services import record_security_event
from accounts.services.leaving import deactivate, reactivate
from care.data_errors import ClosingHindered, OperatorsStay
from care.mails import tell
from care.models import Closing
from ground import clock
from ledger.retry import in_transaction

State = Closing.State


def hindrances_of(user: User) -> list[Hindrance]:
    """Everything that stands between `user` and the closing, as the floors tell it."""
    return [one for found in hooks.closing_hindrances.call_all(user) for one in found]


def closing_of(user: User) -> Closing | None:
    """The closing that is under way, if any."""
    return Closing.objects.filter(user=user, state=State.WAITING).first()


def ask_for_closing(*, user: User, now: datetime, request: HttpRequest | None = None) -> Closing:
    """Close `user`'s account: unseen and signed out everywhere at once, erased after the days of grace.

    Opens its own transaction. `now` in business time. Asking again answers the closing that is under way.

    Raises:
        ClosingHindered: something is still open; nothing was changed.
        OperatorsStay: the person works in the back office; nothing was changed.
    """
    if running := closing_of(user):
        return running
    if user.is_staff:
        raise OperatorsStay
    try:
        return in_transaction(lambda: _close(user, now, request))
    except IntegrityError:  # asked twice in this very moment
        running = closing_of(user)
        if running is None:
            raise
        return running


def _close(user: User, now: datetime, request: HttpRequest | None) -> Closing:
    person = User.objects.select_for_update().get(pk=user.pk)
    require_settled(hindrances_of(person))
    erase_at = now + timedelta(days=settings.CLOSING_GRACE_DAYS)
    closing = Closing.objects.create(user=person, asked_at=now, erase_at=erase_at, due_at=erase_at)
    deactivate(user=person, now=now)
    record_security_event(user=person, kind="closing_requested", now=clock.wall(), request=request)
    tell(
        user=person, kind="closing_requested", facts={"day": date_format(erase_at, "j F Y")}, now=clock.wall()
    )
    return closing


def require_settled(hindrances: Iterable[Hindrance]) -> None:
    """Let through only who has nothing open.

    Raises:
        ClosingHindered: `hindrances` says what is.
    """
    found = [
        {"code": one.code, "message": one.message, "next_step": one.next_step, "url": one.url}
        for one in hindrances
    ]
    if found:
        raise ClosingHindered(hindrances=found)


def take_back(*, user: User, request: HttpRequest | None = None) -> Closing | None:
    """The person signed in within the days of grace: the closing is off and they are seen again.

    None: nothing was under way. Opens a transaction, or joins the caller's.
    """
    if not Closing.objects.filter(user=user, state=State.WAITING).exists():
        return None
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        closing = Closing.objects.select_for_update().filter(user=person, state=State.WAITING).first()
        if closing is None:  # erased, or taken back, in this very moment
            return None
        closing.state, closing.cancelled_at, closing.due_at = State.CANCELLED, clock.now(), None
        closing.hindrances = []
        closing.save()
        reactivate(user=person)
        record_security_event(user=person, kind="closing_cancelled", now=clock.wall(), request=request)
        tell(user=person, kind="closing_cancelled", facts={}, now=clock.wall())
    user.deactivated_at = None
    return closing
