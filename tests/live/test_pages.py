"""The pages of live rooms, for anybody, for a fan, for the creator and for a stranger."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from ground import clock
from ground.batches import settle
from live import services, tickets
from live.batch import LIKE, Like
from live.models import Message, Room, RoomLikes

pytestmark = pytest.mark.django_db(transaction=True)
Page = Callable[[User], Client]


def test_home_shows_what_is_live(client: Client, room: Room) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert f'href="/live/{room.pk}/"' in page.content.decode()
    assert "Late piano" in page.content.decode()


def test_home_without_a_room_says_so(client: Client, economy: None) -> None:
    assert "Nobody is live yet" in client.get("/").content.decode()


def test_explore_by_category(client: Client, room: Room) -> None:
    assert "Late piano" in client.get("/explore/?category=music").content.decode()
    assert "Late piano" not in client.get("/explore/?category=food").content.decode()
    assert "Late piano" in client.get("/explore/?category='><x").content.decode()


def test_anybody_may_watch(client: Client, room: Room) -> None:
    page = client.get(f"/live/{room.pk}/")

    assert page.status_code == 200
    assert "Sign in to chat and send gifts" in page.content.decode()


def test_the_address_of_the_events_opens_this_room_alone(client: Client, room: Room) -> None:
    address = client.get(f"/live/{room.pk}/").context["events_url"]

    assert address.startswith(f"/api/v1/rooms/{room.pk}/events/?after=1&ticket=")
    assert tickets.read(tickets.mint(room.stream, viewer_id=7)) == tickets.Ticket(room.stream, 7)
    assert tickets.read("forged") is None


def test_what_people_write_is_never_markup(page_as: Page, fan: User, room: Room) -> None:
    User.objects.filter(pk=fan.pk).update(display_name="<img src=x onerror=alert(1)>")
    Room.objects.update(title="<script>alert(2)</script>")
    services.post_message(
        room_id=room.pk, author=fan, text="<script>alert(3)</script>", key="a", now=clock.now()
    )

    html = page_as(fan).get(f"/live/{room.pk}/").content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in html


def test_likes_do_not_push_the_talk_out_of_a_room_that_is_opened(
    client: Client, room: Room, fan: User
) -> None:
    services.post_message(room_id=room.pk, author=fan, text="Hello there", key="a", now=clock.now())
    for n in range(60):
        with transaction.atomic():
            settle(LIKE, [Like(fan.pk, room.pk, 1)], now=clock.now() + timedelta(seconds=n))

    page = client.get(f"/live/{room.pk}/")

    assert [event["type"] for event in page.context["events"]] == ["room.started", "chat.message"]
    assert page.context["last_number"] == 62


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("fan", "Like this room. Likes:"),
        ("creator", 'data-like-total>3</span><span class="visually-hidden">likes</span></p>'),
        (None, "Sign in to like this room. Likes:"),
    ],
)
def test_the_heart_as_everybody_sees_it(
    who: str | None, words: str, client: Client, page_as: Page, stranger: User, room: Room, request: Any
) -> None:
    services.like_room(room_id=room.pk, fan=stranger, count=3, now=clock.now())
    browser = page_as(request.getfixturevalue(who)) if who else client

    html = browser.get(f"/live/{room.pk}/").content.decode()

    assert words in html
    assert ("data-like=" in html) is (who == "fan")


def test_nobody_likes_a_room_that_has_ended(page_as: Page, fan: User, creator: User, room: Room) -> None:
    services.end_room(room_id=room.pk, creator=creator, now=clock.now())
    browser = page_as(fan)

    answer = browser.post(f"/live/{room.pk}/likes/", follow=True)

    assert "It cannot be liked any more." in answer.content.decode()
    assert "data-like=" not in answer.content.decode()
    assert RoomLikes.objects.count() == 0


def test_liking_without_javascript(page_as: Page, fan: User, creator: User, room: Room) -> None:
    answer = page_as(fan).post(f"/live/{room.pk}/likes/")
    own = page_as(creator).post(f"/live/{room.pk}/likes/", follow=True)

    assert (answer.status_code, answer["Location"]) == (302, f"/live/{room.pk}/")
    assert "your own likes do not count" in own.content.decode()
    assert RoomLikes.objects.get().total == 1


def test_nobody_likes_unsigned(client: Client, room: Room) -> None:
    answer = client.post(f"/live/{room.pk}/likes/")

    assert answer["Location"].startswith("/accounts/login/")
    assert RoomLikes.objects.count() == 0


def test_saying_something_without_javascript(page_as: Page, fan: User, room: Room) -> None:
    answer = page_as(fan).post(f"/live/{room.pk}/messages/", {"text": "Hello"})

    assert (answer.status_code, answer["Location"]) == (302, f"/live/{room.pk}/")
    assert Message.objects.get().text == "Hello"


def test_nobody_speaks_unsigned(client: Client, room: Room) -> None:
    answer = client.post(f"/live/{room.pk}/messages/", {"text": "Hello"})

    assert answer["Location"].startswith("/accounts/login/")
    assert Message.objects.count() == 0


def test_going_live_from_the_form(page_as: Page, creator: User, economy: None) -> None:
    wanted = {
        "title": "Late piano",
        "category": "music",
        "playback": "hls",
        "playback_address": "https://a.b/c.m3u8",
    }

    answer = page_as(creator).post("/live/start/", wanted)

    assert answer["Location"] == f"/live/{Room.objects.get().pk}/"


def test_a_wrong_address_comes_back_with_the_form(page_as: Page, creator: User, economy: None) -> None:
    wanted = {
        "title": "x",
        "category": "music",
        "playback": "embed",
        "playback_address": "https://evil.example/",
    }

    answer = page_as(creator).post("/live/start/", wanted)

    assert answer.status_code == 400
    assert "not allowed here" in answer.content.decode()
    assert Room.objects.count() == 0


def test_a_second_start_leads_to_the_open_room(page_as: Page, creator: User, room: Room) -> None:
    wanted = {"title": "x", "category": "music", "playback": "placeholder", "playback_address": ""}

    answer = page_as(creator).post("/live/start/", wanted)

    assert answer["Location"] == f"/live/{room.pk}/"


def test_a_fan_may_not_go_live(page_as: Page, fan: User, economy: None) -> None:
    wanted = {"title": "x", "category": "music", "playback": "placeholder", "playback_address": ""}

    assert page_as(fan).post("/live/start/", wanted).status_code == 403
    assert Room.objects.count() == 0


@pytest.mark.parametrize(("who", "status", "state"), [("creator", 302, "ended"), ("stranger", 403, "live")])
def test_who_may_end_the_room(
    who: str, status: int, state: str, page_as: Page, room: Room, request: Any
) -> None:
    person = request.getfixturevalue(who)

    assert page_as(person).post(f"/live/{room.pk}/ending/").status_code == status
    room.refresh_from_db()
    assert room.status == state


def test_an_ended_room_says_so(client: Client, creator: User, room: Room) -> None:
    services.end_room(room_id=room.pk, creator=creator, now=clock.now())

    html = client.get(f"/live/{room.pk}/").content.decode()

    assert "has ended this room" in html
    assert "data-ended hidden" not in html
