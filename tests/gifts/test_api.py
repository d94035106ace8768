"""Gifts over REST: the catalogue, sending with a key, and what one may read."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from accounts.models import User
from events import log
from gifts.models import Gift, SentGift
from gifts.services import set_creator_budget, set_gift_limit
from ground import clock
from ledger import books
from live.models import Room
from tests.fixtures.gateway import Caller
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
AsUser = Callable[[User], APIClient]
ApiAs = Callable[[User], Caller]
ROSE = {"gift": "test-rose", "quantity": 1, "coins": 10}


def post(client: Caller, room: Room, key: str | None = "k", **changes: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"/api/v1/rooms/{room.pk}/gifts/", ROSE | changes, headers=headers)


def test_a_gift_is_sent_once_and_answered_twice(
    api_as: ApiAs, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    client = api_as(fan)

    first, again = post(client, room), post(client, room)

    assert (first.status_code, again.status_code) == (201, 201)
    sent = SentGift.objects.get()
    assert first.json() == again.json() == {"id": sent.pk, "coins": 10, "diamond_units": 1000, "balance": 90}


def test_the_same_key_with_another_body_is_a_conflict(
    api_as: ApiAs, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    client = api_as(fan)
    post(client, room)

    answer = post(client, room, quantity=2, coins=20)

    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")
    assert SentGift.objects.count() == 1


@pytest.mark.parametrize("key", [None, "", "two words", "x" * 65, "\u00e9"])
def test_a_key_is_asked_for_in_words(
    key: str | None, api_as: ApiAs, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)

    answer = post(api_as(fan), room, key)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert "Idempotency-Key" in answer.json()["detail"]
    assert SentGift.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"gift": "nothing"}, 404, "unknown_gift"),
        ({"quantity": 0}, 400, "invalid_quantity"),
        ({"quantity": -1}, 400, "invalid_quantity"),
        ({"quantity": 10**9}, 400, "invalid_quantity"),
        ({"quantity": 2**63}, 400, "invalid_quantity"),
        ({"quantity": "two"}, 400, "invalid_request"),
        ({"quantity": None}, 400, "invalid_request"),
        ({"coins": 9}, 409, "price_changed"),
        ({"coins": 2**70}, 409, "price_changed"),
        ({"coins": 1.5}, 400, "invalid_request"),
        ({"gift": "x\x00"}, 400, "invalid_request"),
        ({"gift": ["test-rose"]}, 400, "invalid_request"),
        ({"quantity": 100, "coins": 1000}, 409, "insufficient_coins"),
    ],
)
def test_what_is_refused(
    changes: dict[str, Any],
    status: int,
    code: str,
    api_as: ApiAs,
    fan: User,
    room: Room,
    rose: Gift,
    fund: Fund,
) -> None:
    fund(fan, 100)

    answer = post(api_as(fan), room, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (SentGift.objects.count(), books.balance(fan.ledger_id, "coins", books.COIN)) == (0, 100)


def test_a_refusal_says_the_figures(api_as: ApiAs, fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 4)

    poor = post(api_as(fan), room).json()
    changed = post(api_as(fan), room, coins=8).json()

    assert (poor["balance"], poor["coins"], poor["missing_coins"]) == (4, 10, 6)
    assert changed["coins"] == 10


def test_nobody_sends_without_a_session(anonymous: Caller, room: Room, rose: Gift) -> None:
    assert post(anonymous, room).status_code == 401


def test_the_gift_stands_while_valkey_is_down(
    settings: Settings, api_as: ApiAs, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = post(api_as(fan), room)

    assert answer.status_code == 201
    assert SentGift.objects.get().pk == answer.json()["id"]
    assert log.since(room.stream, 1, 10)[0].body["id"] == answer.json()["id"]


def test_the_catalogue_shows_price_and_split(
    economy: None, rose: Gift, gift: Callable[[str, int], Gift]
) -> None:
    gift("crown", 1999)

    offers = APIClient().get("/api/v1/gifts/").json()["results"]

    (found,) = [offer for offer in offers if offer["gift"] == "test-rose"]
    assert (found["coins"], found["diamond_units"], found["currency"]) == (10, 1000, "USD")
    assert (found["value_micro"], found["creator_value_micro"]) == (129_000, 64_500)
    assert [offer["coins"] for offer in offers] == sorted(offer["coins"] for offer in offers)


def test_the_catalogue_asks_as_much_for_ten_as_for_one(
    economy: None, gift: Callable[[str, int], Gift], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(10):
        gift(f"g{n}", n + 1)
    with django_assert_num_queries(3):
        APIClient().get("/api/v1/gifts/")


def test_who_may_read_a_gift(
    as_user: AsUser,
    api_as: ApiAs,
    fan: User,
    creator: User,
    stranger: User,
    room: Room,
    rose: Gift,
    fund: Fund,
) -> None:
    fund(fan, 100)
    sent = post(api_as(fan), room).json()["id"]
    path = f"/api/v1/gifts/sent/{sent}/"

    assert as_user(fan).get(path).json()["creator"]["handle"] == "bob"
    assert as_user(creator).get(path).json()["sender"]["handle"] == "alice"
    assert as_user(stranger).get(path).status_code == 404
    assert APIClient().get(path).status_code == 401


def test_lists_hold_ones_own(
    as_user: AsUser,
    api_as: ApiAs,
    fan: User,
    creator: User,
    stranger: User,
    room: Room,
    rose: Gift,
    fund: Fund,
) -> None:
    fund(fan, 100)
    sent = post(api_as(fan), room).json()["id"]

    def ids(person: User, path: str) -> list[int]:
        return [row["id"] for row in as_user(person).get(path).json()["results"]]

    assert (ids(fan, "/api/v1/gifts/sent/"), ids(fan, "/api/v1/creator/gifts/")) == ([sent], [])
    assert (ids(creator, "/api/v1/gifts/sent/"), ids(creator, "/api/v1/creator/gifts/")) == ([], [sent])
    assert (ids(stranger, "/api/v1/gifts/sent/"), ids(stranger, "/api/v1/creator/gifts/")) == ([], [])


def test_a_gift_over_a_budget_is_a_problem_that_says_which(
    api_as: ApiAs, fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    now = clock.now()
    books.limit(fan.ledger_id, period="week", coins=25, zone="UTC", now=now)
    client = api_as(fan)
    assert post(client, room, "first").status_code == 201

    answer = post(client, room, "second", quantity=2, coins=20)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "budget_exceeded")
    assert (problem["period"], problem["limit_coins"], problem["left_coins"]) == ("week", 25, 15)
    assert "Your budget is 25 coins a week, and 15 of them are left. Nothing was sent" in problem["detail"]
    assert "begins anew on" in problem["next_step"]
    assert post(client, room, "second").status_code == 201  # its key was freed


@pytest.mark.parametrize(
    ("budget", "code"), [("creator", "creator_budget_exceeded"), ("gift", "gift_limit_exceeded")]
)
def test_the_other_budgets_have_codes_of_their_own(
    budget: str, code: str, api_as: ApiAs, fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    if budget == "creator":
        set_creator_budget(fan=fan, creator=creator, period="month", coins=5, now=clock.now())
    else:
        set_gift_limit(fan=fan, coins=5)

    answer = post(api_as(fan), room)

    assert (answer.status_code, answer.json()["code"], answer.json()["limit_coins"]) == (409, code, 5)
    assert SentGift.objects.count() == 0
