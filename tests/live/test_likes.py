"""Likes: whose taps count and where, every one once, one event a room and batch."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from accounts.models import User
from events import log
from ground import clock
from ground.batches import settle
from ground.errors import DomainError
from ground.pace import Pace
from live import errors, pace, services
from live.batch import LIKE, Like, Liked
from live.models import FanLikes, Room, RoomLikes
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)


def settled(*requests: Like, now: datetime | None = None) -> list[Liked]:
    with transaction.atomic():
        return settle(LIKE, requests, now=now or clock.now())


def like(fan: User, room: Room, count: int = 1) -> int:
    return services.like_room(room_id=room.pk, fan=fan, count=count, now=clock.now())


def events(room: Room) -> list[dict[str, Any]]:
    return [event.body for event in log.since(room.stream, 0, 500) if event.type == "room.liked"]


def kept() -> tuple[list[tuple[UUID, int]], dict[int, int]]:
    """(room, total) of each room that was liked; each fan's likes."""
    totals = list(RoomLikes.objects.values_list("room_id", "total"))
    return totals, dict(FanLikes.objects.values_list("fan_id", "count"))


def test_taps_are_counted_for_the_room_and_for_the_fan(fan: User, stranger: User, room: Room) -> None:
    assert [like(fan, room, 3), like(stranger, room, 50), like(fan, room)] == [3, 53, 54]

    assert kept() == ([(room.pk, 54)], {fan.pk: 4, stranger.pk: 50})
    assert Room.objects.get().like_count == 54


def test_a_room_is_told_once_for_a_batch_and_nobody_is_named(fan: User, stranger: User, room: Room) -> None:
    answers = settled(Like(fan.pk, room.pk, 3), Like(stranger.pk, room.pk, 4))

    assert answers == [Liked("counted", 7)] * 2
    assert events(room) == [{"count": 7, "total": 7}]


def test_one_bad_request_harms_no_neighbour(fan: User, stranger: User, creator: User, room: Room) -> None:
    ended = services.start_room(
        creator=stranger, title="x", category="art", playback="placeholder", now=clock.now()
    )
    like(fan, ended, 9)
    services.end_room(room_id=ended.pk, creator=stranger, now=clock.now())

    answers = settled(
        Like(creator.pk, room.pk, 5),
        Like(fan.pk, UUID(int=1), 5),
        Like(fan.pk, ended.pk, 5),
        Like(fan.pk, room.pk, 2),
    )

    assert answers == [
        Liked("own_room", 2), Liked("unknown_room", None), Liked("room_closed", 9), Liked("counted", 2),
    ]  # fmt: skip
    assert sorted(RoomLikes.objects.values_list("total", flat=True)) == [2, 9]
    assert (events(room), events(ended)) == ([{"count": 2, "total": 2}], [{"count": 9, "total": 9}])


def test_a_batch_run_again_counts_nothing_twice(fan: User, stranger: User, room: Room) -> None:
    batch = [Like(fan.pk, room.pk, 3), Like(stranger.pk, room.pk, 4)]
    first, again = settled(*batch), settled(*batch)

    assert first == again == [Liked("counted", 7)] * 2
    assert kept() == ([(room.pk, 7)], {fan.pk: 3, stranger.pk: 4})
    assert len(events(room)) == 1


def test_a_repeat_is_answered_after_the_room_has_ended(fan: User, room: Room) -> None:
    request = Like(fan.pk, room.pk, 3)
    settled(request)
    services.end_room(room_id=room.pk, creator=room.creator, now=clock.now())

    assert settled(request) == [Liked("counted", 3)]
    assert settled(Like(fan.pk, room.pk, 1)) == [Liked("room_closed", 3)]


def test_two_hundred_likes_at_once_are_all_counted(
    fan: User, stranger: User, room: Room, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LIKES", Pace("likes", 1000, 60, errors.TooManyLikes))
    people = iter([fan, stranger] * 20)

    def five() -> list[int]:
        person = next(people)
        return [like(person, room, 2) for _ in range(5)]

    totals = [total for five_totals in race(40, five) for total in five_totals]

    assert sorted(totals) == list(range(2, 402, 2))
    assert kept() == ([(room.pk, 400)], {fan.pk: 200, stranger.pk: 200})
    told = [body["total"] for body in events(room)]
    assert told == sorted(set(told))
    assert sum(body["count"] for body in events(room)) == told[-1] == RoomLikes.objects.get().told


def test_a_crowds_hearts_are_told_four_times_a_second(fan: User, room: Room) -> None:
    start = clock.now()
    for n in range(200):  # two seconds of a hundred batches
        settled(Like(fan.pk, room.pk, 1), now=start + timedelta(milliseconds=10 * n))
    settled(Like(fan.pk, room.pk, 1), now=start + timedelta(seconds=3))

    told = events(room)
    assert [body["total"] for body in told] == [*range(1, 22), 26, 51, 76, 101, 126, 151, 176, 201]
    assert [body["count"] for body in told][20:23] == [1, 5, 25]
    assert sum(body["count"] for body in told) == 201


def test_a_quiet_room_is_told_of_every_like(fan: User, room: Room) -> None:
    start = clock.now()
    for n in range(20):
        settled(Like(fan.pk, room.pk, 1), now=start + timedelta(milliseconds=250 * n))

    assert [body["total"] for body in events(room)] == list(range(1, 21))


def test_batches_of_other_orders_do_not_lock_each_other_up(
    fan: User, stranger: User, operator: User, room: Room, race: Race
) -> None:
    other = services.start_room(
        creator=stranger, title="x", category="art", playback="placeholder", now=clock.now()
    )
    pairs = [(person.pk, place.pk) for person in (fan, operator) for place in (room, other)]
    orders = iter([pairs, pairs[::-1]] * 4)

    def many(order: list[tuple[int, UUID]]) -> list[Liked]:
        return [answer for _ in range(10) for answer in settled(*(Like(*pair, 1) for pair in order))]

    race(8, lambda: many(next(orders)))

    assert sorted(RoomLikes.objects.values_list("total", flat=True)) == [160, 160]
    assert list(FanLikes.objects.values_list("count", flat=True)) == [80] * 4


@pytest.mark.parametrize("count", [-1, 0, 51, 10**12])
def test_what_cannot_be_counted(count: int, fan: User, room: Room) -> None:
    with pytest.raises(errors.InvalidLikes):
        like(fan, room, count)
    assert kept() == ([], {})


def test_ones_own_room_an_ended_one_and_none(creator: User, fan: User, room: Room) -> None:
    refusals: list[type[DomainError]] = []
    for who, where in ((creator, room), (fan, Room(id=uuid4()))):
        with pytest.raises(DomainError) as refusal:
            like(who, where)
        refusals.append(refusal.type)
    services.end_room(room_id=room.pk, creator=creator, now=clock.now())
    with pytest.raises(errors.LikesClosed):
        like(fan, room)

    assert refusals == [errors.OwnRoom, errors.RoomNotFound]
    assert (kept(), events(room)) == (([], {}), [])


def test_who_likes_too_fast_waits(fan: User, stranger: User, room: Room) -> None:
    for _ in range(pace.LIKES.most):
        like(fan, room)

    with pytest.raises(errors.TooManyLikes) as refusal:
        like(fan, room)

    assert refusal.value.extra == {"retry_after_s": pace.LIKES.window_s}
    assert like(stranger, room) == pace.LIKES.most + 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE live_roomlikes SET total = 1", "DELETE FROM live_fanlikes", "TRUNCATE live_roomlikes",
     "INSERT INTO live_roomlikes VALUES (gen_random_uuid(), 1, 1, now())"],
)  # fmt: skip
def test_the_runtime_role_cannot_write_likes(statement: str, economy: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)
