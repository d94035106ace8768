"""A room is there for those its creator shows themselves to, by every door: pages, REST, messages, likes."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import services as people
from accounts.models import Audience, User
from accounts.models.social import WATCHERS
from ground import clock
from ground.batches import settle
from live import feed, services
from live.batch import LIKE, MESSAGE, Like, Say
from live.models import FanLikes, Message, Room
from tests.fixtures.gateway import Caller

pytestmark = pytest.mark.django_db(transaction=True)
ApiAs = Callable[[User], Caller]


@pytest.fixture
def visitors(person: Callable[..., User], creator: User) -> dict[str, User]:
    """A stranger, a follower and somebody blocked, of Bob."""
    made = {name: person(name, totp_secret=None) for name in ("newcomer", "follower", "outcast")}
    people.follow(follower=made["follower"], followed=creator, now=clock.now())
    people.block(blocker=creator, blocked=made["outcast"], now=clock.now())
    return made


def lets_in(audience: Audience, visitor: str) -> bool:
    return {
        Audience.EVERYONE: visitor != "outcast",
        Audience.FOLLOWERS: visitor in ("follower", "bob"),
        Audience.NOBODY: visitor == "bob",
    }[audience]


def codes(client: Any, room: Room) -> tuple[int, int]:
    """How the room's page and its REST address answer."""
    return client.get(f"/live/{room.pk}/").status_code, client.get(f"/api/v1/rooms/{room.pk}/").status_code


@pytest.mark.parametrize("seen_by", WATCHERS)
def test_a_room_is_found_by_whom_it_is_for(
    seen_by: Audience, visitors: dict[str, User], creator: User, room: Room, page_as: Any, as_user: Any
) -> None:
    people.update_privacy(person=creator, profile_seen_by=seen_by)

    for name, visitor in {**visitors, "bob": creator, "anybody": None}.items():
        page, api = (Client(), APIClient()) if visitor is None else (page_as(visitor), as_user(visitor))
        found = lets_in(seen_by, name)
        listed = [one["id"] for one in api.get("/api/v1/rooms/").json()["results"]]
        assert listed == ([str(room.pk)] if found else []), name
        assert codes(page, room)[0] == codes(api, room)[1] == (200 if found else 404), name
        for address in ("/", "/explore/", "/explore/?category=music"):
            assert (b"Late piano" in page.get(address).content) is found, (name, address)


def test_a_hidden_room_answers_as_one_that_never_was(
    visitors: dict[str, User], creator: User, room: Room, as_user: Any, page_as: Any
) -> None:
    outcast = as_user(visitors["outcast"])
    hidden = outcast.get(f"/api/v1/rooms/{room.pk}/").json()
    nowhere = outcast.get("/api/v1/rooms/00000000-0000-0000-0000-000000000001/").json()

    assert hidden == nowhere
    browser = page_as(visitors["outcast"])
    assert words(browser, room.pk) == words(browser, UUID(int=1))


@pytest.mark.parametrize("comments_from", WATCHERS)
def test_a_message_is_taken_from_whom_the_creator_hears(
    comments_from: Audience, visitors: dict[str, User], creator: User, room: Room, api_as: ApiAs
) -> None:
    people.update_privacy(person=creator, comments_from=comments_from)

    for name, visitor in {**visitors, "bob": creator}.items():
        answer = api_as(visitor).post(f"/api/v1/rooms/{room.pk}/messages/", {"text": "Hello"})
        if lets_in(comments_from, name):
            assert answer.status_code == 201, name
        elif name == "outcast":
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "comment_not_welcome"), name
    spoke = set(Message.objects.values_list("author__handle", flat=True))
    assert spoke == {
        name for name in ("newcomer", "follower", "outcast", "bob") if lets_in(comments_from, name)
    }


def test_the_page_says_that_a_message_was_not_taken(
    fan: User, creator: User, room: Room, page_as: Any
) -> None:
    people.update_privacy(person=creator, comments_from="nobody")
    browser = page_as(fan)

    answer = browser.post(f"/live/{room.pk}/messages/", {"text": "Hello"}, follow=True)

    assert "This creator does not take messages from everyone." in answer.content.decode()
    assert Message.objects.count() == 0


def test_likes_of_a_blocked_person_do_not_count(visitors: dict[str, User], room: Room, api_as: ApiAs) -> None:
    answers = {
        name: api_as(visitor).post(f"/api/v1/rooms/{room.pk}/likes/", {"count": 2}).status_code
        for name, visitor in visitors.items()
    }

    assert answers == {"newcomer": 201, "follower": 201, "outcast": 404}
    assert set(FanLikes.objects.values_list("fan_id", "count")) == {
        (visitors["newcomer"].pk, 2),
        (visitors["follower"].pk, 2),
    }


def test_one_unwelcome_message_harms_no_neighbour(visitors: dict[str, User], room: Room) -> None:
    said = [Say(visitor.pk, room.pk, name, name) for name, visitor in visitors.items()]
    taps = [Like(visitor.pk, room.pk, 1) for visitor in visitors.values()]

    assert settled(MESSAGE, said) == ["posted", "posted", "unknown_room"]
    assert settled(LIKE, taps) == ["counted", "counted", "unknown_room"]


def test_a_message_repeated_after_a_block_is_answered_as_the_first(
    fan: User, creator: User, room: Room
) -> None:
    first = services.post_message(room_id=room.pk, author=fan, text="Hi", key="k", now=clock.now())
    people.block(blocker=creator, blocked=fan, now=clock.now())

    again = services.post_message(room_id=room.pk, author=fan, text="Hi", key="k", now=clock.now())

    assert again == first


def test_parted_people_do_not_read_each_other(fan: User, stranger: User, room: Room) -> None:
    for author in (fan, stranger):
        services.post_message(
            room_id=room.pk, author=author, text=f"I am {author.handle}", key=author.handle, now=clock.now()
        )
    people.block(blocker=fan, blocked=stranger, now=clock.now())

    assert texts(room, fan) == ["I am alice"]
    assert texts(room, stranger) == ["I am charlie"]
    assert texts(room, None) == ["I am alice", "I am charlie"]


def test_followed_creators_stand_first(
    fan: User, creator: User, room: Room, other_room: Room, page_as: Any
) -> None:
    assert titles(page_as(fan)) == ["Later", "Late piano"]

    people.follow(follower=fan, followed=creator, now=clock.now())

    assert titles(page_as(fan)) == ["Late piano", "Later"]


@pytest.mark.parametrize("others", [0, 20])
def test_a_list_of_rooms_costs_the_same_however_many_rules_there_are(
    others: int,
    person: Callable[..., User],
    fan: User,
    room: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
    as_user: Any,
) -> None:
    for n in range(others):
        host = person(f"host{n}", totp_secret=None, creator=True)
        services.start_room(
            creator=host, title=f"Room {n}", category="talk", playback="placeholder", now=clock.now()
        )
        people.update_privacy(person=host, profile_seen_by="followers" if n % 2 else "everyone")
    client = as_user(fan)
    client.get("/api/v1/rooms/")

    with django_assert_num_queries(4):
        answer = client.get("/api/v1/rooms/")

    assert len(answer.json()["results"]) == 1 + others // 2


def words(browser: Client, room_id: UUID) -> str:
    """The page at a room's address, without what differs from one request to the next."""
    page = browser.get(f"/live/{room_id}/").content.decode().replace(str(room_id), "")
    return re.sub(r'data-now="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", page)


def texts(room: Room, viewer: User | None) -> list[str]:
    events, _ = feed.history(room, viewer=viewer)
    return [event["text"] for event in events if event["type"] == "chat.message"]


def titles(browser: Client) -> list[str]:
    return [room.title for room in browser.get("/").context["rooms"]]


def settled(kind: Any, requests: list[Any]) -> list[str]:
    with transaction.atomic():
        return [answer.status for answer in settle(kind, requests, now=clock.now())]
