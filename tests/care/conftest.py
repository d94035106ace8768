"""People of support, and the words that the tests of care are short by."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.base import SessionBase
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image

from accounts.models import User
from accounts.selectors import has_second_factor
from accounts.session_store import SessionStore
from backoffice import defaults as backoffice_defaults
from care import defaults, services
from care.models import Report, SupportCase
from care.services.opening import NewCase
from care.services.reporting import NotMe
from care.states import CaseKind
from gifts.models import Gift
from gifts.services import Sent, send_gift
from ground import clock as business_clock
from live.models import Room
from tests.fixtures.accounts import PASSWORD, new_totp_secret, token_of

Clerk = Callable[..., User]


@pytest.fixture
def clerk(person: Callable[..., User]) -> Clerk:
    """`clerk("Support")`: staff of that role with a second factor."""

    def make(role: str, handle: str = "") -> User:
        now = business_clock.now()
        backoffice_defaults.install(now)
        defaults.install(now)
        made = person(handle or role.lower(), staff=True)
        made.groups.add(Group.objects.get(name=role))
        return made

    return make


@pytest.fixture
def support(clerk: Clerk) -> User:
    """Sam of the support role."""
    return clerk(backoffice_defaults.SUPPORT, "sam.helper")


def ask(person: User, body: str = "Where is it?", **wish: Any) -> SupportCase:
    """A case of that person."""
    key = wish.pop("key", str(uuid4()))
    now = wish.pop("now", business_clock.now())
    kind = wish.pop("kind", CaseKind.OTHER)
    return services.open_case(person=person, wish=NewCase(kind=kind, body=body, **wish), key=key, now=now)


def report(person: User, *abouts: str, key: str = "", session: SessionBase | None = None) -> Report:
    """What the person says they did not do, from a session of theirs."""
    session = session or SessionStore(token_of(User.objects.get(pk=person.pk)))
    return services.report_not_me(
        person=person,
        claim=NotMe(abouts),
        session=session,
        request=RequestFactory().get("/", headers={"User-Agent": "Firefox on Linux"}),
        key=key or str(uuid4()),
        now=business_clock.now(),
    )


def secure(person: User) -> None:
    """What the way back leaves behind: a new password and a second factor, seen by the service that ends it."""
    from_database = User.objects.get(pk=person.pk)
    if not has_second_factor(from_database):
        TOTP.activate(from_database, new_totp_secret())
    from_database.set_password(f"{PASSWORD} anew")
    from_database.save(update_fields=["password"])
    services.finish_recovery(user=from_database, now=business_clock.now())


def send(fan: User, room: Room, gift: Gift, *, key: str = "") -> Sent:
    """A gift of ten coins."""
    now = business_clock.now()
    return send_gift(
        sender=fan, room_id=room.pk, gift=gift.slug, quantity=1, coins=10, key=key or str(uuid4()), now=now
    )


def picture(
    name: str = "screen.png", *, size: tuple[int, int] = (40, 30), kind: str = "PNG"
) -> SimpleUploadedFile:
    """An upload with a picture in it."""
    drawn = BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind)
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/png")


def later(**gap: int) -> Any:
    """The business time in a while."""
    return business_clock.now() + timedelta(**gap)
