"""The coalescer on the real database: what a request is answered when its neighbours, its client, or the database
go wrong. Gifts stand for every kind."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from accounts.models import User
from gateway import lane as module
from gateway.coalescer import LANES, Coalescer
from gateway.errors import GatewayBusy, GatewayStopping, GatewayUnavailable, SettlingFailed
from gifts.batch import GIFT, Answer, Request
from gifts.models import Gift, SentGift
from ground.errors import DomainError
from ledger import books
from live.models import Room
from tests.fixtures.gateway import Loop
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coalescer(gateway_loop: Loop) -> Iterator[Coalescer]:
    made = Coalescer(lambda streams: None)
    yield made
    gateway_loop.run(made.close())


@pytest.fixture
def wish(fan: User, room: Room, rose: Gift) -> Callable[..., Request]:
    """`wish(key)`: Alice's request for one rose."""

    def make(key: str = "", **changes: Any) -> Request:
        return replace(Request(fan.pk, room.pk, "test-rose", 1, 10, key or str(uuid4())), **changes)

    return make


async def all_of(
    coalescer: Coalescer, requests: list[Request], kind: Any = GIFT
) -> list[Answer | BaseException]:
    """Submit all in one turn of the loop, and wait for every answer or refusal."""
    answers: list[Answer | BaseException] = await asyncio.gather(
        *(coalescer.submit(kind, request) for request in requests), return_exceptions=True
    )
    return answers


def statuses(answers: list[Answer | BaseException]) -> list[str]:
    return [one.status if isinstance(one, Answer) else type(one).__name__ for one in answers]


def coins(person: User) -> int:
    return books.balance(person.ledger_id, "coins", books.COIN)


def test_what_comes_together_is_one_batch(
    gateway_loop: Loop,
    coalescer: Coalescer,
    wish: Any,
    fan: User,
    fund: Fund,
) -> None:
    fund(fan, 1000)
    sizes: list[int] = []

    def parameters(requests: Any, now: Any) -> Any:
        sizes.append(len(requests))
        return GIFT.parameters(requests, now)

    kind = replace(GIFT, parameters=parameters)

    answers = gateway_loop.run(all_of(coalescer, [wish() for _ in range(50)], kind))

    assert (statuses(answers), sizes, coins(fan)) == (["posted"] * 50, [50], 500)


def test_a_repeat_beside_its_first_is_answered_as_the_first(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, fund: Fund
) -> None:
    fund(fan, 100)

    answers = gateway_loop.run(
        all_of(coalescer, [wish("a"), wish("a"), wish("b"), wish("a", quantity=2, coins=20)])
    )

    assert statuses(answers) == ["posted", "replayed", "posted", "conflict"]
    assert (SentGift.objects.count(), coins(fan)) == (2, 80)


def test_poor_and_repeated_neighbours_change_nothing_for_the_others(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, stranger: User, fund: Fund
) -> None:
    fund(fan, 1000)
    gateway_loop.run(all_of(coalescer, [wish(f"old-{n}") for n in range(5)]))
    wishes = [wish(f"new-{n}") for n in range(40)]
    wishes[7:7] = [wish(f"old-{n}") for n in range(5)]
    wishes[20:20] = [wish(sender_id=stranger.pk) for _ in range(5)]

    answers = gateway_loop.run(all_of(coalescer, wishes))

    assert statuses(answers) == (
        ["posted"] * 7 + ["replayed"] * 5 + ["posted"] * 8 + ["insufficient"] * 5 + ["posted"] * 25
    )
    assert (SentGift.objects.count(), coins(fan)) == (45, 550)


def test_a_request_that_the_database_cannot_take_harms_no_other(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, fund: Fund
) -> None:
    fund(fan, 1000)
    wishes = [wish() for _ in range(30)]
    wishes[11] = wish(gift="poison\x00")

    answers = gateway_loop.run(all_of(coalescer, wishes))

    assert statuses(answers) == ["posted"] * 11 + ["SettlingFailed"] + ["posted"] * 18
    assert isinstance(answers[11], SettlingFailed)
    assert (SentGift.objects.count(), coins(fan)) == (29, 710)


def test_what_the_queue_cannot_hold_is_refused_before_anything_is_done(
    gateway_loop: Loop, wish: Any, fan: User, fund: Fund
) -> None:
    fund(fan, 1000)

    async def flood() -> tuple[list[Answer | BaseException], DomainError]:
        small = Coalescer(lambda streams: None, most_waiting=3)
        taken = [small.submit(GIFT, wish()) for _ in range(3)]
        with pytest.raises(GatewayBusy) as refusal:
            small.submit(GIFT, wish())
        answers = await asyncio.gather(*taken, return_exceptions=True)
        await small.close()
        return answers, refusal.value

    answers, refusal = gateway_loop.run(flood())

    assert statuses(answers) == ["posted"] * 3
    assert (refusal.status, refusal.extra["retry_after_s"], SentGift.objects.count()) == (503, 1, 3)


def test_whoever_leaves_is_settled_all_the_same(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, fund: Fund
) -> None:
    fund(fan, 100)

    async def leave() -> list[Answer | BaseException]:
        coalescer.submit(GIFT, wish("gone")).cancel()
        await all_of(coalescer, [wish("stays")])
        return await all_of(coalescer, [wish("gone")])

    assert statuses(gateway_loop.run(leave())) == ["replayed"]
    assert (SentGift.objects.count(), coins(fan)) == (2, 80)


def test_closing_settles_what_was_taken_on_and_refuses_the_rest(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, fund: Fund
) -> None:
    fund(fan, 1000)

    async def close() -> list[Answer | BaseException]:
        taken = [coalescer.submit(GIFT, wish()) for _ in range(20)]
        closing = asyncio.create_task(coalescer.close())
        await asyncio.sleep(0)
        with pytest.raises(GatewayStopping):
            coalescer.submit(GIFT, wish())
        await closing
        return [future.result() for future in taken]

    assert statuses(gateway_loop.run(close())) == ["posted"] * 20
    assert SentGift.objects.count() == 20


def kill_gateway_connection(superuser_url: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'ovation-gateway' AND datname = current_database()"
        )


def test_a_connection_killed_in_the_middle_is_made_anew_and_every_gift_counts_once(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, fund: Fund, superuser_url: str
) -> None:
    fund(fan, 1000)

    async def kill_in_between() -> list[Answer | BaseException]:
        async with await psycopg.AsyncConnection.connect(superuser_url) as other:
            # Alice's coins are locked, so the batch waits when its connection dies.
            await other.execute("SELECT FROM ledger_account WHERE code = 'coins' FOR UPDATE")
            waiting = asyncio.create_task(all_of(coalescer, [wish(str(n)) for n in range(20)]))
            await asyncio.sleep(0.5)
            await asyncio.to_thread(kill_gateway_connection, superuser_url)
            await other.rollback()
        first = await waiting
        return first + await all_of(coalescer, [wish(str(n)) for n in range(20)])

    answers = gateway_loop.run(kill_in_between())

    assert statuses(answers) == ["posted"] * 20 + ["replayed"] * 20
    assert (SentGift.objects.count(), coins(fan)) == (20, 800)


def test_a_batch_that_was_committed_as_its_connection_broke_is_answered_as_done(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, fund: Fund, superuser_url: str
) -> None:
    fund(fan, 1000)
    settler = coalescer._lanes[fan.pk % LANES]._settler
    broken: list[bool] = []
    run = settler._run

    async def run_and_lose_the_answer(connection: Any, kind: Any, requests: Any) -> Any:
        answers = await run(connection, kind, requests)
        if not broken:
            broken.append(True)
            await connection.close()
            raise psycopg.OperationalError("the answer was lost")
        return answers

    settler._run = run_and_lose_the_answer  # type: ignore[method-assign]

    answers = gateway_loop.run(all_of(coalescer, [wish() for _ in range(10)]))

    assert (statuses(answers), SentGift.objects.count(), coins(fan)) == (["replayed"] * 10, 10, 900)


def test_a_database_that_stays_away_is_said_so_truthfully(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.3)
    monkeypatch.setattr(module, "LEAST_PATIENCE_S", 0.3)
    monkeypatch.setitem(settings.DATABASES["default"], "PORT", 1)

    (refusal,) = gateway_loop.run(all_of(coalescer, [wish()]))

    assert isinstance(refusal, GatewayUnavailable)
    assert (refusal.status, refusal.message) == (503, "The books do not answer right now. Nothing was done.")


def test_a_batch_that_hangs_is_not_called_undone(
    gateway_loop: Loop,
    coalescer: Coalescer,
    wish: Any,
    fan: User,
    fund: Fund,
    superuser_url: str,
    monkeypatch: Any,
) -> None:
    fund(fan, 100)
    monkeypatch.setattr(module, "PATIENCE_S", 0.5)
    monkeypatch.setattr(module, "LEAST_PATIENCE_S", 0.5)

    async def hang() -> list[Answer | BaseException]:
        async with await psycopg.AsyncConnection.connect(superuser_url) as other:
            await other.execute("SELECT FROM ledger_account WHERE code = 'coins' FOR UPDATE")
            answers = await all_of(coalescer, [wish("k")])
            await other.rollback()
        monkeypatch.undo()
        return answers + await all_of(coalescer, [wish("k")])

    refusal, answer = gateway_loop.run(hang())

    assert isinstance(refusal, GatewayUnavailable)
    assert "not known" in refusal.message
    assert (statuses([answer]), SentGift.objects.count()) == (["posted"], 1)


@pytest.fixture
def commit_fails(superuser_connection: psycopg.Connection) -> Iterator[None]:
    """Everything goes well until the COMMIT of a gift, which fails."""
    superuser_connection.execute("""
        CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the commit fails'; END $$
    """)
    superuser_connection.execute("""
        CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON gifts_sentgift DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fail_at_commit()
    """)
    yield
    superuser_connection.execute("DROP TRIGGER fail_at_commit ON gifts_sentgift")
    superuser_connection.execute("DROP FUNCTION fail_at_commit")


def test_nobody_is_told_before_the_commit(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, fan: User, fund: Fund, commit_fails: None
) -> None:
    fund(fan, 100)

    answers = gateway_loop.run(all_of(coalescer, [wish(), wish()]))

    assert statuses(answers) == ["SettlingFailed", "SettlingFailed"]
    assert (SentGift.objects.count(), coins(fan)) == (0, 100)


def test_stopping_without_a_database_takes_a_second_and_says_so(
    gateway_loop: Loop, coalescer: Coalescer, wish: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "PORT", 1)

    async def stop() -> tuple[float, list[BaseException | None]]:
        loop = asyncio.get_running_loop()
        taken = [coalescer.submit(GIFT, wish()) for _ in range(3)]
        await asyncio.sleep(0.1)
        began = loop.time()
        await coalescer.close()
        return loop.time() - began, [future.exception() for future in taken]

    took_s, refusals = gateway_loop.run(stop())

    assert 0.9 < took_s < 2.5
    assert [type(refusal) for refusal in refusals] == [GatewayUnavailable] * 3
