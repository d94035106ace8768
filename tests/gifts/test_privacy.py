"""Gifts that are not welcome, and gifts without a name."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts import hooks
from accounts import services as people
from accounts.models import Audience, User
from accounts.streams import creator_stream
from events import log
from gifts.batch import GIFT, Request
from gifts.errors import GiftNotWelcome
from gifts.models import Gift, SentGift
from gifts.services import Sent, send_gift
from ground import clock
from ground.batches import settle
from ledger import books
from ledger.retry import in_transaction
from live import feed
from live.feed import ANONYMOUS
from live.models import Room
from tests.fixtures.gateway import Caller
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
ApiAs = Callable[[User], Caller]


def give(sender: User, room: Room, key: str = "k") -> Sent:
    return send_gift(
        sender=sender, room_id=room.pk, gift="test-rose", quantity=1, coins=10, key=key, now=clock.now()
    )


@pytest.fixture
def givers(person: Callable[..., User], creator: User, rose: Gift, fund: Fund) -> dict[str, User]:
    """People with coins: a stranger of Bob, one who follows him, one he follows, one he blocked."""
    made = {name: person(name, totp_secret=None) for name in ("newcomer", "follower", "followed", "outcast")}
    for giver in made.values():
        fund(giver, 100)
    people.follow(follower=made["follower"], followed=creator, now=clock.now())
    people.follow(follower=creator, followed=made["followed"], now=clock.now())
    people.block(blocker=creator, blocked=made["outcast"], now=clock.now())
    return made


WELCOME = {
    Audience.EVERYONE: {"newcomer", "follower", "followed"},
    Audience.FOLLOWERS: {"follower"},
    Audience.FOLLOWED: {"followed"},
    Audience.NOBODY: set(),
}


@pytest.mark.parametrize("gifts_from", Audience)
def test_a_gift_is_taken_from_whom_the_creator_wants(
    gifts_from: Audience, givers: dict[str, User], creator: User, room: Room, api_as: ApiAs
) -> None:
    people.update_privacy(person=creator, gifts_from=gifts_from)
    wish = {"gift": "test-rose", "quantity": 1, "coins": 10}

    refusals = []
    for name, giver in givers.items():
        answer = api_as(giver).post(f"/api/v1/rooms/{room.pk}/gifts/", wish, headers={"Idempotency-Key": "k"})
        if name in WELCOME[gifts_from]:
            assert answer.status_code == 201, name
        else:
            refusals.append(answer.json())
            assert (answer.status_code, answer.json()["code"]) == (403, "gift_not_welcome"), name
        left = books.balance(giver.ledger_id, "coins", books.COIN)
        assert left == (90 if name in WELCOME[gifts_from] else 100), name
    assert all(refusal == refusals[0] for refusal in refusals), "a block reads as a rule"
    assert SentGift.objects.count() == len(WELCOME[gifts_from])


def test_one_unwelcome_gift_harms_no_neighbour(givers: dict[str, User], room: Room) -> None:
    wishes = [Request(giver.pk, room.pk, "test-rose", 1, 10, name) for name, giver in givers.items()]

    answers = in_transaction(lambda: settle(GIFT, wishes, now=clock.now()))

    assert [answer.status for answer in answers] == ["posted", "posted", "posted", "not_welcome"]


def test_the_key_of_a_refused_gift_is_free_and_that_of_a_sent_one_still_answers(
    givers: dict[str, User], creator: User, room: Room
) -> None:
    outcast, newcomer = givers["outcast"], givers["newcomer"]
    with pytest.raises(GiftNotWelcome):
        give(outcast, room)
    people.unblock(blocker=creator, blocked=outcast)
    assert give(outcast, room).balance == 90

    first = give(newcomer, room)
    people.block(blocker=creator, blocked=newcomer, now=clock.now())
    assert give(newcomer, room) == first


def test_the_page_says_that_a_gift_was_not_taken(
    givers: dict[str, User], room: Room, page_as: Callable[[User], Client], creator: User
) -> None:
    people.update_privacy(person=creator, gifts_from="nobody")
    form = {"choice": "test-rose:10", "quantity": "1", "key": "k"}

    answer = page_as(givers["newcomer"]).post(f"/live/{room.pk}/gifts/", form, follow=True)

    assert "This creator does not take gifts from everyone" in answer.content.decode()
    assert SentGift.objects.count() == 0
    shown = page_as(givers["newcomer"]).get(f"/live/{room.pk}/").content.decode()
    assert "Bob does not take gifts from everyone. You cannot send one here." in shown


@pytest.fixture
def unnamed(fan: User, creator: User, room: Room, rose: Gift, fund: Fund) -> SentGift:
    """A gift that Alice gave Bob without her name."""
    fund(fan, 100)
    people.update_privacy(person=fan, gifts_anonymously=True)
    give(fan, room)
    return SentGift.objects.get()


def test_the_creator_is_told_no_name_in_any_answer(
    unnamed: SentGift,
    fan: User,
    creator: User,
    room: Room,
    as_user: Callable[[User], APIClient],
    page_as: Callable[[User], Client],
) -> None:
    api, page = as_user(creator), page_as(creator)
    readable = feed.readable(log.since(creator_stream(creator.pk), 0, 10) + log.since(room.stream, 0, 10))
    answers = {
        "list": api.get("/api/v1/creator/gifts/").content.decode(),
        "receipt": api.get(f"/api/v1/gifts/sent/{unnamed.pk}/").content.decode(),
        "receipt page": page.get(f"/gifts/{unnamed.pk}/").content.decode(),
        "room page": page.get(f"/live/{room.pk}/").content.decode(),
        "events": json.dumps(readable),
    }

    assert {name for name, text in answers.items() if "alice" in text.lower()} == set()
    assert "Somebody who stays anonymous sent it to you" in answers["receipt page"]
    gifts = [event for event in readable if event["type"] == "gift.settled"]
    nobody = ANONYMOUS
    assert [(event["sender"], event["coins"]) for event in gifts] == [(nobody, 10), (nobody, 10)]
    assert json.loads(answers["receipt"])["sender"] == nobody
    (listed,) = json.loads(answers["list"])["results"]
    assert (listed["sender"], listed["coins"], listed["diamond_units"]) == (nobody, 10, 1000)
    assert f"/art/avatar/{fan.pk}.svg" not in answers["room page"]


def test_the_fan_sees_what_they_gave(
    unnamed: SentGift, fan: User, as_user: Callable[[User], APIClient], page_as: Callable[[User], Client]
) -> None:
    (own,) = as_user(fan).get("/api/v1/gifts/sent/").json()["results"]
    page = page_as(fan).get(f"/gifts/{unnamed.pk}/").content.decode()

    assert (own["sender"]["handle"], own["is_anonymous"]) == ("alice", True)
    assert "You sent it anonymously" in page


def test_operators_see_who_gave(
    unnamed: SentGift, operator: User, verified_page_as: Callable[[User], Client]
) -> None:
    listed = verified_page_as(operator).get("/admin/gifts/sentgift/").content.decode()

    assert "@alice" in listed


def test_each_gift_keeps_the_name_it_was_given_with(unnamed: SentGift, fan: User, room: Room) -> None:
    people.update_privacy(person=fan, gifts_anonymously=False)
    give(fan, room, "named")

    shown = [
        event["sender"]["name"]
        for event in feed.readable(log.since(room.stream, 0, 10))
        if event["type"] == "gift.settled"
    ]
    assert shown == ["Anonymous", "Alice"]
    assert list(SentGift.objects.order_by("id").values_list("is_anonymous", flat=True)) == [True, False]


def test_one_who_gives_unnamed_takes_no_name_from_a_neighbour(
    unnamed: SentGift, fan: User, stranger: User, room: Room, fund: Fund
) -> None:
    fund(stranger, 100)
    wishes = [
        Request(sender.pk, room.pk, "test-rose", 1, 10, str(n))
        for n, sender in enumerate([stranger, fan, stranger])
    ]

    in_transaction(lambda: settle(GIFT, wishes, now=clock.now()))

    newest = SentGift.objects.order_by("-id")[:3]
    assert {(sent.sender_id, sent.is_anonymous) for sent in newest} == {(stranger.pk, False), (fan.pk, True)}


def test_a_block_does_not_give_an_unnamed_giver_away(
    unnamed: SentGift, fan: User, creator: User, room: Room
) -> None:
    before, _ = feed.history(room, viewer=creator)
    people.block(blocker=creator, blocked=fan, now=clock.now())
    after, _ = feed.history(room, viewer=creator)

    assert after == before
    assert isinstance(after[-1]["coins"], int)


def test_the_sender_is_shown_to_the_sender_alone(unnamed: SentGift) -> None:
    assert unnamed.sender_shown_to(None) is None
    assert unnamed.sender_shown_to(unnamed.creator_id) is None
    assert unnamed.sender_shown_to(unnamed.sender_id) == unnamed.sender


def test_no_export_tells_who_gave_unnamed(unnamed: SentGift, creator: User) -> None:
    rows = [list(part.rows) for parts in hooks.export_parts.call_all(creator) for part in parts]

    assert "alice" not in json.dumps(rows, default=str).lower()
