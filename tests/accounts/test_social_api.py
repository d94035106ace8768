"""Privacy, blocking and following over REST and on pages: who may, twice, and how much it costs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts import hooks, services
from accounts.models import Block, Follow, OwedMail, PrivacySettings, SecurityEvent, User
from accounts.privacy import settings_of
from accounts.services.leaving import deactivate
from ground import clock

pytestmark = pytest.mark.django_db(transaction=True)
AsUser = Callable[[User], APIClient]
PageAs = Callable[[User], Client]
MINE = (
    "/api/v1/me/privacy/", "/api/v1/me/following/", "/api/v1/me/followers/", "/api/v1/me/blocks/",
    "/settings/privacy/", "/settings/privacy/blocked/",
)  # fmt: skip


@pytest.mark.parametrize("address", MINE)
def test_what_is_ones_own_asks_who_one_is(address: str, db: None) -> None:
    answer = Client().get(address)

    assert answer.status_code == (401 if address.startswith("/api/") else 302)


def test_settings_are_read_and_changed_one_by_one(as_user: AsUser, fan: User, stranger: User) -> None:
    client = as_user(fan)

    before = client.get("/api/v1/me/privacy/").json()
    after = client.patch("/api/v1/me/privacy/", {"gifts_from": "followed", "in_rankings": False}).json()

    assert before == {
        "profile_seen_by": "everyone", "comments_from": "everyone", "gifts_from": "everyone", "in_rankings": True,
        "shows_activity": True, "gifts_anonymously": False,
    }  # fmt: skip
    assert after == before | {"gifts_from": "followed", "in_rankings": False}
    assert settings_of(stranger).gifts_from == "everyone"


def test_a_value_that_a_setting_does_not_have_is_refused(as_user: AsUser, fan: User) -> None:
    answer = as_user(fan).patch("/api/v1/me/privacy/", {"profile_seen_by": "followed"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert PrivacySettings.objects.count() == 0


def test_following_is_put_and_deleted_as_often_as_one_likes(
    as_user: AsUser, fan: User, creator: User
) -> None:
    client = as_user(fan)

    first, again = client.put("/api/v1/people/bob/follow/"), client.put("/api/v1/people/Bob/follow/")
    assert (first.status_code, again.json()) == (200, first.json())
    (listed,) = client.get("/api/v1/me/following/").json()["results"]
    (follower,) = as_user(creator).get("/api/v1/me/followers/").json()["results"]
    assert (listed["person"]["handle"], follower["person"]["handle"]) == ("bob", "alice")

    gone = [client.delete("/api/v1/people/bob/follow/").status_code for _ in range(2)]
    assert (gone, Follow.objects.count()) == ([204, 204], 0)


def test_who_is_not_shown_cannot_be_followed_and_is_told_from_nobody(
    as_user: AsUser, fan: User, creator: User
) -> None:
    services.update_privacy(person=creator, profile_seen_by="nobody")
    client = as_user(fan)

    hidden, nobody = (client.put(f"/api/v1/people/{handle}/follow/") for handle in ("bob", "nobody.here"))

    assert (hidden.status_code, hidden.json()) == (404, nobody.json())
    assert [client.delete(f"/api/v1/people/{h}/follow/").status_code for h in ("bob", "nobody.here")] == [
        204
    ] * 2


def test_blocks_are_put_listed_and_taken_back(as_user: AsUser, fan: User, creator: User) -> None:
    client = as_user(fan)
    services.update_privacy(
        person=creator, profile_seen_by="nobody"
    )  # who writes can be blocked all the same

    assert [client.put("/api/v1/me/blocks/bob/").status_code for _ in range(2)] == [200, 200]
    (listed,) = client.get("/api/v1/me/blocks/").json()["results"]
    assert listed["person"]["handle"] == "bob"
    assert as_user(creator).get("/api/v1/me/blocks/").json()["results"] == []
    assert client.put("/api/v1/me/blocks/alice/").json()["code"] == "yourself"
    assert [client.delete("/api/v1/me/blocks/bob/").status_code for _ in range(2)] == [204, 204]
    assert Block.objects.count() == 0


def test_lists_of_people_leave_out_who_is_not_shown(
    as_user: AsUser, person: Callable[..., User], fan: User, creator: User, stranger: User
) -> None:
    for follower in (fan, stranger, person("dora")):
        services.follow(follower=follower, followed=creator, now=clock.now())
    services.update_privacy(person=stranger, profile_seen_by="nobody")
    services.block(blocker=User.objects.get(handle="dora"), blocked=fan, now=clock.now())

    def followers(client: Any) -> list[str]:
        results = client.get("/api/v1/people/bob/followers/").json()["results"]
        return [one["person"]["handle"] for one in results]

    assert followers(as_user(fan)) == ["alice"]
    assert followers(as_user(creator)) == ["dora", "alice"]


def test_who_keeps_their_activity_shows_no_lists(
    as_user: AsUser, page_as: PageAs, fan: User, creator: User
) -> None:
    services.follow(follower=fan, followed=creator, now=clock.now())
    services.update_privacy(person=creator, shows_activity=False)

    for lists in ("followers", "following"):
        assert as_user(fan).get(f"/api/v1/people/bob/{lists}/").status_code == 404
        assert page_as(fan).get(f"/@bob/{lists}/").status_code == 404
        assert page_as(creator).get(f"/@bob/{lists}/").status_code == 200
    assert b"data-followers" not in page_as(fan).get("/@bob").content
    assert b"data-followers" in page_as(creator).get("/@bob").content


@pytest.mark.parametrize("path", ["/@bob", "/@bob/followers/", "/@bob/following/"])
def test_a_private_profile_answers_as_one_that_never_was(
    path: str, page_as: PageAs, fan: User, creator: User
) -> None:
    services.update_privacy(person=creator, profile_seen_by="followers")
    nobody = path.replace("bob", "nobody.here")

    for browser in (Client(), page_as(fan)):
        hidden, never = browser.get(path), browser.get(nobody)
        assert (hidden.status_code, never.status_code) == (404, 404)
        assert plain(hidden.content) == plain(never.content)


def plain(page: bytes) -> str:
    text = page.decode().replace("nobody.here", "bob")
    return re.sub(r'data-now="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", text)


@pytest.mark.parametrize("count", [10, 60])
def test_a_long_list_is_cut_into_pages(
    count: int,
    as_user: AsUser,
    page_as: PageAs,
    person: Callable[..., User],
    creator: User,
) -> None:
    made = [User(handle=f"many{n}", email=f"many{n}@example.com", password="x") for n in range(count)]
    followers = User.objects.bulk_create(made)
    Follow.objects.bulk_create(
        [Follow(follower=one, followed=creator, since=clock.now()) for one in followers]
    )
    api, page = as_user(creator), page_as(creator)

    first = api.get("/api/v1/me/followers/").json()
    assert len(first["results"]) == min(count, 50)
    shown = page.get("/@bob/followers/")
    assert len(shown.context["people"]) == min(count, 30)
    assert bool(shown.context["next_url"]) is (count > 30)


def test_the_page_saves_what_is_chosen(page_as: PageAs, fan: User) -> None:
    choice = {
        "profile_seen_by": "everyone",
        "comments_from": "followers",
        "gifts_from": "nobody",
        "in_rankings": "on",
    }

    answer = page_as(fan).post("/settings/privacy/", choice)

    assert answer.status_code == 302
    settings = PrivacySettings.objects.get(user=fan)
    assert (settings.comments_from, settings.gifts_from, settings.in_rankings, settings.shows_activity) == (
        "followers", "nobody", True, False,
    )  # fmt: skip
    assert page_as(fan).post("/settings/privacy/", choice | {"gifts_from": "me"}).status_code == 400
    assert SecurityEvent.objects.filter(user=fan, kind="privacy_changed").count() == 1


def test_following_and_blocking_without_javascript(page_as: PageAs, fan: User, creator: User) -> None:
    browser = page_as(fan)

    followed = browser.post("/@bob/follow/", {"deed": "follow", "next": "/explore/"})
    assert (followed["Location"], Follow.objects.count()) == ("/explore/", 1)
    away = browser.post("/@bob/follow/", {"deed": "unfollow", "next": "https://elsewhere.example/"})
    assert (away["Location"], Follow.objects.count()) == ("/@bob", 0)

    blocked = browser.post("/@bob/block/", follow=True)
    assert "You do not see each other any more" in blocked.content.decode()
    assert browser.get("/@bob").status_code == 404
    browser.post("/settings/privacy/blocked/bob/removal/")
    assert browser.get("/@bob").status_code == 200


@pytest.mark.parametrize("path", ["/@bob/follow/", "/@bob/block/", "/settings/privacy/blocked/bob/removal/"])
def test_a_button_is_pressed_by_somebody(path: str, creator: User) -> None:
    answer = Client().post(path)

    assert (answer.status_code, Follow.objects.count(), Block.objects.count()) == (302, 0, 0)
    assert answer["Location"].startswith("/accounts/login/")


def test_blocking_by_handle_says_when_there_is_nobody(page_as: PageAs, fan: User, creator: User) -> None:
    browser = page_as(fan)

    assert (
        b"There is nobody with this handle"
        in browser.post("/settings/privacy/blocked/", {"handle": "x.y"}).content
    )
    assert b"That is you" in browser.post("/settings/privacy/blocked/", {"handle": "@Alice"}).content
    browser.post("/settings/privacy/blocked/", {"handle": "@Bob"})
    assert Block.objects.get().blocked == creator


def test_a_new_follower_is_mailed_to_who_asked_once_a_day(fan: User, stranger: User, creator: User) -> None:
    services.follow(follower=fan, followed=creator, now=clock.now())
    assert OwedMail.objects.count() == 0

    services.want_topic(user=creator, topic="new_followers", wanted=True)
    services.follow(follower=stranger, followed=creator, now=clock.now())
    services.unfollow(follower=fan, followed=creator)
    services.follow(follower=fan, followed=creator, now=clock.now())

    owed = OwedMail.objects.get()
    assert (owed.user, owed.facts) == (creator, {"name": "Charlie", "handle": "charlie"})


def test_what_is_between_people_is_exported_and_erased(fan: User, creator: User, stranger: User) -> None:
    services.follow(follower=fan, followed=creator, now=clock.now())
    services.follow(follower=creator, followed=fan, now=clock.now())
    services.block(blocker=fan, blocked=stranger, now=clock.now())
    services.update_privacy(person=fan, gifts_from="nobody")

    parts = {part.name: list(part.rows) for given in hooks.export_parts.call_all(fan) for part in given}
    assert [parts[name][0]["handle"] for name in ("following", "followers", "blocked")] == [
        "bob",
        "bob",
        "charlie",
    ]
    assert parts["privacy"][0]["gifts_from"] == "nobody"

    deactivate(user=fan, now=clock.now())
    for _ in range(2):
        with transaction.atomic():
            hooks.erase_person.call_all(fan)
    assert (Follow.objects.count(), Block.objects.count(), PrivacySettings.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("model", ["follow", "block", "privacysettings"])
def test_operators_look_and_change_nothing(
    model: str, operator: User, fan: User, creator: User, verified_page_as: PageAs
) -> None:
    services.follow(follower=creator, followed=fan, now=clock.now())
    services.block(blocker=fan, blocked=operator, now=clock.now())
    services.update_privacy(person=fan, in_rankings=False)
    browser = verified_page_as(operator)

    assert "@alice" in browser.get(f"/admin/accounts/{model}/").content.decode()
    assert browser.get(f"/admin/accounts/{model}/add/").status_code == 403
