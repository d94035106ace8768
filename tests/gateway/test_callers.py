"""Who may call a hot route, and that nothing remembered of a session outlives it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import redis
from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client

from accounts import session_cache, signed_in
from accounts.models import User
from accounts.session_store import SessionStore
from gateway.app import Gateway
from ground import clock
from ground import valkey as valkey_clients
from ledger import books
from live.models import Room
from tests.fixtures.accounts import token_of
from tests.fixtures.gateway import Caller, Loop

pytestmark = pytest.mark.django_db(transaction=True)
BrowserAs = Callable[..., Caller]
ApiAs = Callable[[User], Caller]
NOWHERE = f"/api/v1/rooms/{UUID(int=1)}/gifts/"  # a known caller is told that there is no such room
ROSE = {"gift": "test-rose", "coins": 10}
KEY = {"Idempotency-Key": "k"}


def outcome(caller: Caller) -> tuple[int, str]:
    answer = caller.post(NOWHERE, ROSE, headers=KEY)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


KNOWN = (404, "not_found")
NOT_SIGNED_IN = (401, "not_authenticated")
NOT_OUR_PAGE = (403, "forbidden")


@pytest.fixture
def valkey(_valkey: "redis.Redis") -> "redis.Redis":
    """The Valkey of this process's tests."""
    return _valkey


def with_token(caller: Caller, token: str, header: str = "X-Session-Token") -> Caller:
    caller.headers = {header: token}
    return caller


def test_either_header_shows_the_session(economy: object, anonymous: Caller, fan: User) -> None:
    token = token_of(fan)

    assert outcome(with_token(anonymous, token)) == KNOWN
    assert outcome(with_token(anonymous, f"Bearer {token}", "Authorization")) == KNOWN
    assert outcome(with_token(anonymous, f"bearer  {token}", "Authorization")) == KNOWN


@pytest.mark.parametrize("token", ["", "forged", "x" * 32, "x" * 5000, "' OR 1=1", "\u00e9" * 32])
def test_a_token_of_nobody_is_refused(token: str, anonymous: Caller) -> None:
    answer = with_token(anonymous, token).post(NOWHERE, ROSE, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == NOT_SIGNED_IN
    assert answer.headers["www-authenticate"] == 'Bearer realm="api"'


def test_a_page_of_ours_sends_with_its_cookie(economy: object, browser_as: BrowserAs, fan: User) -> None:
    assert outcome(browser_as(fan)) == KNOWN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"X-CSRFToken": ""}, NOT_OUR_PAGE),
        ({"X-CSRFToken": "b" * 32}, NOT_OUR_PAGE),
        ({"X-CSRFToken": "short"}, NOT_OUR_PAGE),
        ({"Origin": "https://evil.example"}, NOT_OUR_PAGE),
        ({"Origin": "null"}, NOT_OUR_PAGE),
        ({"Origin": ""}, KNOWN),  # over plain HTTP Django asks for the token alone
        ({"Cookie": "csrftoken=" + "a" * 32}, NOT_SIGNED_IN),
    ],
)
def test_a_cookie_alone_proves_nothing(
    economy: object, browser_as: BrowserAs, fan: User, changes: dict[str, str], expected: tuple[int, str]
) -> None:
    assert outcome(browser_as(fan, **changes)) == expected


def test_a_trusted_origin_is_ours(economy: object, browser_as: BrowserAs, fan: User, settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example.com"]

    assert outcome(browser_as(fan, Origin="https://app.example.com")) == KNOWN
    assert outcome(browser_as(fan, Origin="http://app.example.com")) == NOT_OUR_PAGE


def test_a_refused_page_reads_djangos_own_reason(browser_as: BrowserAs, fan: User) -> None:
    answer = browser_as(fan, **{"X-CSRFToken": ""}).post(NOWHERE, ROSE, headers=KEY)

    assert answer.json()["detail"] == "CSRF Failed: CSRF token missing."


def test_a_frozen_account_is_told_so(api_as: ApiAs, fan: User, room: Room, rose: object, fund: Any) -> None:
    fund(fan, 100)
    with transaction.atomic():
        books.freeze(fan.ledger_id, frozen=True)

    answer = api_as(fan).post(f"/api/v1/rooms/{room.pk}/gifts/", ROSE, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (403, "account_frozen")


@pytest.mark.parametrize("what", ["gifts", "messages", "likes"])
def test_who_must_secure_the_account_is_told_how(
    api_as: ApiAs, browser_as: BrowserAs, fan: User, room: Room, what: str
) -> None:
    program, page = api_as(fan), browser_as(fan)
    address = f"/api/v1/rooms/{room.pk}/{what}/"
    assert program.post(address, content=b"no JSON", headers=KEY).status_code == 415
    User.objects.filter(pk=fan.pk).update(recovery_since=clock.wall())

    for caller in (program, page, program):
        answer = caller.post(address, {}, headers=KEY)
        said = answer.json()
        assert (answer.status_code, said["code"]) == (403, "recovery_required")
        assert said["steps"] == ["second_factor"]
        assert said["recovery"] == {"method": "GET", "path": "/api/v1/recovery/"}

    User.objects.filter(pk=fan.pk).update(recovery_since=None)
    assert program.post(address, content=b"no JSON", headers=KEY).status_code == 415


def test_who_must_secure_the_account_listens_to_nothing(api_as: ApiAs, creator: User) -> None:
    User.objects.filter(pk=creator.pk).update(recovery_since=clock.wall())

    answer = api_as(creator).request("GET", "/api/v1/creator/events/")

    assert (answer.status_code, answer.json()["code"]) == (403, "recovery_required")


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many sessions were looked up in the database, by reading."""
    counted: list[int] = []
    real = signed_in.sessions_in_database

    def count(keys: Any, *, now: Any) -> Any:
        counted.append(len(keys))
        return real(keys, now=now)

    monkeypatch.setattr(signed_in, "sessions_in_database", count)
    return counted


def test_the_database_is_asked_once(economy: object, api_as: ApiAs, fan: User, readings: list[int]) -> None:
    caller = api_as(fan)

    assert [outcome(caller) for _ in range(5)] == [KNOWN] * 5
    assert readings == [1]


def test_many_new_callers_are_looked_up_together(
    gateway_loop: Loop, gateway: Gateway, person: Callable[..., User], readings: list[int]
) -> None:
    people = [person(f"p{n}", totp_secret=None) for n in range(8)]
    tokens = [token_of(one) for one in people]

    async def ask() -> list[int | None]:
        known = gateway._running_parts().people
        return await asyncio.gather(*(known.user_id(token) for token in tokens))

    assert gateway_loop.run(ask()) == [one.pk for one in people]
    assert readings == [8]


def listed(person: User, token: str) -> UserSession:
    """The row that signing in over the site makes, by which a session is ended from elsewhere."""
    return UserSession.objects.create(user=person, ip="127.0.0.1", session_key=token)


def sign_out_page(person: User, token: str) -> None:
    browser = Client()
    browser.cookies[django_settings.SESSION_COOKIE_NAME] = token
    browser.post("/accounts/logout/")


def sign_out_others(person: User, token: str) -> None:
    listed(person, token)
    browser = Client()
    browser.cookies[django_settings.SESSION_COOKIE_NAME] = token_of(person)
    browser.post("/settings/activity/other-sessions/")


def sign_out_one(person: User, token: str) -> None:
    row = listed(person, token)
    browser = Client()
    browser.cookies[django_settings.SESSION_COOKIE_NAME] = token_of(person)
    browser.post(f"/settings/activity/sessions/{row.pk}/")


def delete_one_by_rest(person: User, token: str) -> None:
    row = listed(person, token)
    Client().delete(f"/api/v1/me/sessions/{row.pk}/", headers={"X-Session-Token": token_of(person)})


def delete_others_by_rest(person: User, token: str) -> None:
    listed(person, token)
    Client().delete("/api/v1/me/sessions/others/", headers={"X-Session-Token": token_of(person)})


def delete_by_headless(person: User, token: str) -> None:
    Client().delete("/_allauth/app/v1/auth/session", headers={"X-Session-Token": token})


def end_elsewhere(person: User, token: str) -> None:
    listed(person, token).end()


def change_password(person: User, token: str) -> None:
    person.set_password("another clap seen as sound")
    person.save()


def update_password(person: User, token: str) -> None:
    User.objects.filter(pk=person.pk).update(password="!")


def deactivate(person: User, token: str) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])


def deactivate_many(person: User, token: str) -> None:
    User.objects.filter(handle=person.handle).update(is_active=False)


def deactivate_in_bulk(person: User, token: str) -> None:
    person.is_active = False
    User.objects.bulk_update([person], ["is_active"])


def flush(person: User, token: str) -> None:
    SessionStore(token).flush()


def cycle(person: User, token: str) -> None:
    SessionStore(token).cycle_key()


def sweep(person: User, token: str) -> None:
    Session.objects.filter(session_key=token).delete()


def empty(person: User, token: str) -> None:
    session = SessionStore(token)
    del session[SESSION_KEY]
    session.save()


ENDINGS = [
    sign_out_page, sign_out_others, sign_out_one, delete_one_by_rest, delete_others_by_rest, delete_by_headless,
    end_elsewhere, change_password, update_password, deactivate,
    deactivate_many, deactivate_in_bulk, flush, cycle, sweep, empty,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDINGS)
def test_an_ended_session_is_refused_at_once(
    economy: object, anonymous: Caller, fan: User, end: Callable[[User, str], None]
) -> None:
    token = token_of(fan)
    caller = with_token(anonymous, token)
    assert outcome(caller) == KNOWN

    end(fan, token)

    assert outcome(caller) == NOT_SIGNED_IN


@pytest.mark.parametrize("end", [sign_out_page, change_password, deactivate])
def test_a_reader_who_read_before_the_end_puts_nothing_back(
    economy: object,
    anonymous: Caller,
    fan: User,
    end: Callable[[User, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = token_of(fan)
    caller = with_token(anonymous, token)
    real = signed_in.sessions_in_database

    def read_then_end(keys: Any, *, now: Any) -> Any:
        found = real(keys, now=now)
        end(fan, token)
        return found

    monkeypatch.setattr(signed_in, "sessions_in_database", read_then_end)
    assert outcome(caller) == KNOWN  # it read in time
    monkeypatch.undo()

    assert outcome(caller) == NOT_SIGNED_IN


def test_an_end_that_is_rolled_back_ends_nothing(economy: object, api_as: ApiAs, fan: User) -> None:
    caller = api_as(fan)
    assert outcome(caller) == KNOWN

    with transaction.atomic():
        deactivate(fan, "")
        transaction.set_rollback(True)

    assert outcome(caller) == KNOWN


def test_an_old_session_stays_dead_after_a_newer_one_is_remembered(
    economy: object, anonymous: Caller, fan: User, valkey: "redis.Redis"
) -> None:
    old = token_of(fan)
    assert outcome(with_token(anonymous, old)) == KNOWN
    change_password(fan, old)
    valkey.delete(session_cache.person_name(fan.pk))  # as if the order to ask had run out

    assert outcome(with_token(anonymous, token_of(fan))) == KNOWN
    assert outcome(with_token(anonymous, old)) == NOT_SIGNED_IN


def test_nothing_is_remembered_beyond_the_sessions_own_end(
    economy: object, anonymous: Caller, fan: User, valkey: "redis.Redis"
) -> None:
    token = token_of(fan)
    Session.objects.filter(pk=token).update(expire_date=clock.wall() + timedelta(seconds=20))

    assert outcome(with_token(anonymous, token)) == KNOWN

    left_s = valkey.ttl(session_cache.session_name(token))
    assert isinstance(left_s, int)
    assert 0 < left_s <= 20
    Session.objects.filter(pk=token).update(expire_date=clock.wall())
    valkey.delete(session_cache.session_name(token))
    assert outcome(with_token(anonymous, token)) == NOT_SIGNED_IN


def test_a_reading_that_took_long_is_not_remembered(
    economy: object, api_as: ApiAs, fan: User, readings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_cache, "LONGEST_READING_S", 0.0)
    caller = api_as(fan)

    assert [outcome(caller), outcome(caller)] == [KNOWN, KNOWN]
    assert readings == [1, 1]


def test_valkey_holds_no_token(economy: object, anonymous: Caller, fan: User, valkey: "redis.Redis") -> None:
    token = token_of(fan)
    outcome(with_token(anonymous, token))

    names = list(valkey.scan_iter("ovation:*"))
    assert len(names) == 2
    assert not any(token.encode() in name for name in names)


@pytest.fixture
def valkey_down(settings: Any) -> Iterator[None]:
    """Valkey does not answer: neither the gateway, which is made after this, nor whoever ends a session."""
    valkey_clients.client.cache_clear()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    yield
    valkey_clients.client.cache_clear()


def test_without_valkey_the_database_is_asked_every_time(
    valkey_down: None, economy: object, anonymous: Caller, fan: User, readings: list[int]
) -> None:
    token = token_of(fan)
    caller = with_token(anonymous, token)
    assert [outcome(caller), outcome(caller)] == [KNOWN, KNOWN]

    flush(fan, token)

    assert outcome(caller) == NOT_SIGNED_IN
    assert readings == [1, 1, 1]


def test_after_valkey_was_away_nothing_older_is_believed(
    economy: object, gateway: Gateway, gateway_loop: Loop, anonymous: Caller, fan: User, settings: Any
) -> None:
    token = token_of(fan)
    caller = with_token(anonymous, token)
    assert outcome(caller) == KNOWN
    address, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    valkey_clients.client.cache_clear()
    flush(fan, token)  # Valkey was not told, and still holds the session
    settings.REDIS_URL = address
    valkey_clients.client.cache_clear()
    assert outcome(caller) == KNOWN  # the gateway has not noticed either: for at most a minute

    async def notice() -> None:
        gateway._running_parts().people.distrust()

    gateway_loop.run(notice())

    assert outcome(caller) == NOT_SIGNED_IN


def rewrite(token: str, **changes: Any) -> None:
    session = SessionStore(token)
    session.update(changes)
    session.save()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {BACKEND_SESSION_KEY: "no.such.Backend"},
        {HASH_SESSION_KEY: "wrong"},
        {HASH_SESSION_KEY: ""},
        {SESSION_KEY: "99999999"},
    ],
)
def test_a_session_is_judged_as_django_judges_it(fan: User, changes: dict[str, str]) -> None:
    token = token_of(fan)
    rewrite(token, **changes)

    ours = signed_in.sessions_in_database([token], now=clock.wall())
    djangos = authenticate_by_x_session_token(token)

    assert (token in ours) == (djangos is not None) == (changes == {})


def test_a_session_signed_under_the_secret_of_before_is_good(fan: User, settings: Any) -> None:
    token = token_of(fan)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "new" * 20

    assert signed_in.sessions_in_database([token], now=clock.wall())[token].user_id == fan.pk
