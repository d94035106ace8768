"""Rooms over REST."""

from collections.abc import Callable
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from live.models import Message, Room

pytestmark = pytest.mark.django_db(transaction=True)
AsUser = Callable[[User], APIClient]


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


def test_a_message_over_rest(as_user: AsUser, fan: User, room: Room) -> None:
    answer = as_user(fan).post(f"/api/v1/rooms/{room.pk}/messages/", {"text": "Hello"})

    assert (answer.status_code, answer.json()["text"]) == (201, "Hello")
    assert answer.json()["id"] == Message.objects.get().pk


@pytest.mark.parametrize("path", ["", "{}/messages/", "{}/ending/"])
def test_nobody_writes_without_a_session(path: str, room: Room) -> None:
    answer = APIClient().post(f"/api/v1/rooms/{path.format(room.pk)}", {"text": "Hello", "title": "x"})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert Message.objects.count() == 0


def test_a_message_that_cannot_be_said_is_a_problem(as_user: AsUser, fan: User, room: Room) -> None:
    answer = as_user(fan).post(f"/api/v1/rooms/{room.pk}/messages/", {"text": "x" * 301})

    assert (answer.status_code, answer.json()["code"]) == (400, "message_too_long")
