"""How fast one person may follow, block and change their privacy: on pages and over REST together."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts import paces
from accounts.models import Block, Follow, PrivacySettings, User

pytestmark = pytest.mark.django_db(transaction=True)
AsUser = Callable[[User], APIClient]
PageAs = Callable[[User], Client]

# pace → its writes: page and fields, method and REST address
WRITES = {
    "FOLLOWS": [
        ("/@bob/follow/", {}),
        ("/@bob/follow/", {"deed": "unfollow"}),
        ("PUT", "/api/v1/people/bob/follow/"),
        ("DELETE", "/api/v1/people/bob/follow/"),
    ],
    "BLOCKS": [
        ("/@bob/block/", {}),
        ("/settings/privacy/blocked/", {"handle": "bob"}),
        ("/settings/privacy/blocked/bob/removal/", {}),
        ("PUT", "/api/v1/me/blocks/bob/"),
        ("DELETE", "/api/v1/me/blocks/bob/"),
    ],
    "PRIVACY": [
        (
            "/settings/privacy/",
            {"profile_seen_by": "everyone", "comments_from": "everyone", "gifts_from": "nobody"},
        ),
        ("PATCH", "/api/v1/me/privacy/"),
    ],
}


@pytest.mark.parametrize("pace", WRITES)
def test_what_is_too_fast_is_refused_on_page_and_api_and_changes_nothing(
    pace: str,
    fan: User,
    creator: User,
    stranger: User,
    page_as: PageAs,
    as_user: AsUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paces, pace, replace(getattr(paces, pace), most=0))
    page, program = page_as(fan), as_user(fan)
    for first, second in WRITES[pace]:
        if isinstance(second, dict):
            answer = page.post(first, second)
        else:
            answer = program.generic(first, second, "{}", content_type="application/json")  # type: ignore[assignment]
            assert answer.json()["code"] == "too_many_changes"
        assert (answer.status_code, answer["Retry-After"]) == (429, "60"), (first, second)
    assert (Follow.objects.count(), Block.objects.count(), PrivacySettings.objects.count()) == (0, 0, 0)


def test_everybody_is_counted_apart(fan: User, creator: User, stranger: User, as_user: AsUser) -> None:
    hasty, calm = as_user(fan), as_user(stranger)
    statuses = [hasty.put("/api/v1/people/bob/follow/").status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    assert calm.put("/api/v1/people/bob/follow/").status_code == 200
