"""The matrix's rows of the gateway: what is sent in a room, and who listens."""

from collections.abc import Callable

import pytest

from accounts import services
from accounts.models import User
from gateway.doors import CREATOR_EVENTS
from gateway.hot import PREFIX
from ground import clock
from live.models import Message, Room
from tests.fixtures.gateway import Caller

pytestmark = pytest.mark.django_db(transaction=True)

SENT_IN_A_ROOM = ("gifts", "messages", "likes")


@pytest.mark.parametrize("what", SENT_IN_A_ROOM)
def test_nobody_sends_without_a_session(anonymous: Caller, room: Room, what: str) -> None:
    assert anonymous.post(f"{PREFIX}{room.pk}/{what}/", {}).status_code == 401


@pytest.mark.parametrize("what", SENT_IN_A_ROOM)
def test_whoever_is_signed_in_is_heard(
    api_as: Callable[[User], Caller], fan: User, creator: User, operator: User, room: Room, what: str
) -> None:
    for person in (fan, creator, operator):
        answer = api_as(person).post(f"{PREFIX}{room.pk}/{what}/", content=b"no JSON")
        assert answer.status_code in (400, 415, 422), person


def test_one_whom_the_creator_blocked_says_nothing(
    api_as: Callable[[User], Caller], fan: User, creator: User, room: Room
) -> None:
    services.block(blocker=creator, blocked=fan, now=clock.now())
    answer = api_as(fan).post(f"{PREFIX}{room.pk}/messages/", {"text": "Hello"})
    assert answer.status_code in (403, 404)
    assert Message.objects.count() == 0


@pytest.mark.parametrize("address", [CREATOR_EVENTS, PREFIX + "{room}/events/"])
def test_nobody_listens_without_a_session_or_a_ticket(anonymous: Caller, room: Room, address: str) -> None:
    assert anonymous.request("GET", address.format(room=room.pk)).status_code == 401
