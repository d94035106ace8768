"""The event stream of a real server lets go of whom the creator parts from, and leaves out whom the listener does."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from accounts import services as people
from accounts.models import User
from gifts.models import Gift
from gifts.services import send_gift
from ground import clock
from live import services, tickets
from live.feed import ANONYMOUS
from live.models import Room
from tests.fixtures.accounts import token_of
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 20


@pytest.fixture
def listen(site: str) -> Callable[..., Any]:
    def opened(room: Room, viewer: User | None) -> Any:
        address = site + tickets.events_url(room, after=0, viewer=viewer)
        return httpx.stream("GET", address, timeout=PATIENCE_S)

    return opened


def events(answer: httpx.Response) -> Iterator[Any]:
    """What arrives, until the server ends it."""
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def say(author: User, room: Room, text: str) -> None:
    services.post_message(room_id=room.pk, author=author, text=text, key=services.new_key(), now=clock.now())


def test_a_block_ends_the_stream_of_the_blocked(
    listen: Any, site: str, fan: User, creator: User, stranger: User, room: Room
) -> None:
    with listen(room, fan) as answer, listen(room, stranger) as other:
        heard, heard_by_other = events(answer), events(other)
        assert next(heard)["type"] == next(heard_by_other)["type"] == "room.started"
        people.block(blocker=creator, blocked=fan, now=clock.now())
        assert list(heard) == []  # the server has ended it
        say(creator, room, "Only for you")
        assert next(heard_by_other)["text"] == "Only for you"

    ticket = site + tickets.events_url(room, after=0, viewer=fan)
    token = {"X-Session-Token": token_of(fan)}
    refused = [httpx.get(ticket), httpx.get(site + tickets.events_path(room), headers=token)]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(404, "not_found")] * 2


def test_closing_the_profile_ends_the_streams_of_all_who_do_not_follow(
    listen: Any, fan: User, creator: User, stranger: User, room: Room
) -> None:
    people.follow(follower=fan, followed=creator, now=clock.now())
    with listen(room, None) as anybody, listen(room, stranger) as other, listen(room, fan) as answer:
        follower, others = events(answer), [events(anybody), events(other)]
        assert [next(heard)["type"] for heard in (follower, *others)] == ["room.started"] * 3

        people.update_privacy(person=creator, profile_seen_by="followers")

        assert [list(heard) for heard in others] == [[], []]
        say(creator, room, "Among friends")
        assert next(follower)["text"] == "Among friends"
        people.unfollow(follower=fan, followed=creator)
        assert list(follower) == []


def test_a_listener_is_not_sent_what_parted_people_do(
    listen: Any, fan: User, stranger: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(stranger, 100)
    say(stranger, room, "Before")
    with listen(room, fan) as answer:
        heard = events(answer)
        assert [next(heard)["type"] for _ in range(2)] == ["room.started", "chat.message"]
        people.block(blocker=fan, blocked=stranger, now=clock.now())
        with listen(room, fan) as again:
            fresh = events(again)
            assert next(fresh)["type"] == "room.started"
            say(stranger, room, "Not for Alice")
            send_gift(
                sender=stranger,
                room_id=room.pk,
                gift="test-rose",
                quantity=1,
                coins=10,
                key="k",
                now=clock.now(),
            )
            say(creator, room, "For all")
            assert next(fresh)["text"] == "For all"
        texts = [event["text"] for event in (next(heard),)]
    assert texts == ["For all"]


def test_an_unnamed_gift_is_heard_by_everybody_without_its_giver(
    listen: Any, fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    people.update_privacy(person=fan, gifts_anonymously=True)
    with listen(room, creator) as answer:
        heard = events(answer)
        next(heard)
        send_gift(
            sender=fan, room_id=room.pk, gift="test-rose", quantity=1, coins=10, key="k", now=clock.now()
        )
        gift = next(heard)

    assert gift["sender"] == ANONYMOUS
    assert gift["coins"] == 10
    assert "alice" not in json.dumps(gift)
