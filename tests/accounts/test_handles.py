"""Handles: which there may be, which pass for another, and how one is changed."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from threading import Lock

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts import services
from accounts.errors import HandleTaken
from accounts.handles import LOOKS_RESERVED, look_expression, look_of, validate_handle
from accounts.models import FormerHandle, SecurityEvent, User
from accounts.profile_errors import HandleChangedLately, HandleTooAlike, InvalidHandle
from ground import clock
from tests.fixtures.races import Race

A_DAY = timedelta(days=1)


@pytest.mark.parametrize("handle", ["bob", "tobi.okafor", "a_b.c", "x86", "mira2", "fan"])
def test_ordinary_handles_are_fine(handle: str) -> None:
    validate_handle(handle)


@pytest.mark.parametrize(
    "handle",
    ["ab", "a" * 25, "Bob", "bob.", "_bob", "b..b", "b._b", "bób", "bоb", "b b", "b\u202eb", "bob\n", ""],
)
def test_wrong_characters_are_refused(handle: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_handle(handle)
    assert refusal.value.code == "handle_invalid"


@pytest.mark.parametrize(
    "handle",
    [
        "admin",
        "adm1n",
        "4dm.in",
        "0vation",
        "my_ovation",
        "ovati0n",
        "supp0rt",
        "support.desk",
        "mira.official",
        "he1p",
        "s3cur1ty.x",
    ],
)
def test_what_passes_for_the_house_is_refused(handle: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_handle(handle)
    assert refusal.value.code == "handle_reserved"


def test_every_first_part_of_our_addresses_is_reserved() -> None:
    parts = {str(pattern.pattern).lstrip("^").split("/")[0] for pattern in get_resolver().url_patterns}
    nested = {
        str(inner.pattern).lstrip("^").split("/")[0]
        for pattern in get_resolver().url_patterns
        if not str(pattern.pattern)
        for inner in getattr(pattern, "url_patterns", [])
    }
    words = {part for part in parts | nested if part.isalpha() and len(part) > 2}
    assert {"settings", "explore", "live", "balance"} <= words
    assert {word for word in words if look_of(word) not in LOOKS_RESERVED} == set()


@pytest.mark.django_db
@given(st.text(alphabet="abcilmnorsvw0134578._", min_size=1, max_size=24))
def test_the_database_sees_the_same_look(handle: str) -> None:
    query = User.objects.annotate(seen=look_expression("handle")).values("seen").query
    sql, _ = query.sql_with_params()
    assert "translate" in sql
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(replace(translate(%s, '0134578i._', 'oleastbl'), 'rn', 'm'), 'vv', 'w')", [handle]
        )
        assert cursor.fetchone() == (look_of(handle),)


@pytest.mark.django_db(transaction=True)
def test_a_change_keeps_the_old_handle_for_thirty_days(fan: User) -> None:
    now = clock.now()
    services.change_handle(user=fan, handle="@Alicia", now=now)

    assert (fan.handle, User.objects.get(pk=fan.pk).handle) == ("alicia", "alicia")
    former = FormerHandle.objects.get()
    assert (former.handle, former.user, former.held_until) == ("alice", fan, now + 30 * A_DAY)
    event = SecurityEvent.objects.get(user=fan, kind="handle_changed")
    assert event.facts == {"old": "alice", "new": "alicia"}


@pytest.mark.django_db(transaction=True)
def test_the_next_change_waits_thirty_days(fan: User) -> None:
    now = clock.now()
    services.change_handle(user=fan, handle="alicia", now=now)
    with pytest.raises(HandleChangedLately) as refusal:
        services.change_handle(user=fan, handle="alissa", now=now + 29 * A_DAY)
    assert refusal.value.extra["next_change_at"] == (now + 30 * A_DAY).isoformat()
    assert services.change_handle(user=fan, handle="alice", now=now + 30 * A_DAY).handle == "alice"


@pytest.mark.django_db(transaction=True)
def test_asking_for_the_handle_one_has_changes_nothing(fan: User) -> None:
    services.change_handle(user=fan, handle="ALICE", now=clock.now())
    assert FormerHandle.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_else_takes_a_handle_while_it_is_held(fan: User, stranger: User) -> None:
    now = clock.now()
    services.change_handle(user=fan, handle="alicia", now=now)
    with pytest.raises(HandleTaken):
        services.change_handle(user=stranger, handle="alice", now=now + 29 * A_DAY)
    services.change_handle(user=stranger, handle="alice", now=now + 31 * A_DAY)
    assert User.objects.get(handle="alice") == stranger


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wanted", ["b0b", "b.o.b", "8ob", "b_0b"])
def test_a_handle_that_passes_for_a_creators_is_refused(creator: User, fan: User, wanted: str) -> None:
    assert creator.handle == "bob"
    with pytest.raises(HandleTooAlike):
        services.change_handle(user=fan, handle=wanted, now=clock.now())
    assert User.objects.get(pk=fan.pk).handle == "alice"


@pytest.mark.django_db(transaction=True)
def test_what_a_creator_gave_up_cannot_be_imitated_either(creator: User, fan: User) -> None:
    services.change_handle(user=creator, handle="bobby.live", now=clock.now())
    with pytest.raises(HandleTooAlike):
        services.change_handle(user=fan, handle="b0b", now=clock.now())


@pytest.mark.django_db(transaction=True)
def test_two_fans_may_look_alike_and_one_may_space_their_own(fan: User, person: Callable[..., User]) -> None:
    other = person("other", totp_secret=None)
    assert services.change_handle(user=other, handle="al1ce", now=clock.now()).handle == "al1ce"
    assert services.change_handle(user=fan, handle="a.lice", now=clock.now()).handle == "a.lice"


@pytest.mark.django_db(transaction=True)
def test_joining_as_a_creators_double_is_refused(creator: User, person: Callable[..., User]) -> None:
    with pytest.raises(HandleTooAlike):
        person("b0b", totp_secret=None)
    assert User.objects.filter(handle="b0b").count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_four_who_want_one_handle_at_once_one_gets_it(person: Callable[..., User], race: Race) -> None:
    people = [person(f"person{n}", totp_secret=None) for n in "abcd"]
    turns, lock, now = count(), Lock(), clock.now()

    def one() -> str:
        with lock:
            own = people[next(turns)]
        return services.change_handle(user=own, handle="wanted", now=now).handle

    outcomes = race(4, one)

    assert sorted(map(str, outcomes)) == sorted(["wanted", *[str(HandleTaken)] * 3])
    assert FormerHandle.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_to_look_alike_as_creators_one_gets_it(
    person: Callable[..., User], race: Race
) -> None:
    wanted = {"persona": "starling", "personb": "star1ing"}
    people = iter([(person(handle, creator=True), new) for handle, new in wanted.items()])
    lock, now = Lock(), clock.now()

    def one() -> str:
        with lock:
            own, new = next(people)
        return services.change_handle(user=own, handle=new, now=now).handle

    outcomes = race(2, one)

    assert outcomes.count(HandleTooAlike) == 1
    assert User.objects.get_queryset().looking_like("starllng").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_wrong_handle_says_what_is_wrong(fan: User) -> None:
    with pytest.raises(InvalidHandle, match="kept for the house"):
        services.change_handle(user=fan, handle="adm1n", now=clock.now())


@pytest.mark.django_db(transaction=True)
def test_the_old_address_leads_to_the_new_one_until_somebody_has_it(fan: User, client: Client) -> None:
    services.change_handle(user=fan, handle="alicia", now=clock.now())
    page, rest = client.get("/@alice"), client.get("/api/v1/people/alice/")
    assert (page.status_code, page["Location"]) == (302, "/@alicia")
    assert (rest.status_code, rest["Location"]) == (307, "/api/v1/people/alicia/")
    assert client.get(rest["Location"]).json()["handle"] == "alicia"

    FormerHandle.objects.update(changed_at=clock.now() - 31 * A_DAY, held_until=clock.now() - A_DAY)
    assert (client.get("/@alice").status_code, client.get("/api/v1/people/alice/").status_code) == (404, 404)


@pytest.mark.django_db(transaction=True)
def test_the_page_and_rest_change_a_handle_alike(
    fan: User, stranger: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    page, client = page_as(fan), as_user(stranger)
    assert page.post("/settings/account/handle/", {"handle": "alicia"}).status_code == 302
    refused = page.post("/settings/account/handle/", {"handle": "alissa"})
    assert (refused.status_code, "less than 30 days ago" in refused.content.decode()) == (400, True)

    taken = client.put("/api/v1/me/handle/", {"handle": "alice"})
    assert (taken.status_code, taken.json()["code"]) == (409, "handle_taken")
    done = client.put("/api/v1/me/handle/", {"handle": "charles"})
    assert (done.status_code, done.json()["handle"]) == (200, "charles")
    assert client.get("/api/v1/me/handle/").json() == done.json()


@pytest.mark.django_db
def test_nobody_changes_a_handle_without_signing_in(client: Client) -> None:
    assert client.post("/settings/account/handle/", {"handle": "x"})["Location"].startswith(
        "/accounts/login/"
    )
    assert APIClient().put("/api/v1/me/handle/", {"handle": "abc"}).status_code == 401
