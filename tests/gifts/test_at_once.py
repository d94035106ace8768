"""Two hundred requests in flight at a real server: one wallet, one key (reliability: T3, T4, T5)."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from accounts.models import User
from gifts.models import Gift, SentGift
from ledger import books
from live.models import Room
from prove.wire import Answer, Connection
from tests.fixtures.accounts import token_of
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 200
PATIENCE_S = 120
MOST_WAITS = 100
Post = Callable[[User, Sequence[tuple[str, int]]], list[Answer]]


@pytest.fixture
def post(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, room: Room, rose: Gift) -> Post:
    """`post(fan, [(key, quantity), …])`: all at once, a connection each; a busy server is asked again."""
    monkeypatch.setenv("OVATION_GIFTS_PER_S", str(10 * AT_ONCE))  # the pace of a person has its own tests
    port = urlsplit(request.getfixturevalue("site")).port or 0

    async def one(headers: dict[str, str], key: str, quantity: int) -> Answer:
        body = json.dumps({"gift": rose.slug, "quantity": quantity, "coins": 10 * quantity}).encode()
        server = Connection(port)
        for _ in range(MOST_WAITS):
            path = f"/api/v1/rooms/{room.pk}/gifts/"
            answer = await server.ask("POST", path, headers | {"idempotency-key": key}, body, PATIENCE_S)
            if answer.status not in (429, 503):
                break
            await asyncio.sleep(0.2)
        server.close()
        return answer

    async def everybody(fan: User, wanted: Sequence[tuple[str, int]], token: str) -> list[Answer]:
        headers = {"x-session-token": token, "content-type": "application/json"}
        return await asyncio.gather(*(one(headers, key, quantity) for key, quantity in wanted))

    def send(fan: User, wanted: Sequence[tuple[str, int]]) -> list[Answer]:
        token = token_of(fan)
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(lambda: asyncio.run(everybody(fan, wanted, token))).result()

    return send


def outcomes(answers: Sequence[Answer]) -> Counter[Any]:
    return Counter(answer.json().get("code", answer.status) for answer in answers)


def coins_of(person: User) -> int:
    return books.balance(person.ledger_id, "coins", books.COIN)


def test_a_wallet_of_fifty_gifts_pays_fifty_of_two_hundred(post: Post, fan: User, fund: Fund) -> None:
    fund(fan, 500)

    answers = post(fan, [(f"k{n}", 1) for n in range(AT_ONCE)])

    assert outcomes(answers) == {201: 50, "insufficient_coins": 150}
    balances = sorted(answer.json()["balance"] for answer in answers if answer.status == 201)
    assert balances == list(range(0, 500, 10))
    assert (SentGift.objects.count(), coins_of(fan)) == (50, 0)


def test_a_new_wallet_pays_none_of_two_hundred(post: Post, fan: User) -> None:
    answers = post(fan, [(f"k{n}", 1) for n in range(AT_ONCE)])

    assert outcomes(answers) == {"insufficient_coins": AT_ONCE}
    assert (SentGift.objects.count(), coins_of(fan)) == (0, 0)


def test_a_new_wallet_pays_no_more_than_what_arrives_meanwhile(post: Post, fan: User, fund: Fund) -> None:
    def recharge() -> None:
        try:
            fund(fan, 50)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        arriving = threads.submit(recharge)
        seen = outcomes(post(fan, [(f"k{n}", 1) for n in range(AT_ONCE)]))
        arriving.result()

    assert seen[201] <= 5
    assert seen[201] + seen["insufficient_coins"] == AT_ONCE
    assert coins_of(fan) == 50 - 10 * seen[201]


def test_one_key_fifty_times_at_once_is_one_gift(post: Post, fan: User, fund: Fund) -> None:
    fund(fan, 500)

    answers = post(fan, [("once", 3)] * 50)

    assert outcomes(answers) == {201: 50}
    sent = SentGift.objects.get()
    assert {answer.body for answer in answers} == {answers[0].body}
    assert answers[0].json() == {"id": sent.pk, "coins": 30, "diamond_units": 3000, "balance": 470}
    assert coins_of(fan) == 470


def test_one_key_for_two_requests_at_once_is_one_gift_and_a_conflict(
    post: Post, fan: User, fund: Fund
) -> None:
    fund(fan, 500)

    answers = post(fan, [("once", 1 + n % 2) for n in range(50)])

    assert outcomes(answers) == {201: 25, "key_reused": 25}
    assert SentGift.objects.count() == 1
