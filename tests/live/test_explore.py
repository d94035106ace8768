"""Exploring: the order of rooms, who is found by what, and by whom."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.models import PrivacySettings, User
from accounts.search import clean_query, found_creators
from gateway.watching import rooms_of
from ground import clock, valkey
from live.exploring import rooms_in_order
from live.models import Room
from live.services import start_room
from live.watching import PROCESSES, watching, write_down

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_watches() -> None:
    client = valkey.client()
    for key in client.scan_iter(f"{PROCESSES}*"):
        client.delete(key)


@pytest.fixture
def room_of(person: Callable[..., User]) -> Callable[..., Room]:
    """`room_of("dora", "Kora at dusk", minutes=3)`: her room, live since then."""

    def opened(handle: str, title: str, *, minutes: int = 0, category: str = "music", name: str = "") -> Room:
        creator = person(handle, creator=True, display_name=name or handle.capitalize())
        now = clock.now() - timedelta(minutes=minutes)
        return start_room(creator=creator, title=title, category=category, playback="placeholder", now=now)

    return opened


def note(process: str, counts: dict[Room, int]) -> None:
    async def write() -> None:
        client = valkey.async_client()
        try:
            await write_down(client, process, {str(room.pk): count for room, count in counts.items()})
        finally:
            await client.aclose()

    asyncio.run(write())


def titles(viewer: User | None = None, **wanted: str) -> list[str]:
    return [room.title for room in rooms_in_order(viewer, limit=60, **wanted)]


def test_the_most_watched_room_is_first_and_of_equal_ones_the_newer(room_of: Callable[..., Room]) -> None:
    old, new = room_of("dora", "Old", minutes=9), room_of("emil", "New", minutes=1)
    room_of("fred", "Middle", minutes=5)
    assert titles() == ["New", "Middle", "Old"]
    note("one", {old: 2, new: 1})
    note("two", {old: 1})
    assert titles() == ["Old", "New", "Middle"]
    assert watching() == {old.pk: 3, new.pk: 1}
    note("one", {})
    assert titles() == ["Old", "New", "Middle"]
    note("two", {})
    assert (titles(), watching()) == (["New", "Middle", "Old"], {})


def test_what_a_process_wrote_long_ago_is_not_believed(room_of: Callable[..., Room]) -> None:
    old = room_of("dora", "Old", minutes=9)
    room_of("emil", "New")
    note("gone", {old: 50})
    valkey.client().zadd(PROCESSES, {"gone": 1})
    assert titles() == ["New", "Old"]


def test_a_gateway_counts_its_rooms_only() -> None:
    class Hub:
        def audiences(self) -> dict[str, int]:
            return {"room:a": 2, "creator:7": 5, "privacy": 1}

    assert rooms_of(Hub()) == {"a": 2}  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["kora", "KORA at", "dora", "@dora", "Diallo", "diallo", "Dialo", "dusk"])
def test_a_room_is_found_by_its_title_and_its_creators_names(room_of: Callable[..., Room], text: str) -> None:
    room_of("dora", "Kora at dusk", name="Dora Diallo")
    room_of("emil", "Footwork clinic", name="Emil Ruiz", category="fitness")
    assert titles(text=text) == ["Kora at dusk"]


@pytest.mark.parametrize("text", ["%%", "__", "' OR 1=1 --", "\x00\x00", "zzzz"])
def test_what_is_nothing_finds_nothing(room_of: Callable[..., Room], client: Client, text: str) -> None:
    room_of("dora", "Kora at dusk")
    answer = client.get("/explore/", {"q": text})
    assert answer.status_code == 200
    assert "Kora at dusk" not in answer.content.decode() or not clean_query(text)


def test_creators_are_found_live_or_not_and_fans_are_not(fan: User, creator: User) -> None:
    User.objects.filter(pk__in=[fan.pk, creator.pk]).update(display_name="Mira Solvang")
    assert found_creators("solvang", viewer=None, limit=9) == [creator]
    assert found_creators("Sollvang", viewer=fan, limit=9) == [creator]
    assert found_creators("bo", viewer=None, limit=9) == [creator]
    assert found_creators("b", viewer=None, limit=9) == []


def test_nobody_finds_whom_they_are_not_to_see(
    room_of: Callable[..., Room], fan: User, client: Client, page_as: Callable[[User], Client]
) -> None:
    blocked, private = room_of("dora", "Blocked one"), room_of("emil", "Private one")
    services.block(blocker=blocked.creator, blocked=fan, now=clock.now())
    PrivacySettings.objects.create(user=private.creator, profile_seen_by="followers")
    assert titles(fan) == []
    assert titles() == ["Blocked one"]
    assert (found_creators("dora", viewer=fan, limit=9), found_creators("emil", viewer=fan, limit=9)) == (
        [],
        [],
    )
    for browser, shown in ((page_as(fan), 0), (client, 1)):
        assert browser.get("/explore/?q=one").content.decode().count("Blocked one") >= shown
        assert "Private one" not in browser.get("/explore/?q=one").content.decode()
        assert len(browser.get("/api/v1/rooms/?q=one").json()["results"]) == shown


def test_rest_finds_rooms_and_people(room_of: Callable[..., Room], client: Client) -> None:
    room = room_of("dora", "Kora at dusk", name="Dora Diallo")
    room_of("emil", "Footwork clinic", category="fitness")
    note("one", {room: 4})
    (found,) = client.get("/api/v1/rooms/?q=kora&category=music").json()["results"]
    assert (found["title"], found["watching"], found["creator"]["name"]) == ("Kora at dusk", 4, "Dora Diallo")
    assert client.get("/api/v1/rooms/?q=kora&category=fitness").json()["results"] == []
    assert client.get("/api/v1/rooms/?category=none").status_code == 400
    assert [person["handle"] for person in client.get("/api/v1/people/?q=dialo").json()] == ["dora"]
    assert client.get("/api/v1/people/").status_code == 400


def test_the_pages_ask_the_same_queries_for_few_and_for_many(
    room_of: Callable[..., Room], person: Callable[..., User], client: Client
) -> None:
    def queries() -> list[int]:
        counts = []
        for path in (
            "/",
            "/explore/",
            "/explore/?q=room",
            "/api/v1/rooms/?q=room",
            "/api/v1/people/?q=creator",
        ):
            with CaptureQueriesContext(connection) as counted:
                assert client.get(path).status_code == 200
            counts.append(len(counted))
        return counts

    room_of("creatora", "Room A")
    few = queries()
    people = [
        User(handle=f"creator{n:03}x", email=f"c{n}@example.com", creator_since=clock.now())
        for n in range(300)
    ]
    User.objects.bulk_create(people)
    rooms = [Room(id=uuid4(), creator=p, title=f"Room {p.handle}", started_at=clock.now()) for p in people]
    Room.objects.bulk_create(rooms)
    assert queries() == few


def test_the_page_says_how_many_watch_and_what_was_looked_for(
    room_of: Callable[..., Room], client: Client
) -> None:
    room = room_of("dora", "Kora at dusk")
    note("one", {room: 12})
    page = client.get("/explore/", {"q": "kora", "category": "music"}).content.decode()
    assert ("12 watching" in page, 'value="kora"' in page) == (True, True)
    assert "Type at least two letters." in client.get("/explore/?q=k").content.decode()
    assert "Nothing found" in client.get("/explore/?q=zzzzz").content.decode()
