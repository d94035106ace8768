"""Rooms over REST."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from live.models import Message, Room, RoomLikes
from tests.fixtures.gateway import Caller

pytestmark = pytest.mark.django_db(transaction=True)
AsUser = Callable[[User], APIClient]
ApiAs = Callable[[User], Caller]


def test_anybody_reads_rooms(room: Room) -> None:
    (found,) = APIClient().get("/api/v1/rooms/").json()["results"]

    assert (found["id"], found["creator"]["handle"], found["status"]) == (str(room.pk), "bob", "live")


def test_a_room_says_where_its_events_are(room: Room) -> None:
    found = APIClient().get(f"/api/v1/rooms/{room.pk}/").json()

    assert found["last_event"] == 1
    assert found["events_url"].startswith(f"/api/v1/rooms/{room.pk}/events/?after=1&ticket=")


def test_a_room_that_never_was(economy: None) -> None:
    answer = APIClient().get(f"/api/v1/rooms/{UUID(int=1)}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_creator_goes_live_and_ends(as_user: AsUser, creator: User, economy: None) -> None:
    client = as_user(creator)

    opened = client.post("/api/v1/rooms/", {"title": "Late piano", "category": "music"})
    ended = client.post(f"/api/v1/rooms/{opened.json()['id']}/ending/")

    assert (opened.status_code, opened.json()["status"]) == (201, "live")
    assert (ended.status_code, ended.json()["status"]) == (200, "ended")


def test_a_fan_is_told_to_become_a_creator(as_user: AsUser, fan: User, economy: None) -> None:
    answer = as_user(fan).post("/api/v1/rooms/", {"title": "Mine"})

    assert (answer.status_code, answer.json()["code"]) == (403, "creator_required")
    assert Room.objects.count() == 0


def test_charlie_may_not_end_bobs_room_over_rest(as_user: AsUser, stranger: User, room: Room) -> None:
    answer = as_user(stranger).post(f"/api/v1/rooms/{room.pk}/ending/")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_room")


def test_a_message_over_rest(api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).post(f"/api/v1/rooms/{room.pk}/messages/", {"text": "Hello"})

    assert (answer.status_code, answer.json()["text"]) == (201, "Hello")
    assert answer.json()["id"] == Message.objects.get().pk


def test_a_message_sent_again_under_its_key_is_said_once(api_as: ApiAs, fan: User, room: Room) -> None:
    client, path = api_as(fan), f"/api/v1/rooms/{room.pk}/messages/"

    first = client.post(path, {"text": "Hello"}, headers={"Idempotency-Key": "a"})
    again = client.post(path, {"text": " Hello"}, headers={"Idempotency-Key": "a"})
    other = client.post(path, {"text": "Goodbye"}, headers={"Idempotency-Key": "a"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert other.json()["code"] == "key_reused"
    assert Message.objects.count() == 1


def test_likes_over_rest(api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).post(f"/api/v1/rooms/{room.pk}/likes/", {"count": 3})

    assert (answer.status_code, answer.json()) == (201, {"total": 3})
    assert APIClient().get(f"/api/v1/rooms/{room.pk}/").json()["likes"] == 3
    assert APIClient().get("/api/v1/rooms/").json()["results"][0]["likes"] == 3


@pytest.mark.parametrize(
    ("count", "who", "status", "code"),
    [
        (0, "fan", 400, "invalid_count"),
        (51, "fan", 400, "invalid_count"),
        ("x", "fan", 400, "invalid_request"),
        (1, "creator", 409, "own_room"),
    ],
)
def test_likes_that_do_not_count(
    count: object, who: str, status: int, code: str, api_as: ApiAs, room: Room, request: Any
) -> None:
    client = api_as(request.getfixturevalue(who))

    answer = client.post(f"/api/v1/rooms/{room.pk}/likes/", {"count": count})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert RoomLikes.objects.count() == 0


@pytest.mark.parametrize("path", ["", "{}/messages/", "{}/likes/", "{}/ending/"])
def test_nobody_writes_without_a_session(path: str, anonymous: Caller, room: Room) -> None:
    answer = anonymous.post(f"/api/v1/rooms/{path.format(room.pk)}", {"text": "Hello", "title": "x"})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert (Message.objects.count(), RoomLikes.objects.count()) == (0, 0)


def test_a_message_that_cannot_be_said_is_a_problem(api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).post(f"/api/v1/rooms/{room.pk}/messages/", {"text": "x" * 301})

    assert (answer.status_code, answer.json()["code"]) == (400, "message_too_long")
