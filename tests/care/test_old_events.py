"""What happened to an account is forgotten after a while, but for what a case is about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import SecurityEvent, User
from accounts.services import activity
from accounts.tasks import forget_events
from care.selectors import thread_of
from ground import clock
from tests.care.conftest import ask

pytestmark = pytest.mark.django_db(transaction=True)


def happened(person: User, *, days_ago: float) -> int:
    at = clock.wall() - timedelta(days=days_ago)
    return SecurityEvent.objects.create(user=person, kind="signed_in", at=at).pk


def left(*ids: int) -> set[int]:
    return set(SecurityEvent.objects.filter(pk__in=ids).values_list("pk", flat=True))


def test_events_go_after_400_days_but_for_those_of_a_case(fan: User, stranger: User) -> None:
    old, of_another = happened(fan, days_ago=401), happened(stranger, days_ago=800)
    kept, young = happened(fan, days_ago=800), happened(fan, days_ago=399)
    case = ask(fan, abouts=[f"sign_in:{kept}"])

    assert activity.forget_old_events(now=clock.wall()) == 2

    assert left(old, of_another, kept, young) == {kept, young}
    assert [subject.ref for subject in thread_of(fan, case.reference).subjects] == [str(kept)]
    assert activity.forget_old_events(now=clock.wall()) == 0
    assert activity.forget_old_events(now=clock.wall() + timedelta(days=2)) == 1
    assert left(kept, young) == {kept}


def test_how_long_they_stay_is_a_setting_and_many_go_in_one_night(
    fan: User, page_as: Callable[[User], Client], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECURITY_EVENTS_KEPT_DAYS = 7
    monkeypatch.setattr(activity, "ROWS_AT_ONCE", 2)
    old = [happened(fan, days_ago=8) for _ in range(5)]
    young = happened(fan, days_ago=6.9)

    forget_events()

    assert left(*old, young) == {young}
    assert "We keep this for 7 days." in page_as(fan).get("/settings/activity/").text
