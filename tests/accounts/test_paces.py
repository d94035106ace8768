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

type Writes = list[tuple[str, dict[str, str]]]

# pace → what a page posts (address, fields), and what a program sends (method, address)
PAGES: dict[str, Writes] = {
    "FOLLOWS": [("/@bob/follow/", {}), ("/@bob/follow/", {"deed": "unfollow"})],
    "BLOCKS": [
        ("/@bob/block/", {}),
        ("/settings/privacy/blocked/", {"handle": "bob"}),
        ("/settings/privacy/blocked/bob/removal/", {}),
    ],
    "PRIVACY": [
        (
            "/settings/privacy/",
            {"profile_seen_by": "everyone", "comments_from": "everyone", "gifts_from": "nobody"},
        )
    ],
}
PROGRAMS = {
    "FOLLOWS": ("/api/v1/people/bob/follow/", ["PUT", "DELETE"]),
    "BLOCKS": ("/api/v1/me/blocks/bob/", ["PUT", "DELETE"]),
    "PRIVACY": ("/api/v1/me/privacy/", ["PATCH"]),
}


@pytest.mark.parametrize("pace", PAGES)
@pytest.mark.usefixtures("creator")
def test_what_is_too_fast_is_refused_on_page_and_api_and_changes_nothing(
    pace: str, fan: User, page_as: PageAs, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paces, pace, replace(getattr(paces, pace), most=0))
    page, program, (address, methods) = page_as(fan), as_user(fan), PROGRAMS[pace]
    for path, fields in PAGES[pace]:
        shown = page.post(path, fields)
        assert (shown.status_code, shown["Retry-After"]) == (429, "60"), path
    for method in methods:
        answer = program.generic(method, address, "{}", content_type="application/json")
        assert (answer.status_code, answer["Retry-After"]) == (429, "60"), method
        assert answer.json()["code"] == "too_many_changes"
    assert (Follow.objects.count(), Block.objects.count(), PrivacySettings.objects.count()) == (0, 0, 0)


def test_everybody_is_counted_apart(fan: User, creator: User, stranger: User, as_user: AsUser) -> None:
    hasty, calm = as_user(fan), as_user(stranger)
    statuses = [hasty.put("/api/v1/people/bob/follow/").status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    assert calm.put("/api/v1/people/bob/follow/").status_code == 200
