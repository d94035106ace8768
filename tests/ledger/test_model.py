"""Random batches against a plain model that posts one operation after the other, under limits and a moving clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ledger import books, checks
from ledger.books import COIN, PLATFORM, Operation, Ref, Transfer, request_hash
from ledger.models import Account
from tests.ledger.journeys import gift, recharge

PEOPLE = range(4)
_worlds = count(1_000)


def midnight(day: datetime, zone: str) -> datetime:
    return day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def period_of(period: str, at: datetime, zone: str) -> tuple[datetime, datetime]:
    """When the period that holds `at` begins and ends, in zones whose midnights come once a day."""
    day = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    match period:
        case "day":
            first, following = day, day + timedelta(days=1)
        case "week":
            first = day - timedelta(days=day.weekday())
            following = first + timedelta(days=7)
        case _:
            first = day.replace(day=1)
            following = (first + timedelta(days=31)).replace(day=1)
    return midnight(first, zone), midnight(following, zone)


@dataclass
class PlainLimit:
    coins: int
    zone: str
    ends_at: datetime
    used: int  # in the period that ends then


class PlainBooks:
    """What the books must do, said as simply as possible."""

    def __init__(self) -> None:
        self.balances: dict[tuple[int, str, str], int] = {}
        self.spent: dict[tuple[int, str], int] = {}
        self.frozen: set[int] = set()
        self.answers: dict[tuple[int, str], tuple[bytes, int | None]] = {}
        self.limits: dict[tuple[int, str], PlainLimit] = {}
        self.spendings: list[tuple[int, datetime, int]] = []

    def limit(self, holder: int, period: str, coins: int | None, zone: str, now: datetime) -> None:
        self._renew(holder, now)
        present = self.limits.get((holder, period))
        if coins is None:
            self.limits.pop((holder, period), None)
        elif present:
            present.coins, present.zone = coins, zone
        else:
            starts_at, ends_at = period_of(period, now, zone)
            used = sum(amount for who, at, amount in self.spendings if who == holder and at >= starts_at)
            self.limits[holder, period] = PlainLimit(coins, zone, ends_at, used)

    def _renew(self, holder: int, now: datetime) -> None:
        for (who, period), limit in self.limits.items():
            if who == holder and limit.ends_at <= now:
                limit.ends_at, limit.used = period_of(period, now, limit.zone)[1], 0

    def _limits_of(self, holder: int) -> list[PlainLimit]:
        return [limit for (who, _), limit in self.limits.items() if who == holder]

    def post(self, operation: Operation, now: datetime) -> tuple[str, int | None]:
        known = self.answers.get((operation.holder, operation.key))
        if known:
            return ("replayed", known[1]) if known[0] == operation.request_hash else ("conflict", None)
        payer = operation.payer
        pays = any(transfer.debit == payer for transfer in operation.transfers)
        if payer and payer.holder in self.frozen and pays:
            return "frozen", self._balance_of(payer, operation)
        paid = sum(transfer.amount for transfer in operation.transfers if transfer.debit == payer)
        if operation.spends and payer:
            self._renew(payer.holder, now)
            if any(limit.used + paid > limit.coins for limit in self._limits_of(payer.holder)):
                return "over_ceiling", self._balance_of(payer, operation)
        after = dict(self.balances)
        for unit, debit, credit, amount in operation.transfers:
            giver, taker = (*debit, unit), (*credit, unit)
            if debit.holder != PLATFORM and after.get(giver, 0) < amount:
                return "insufficient", self._balance_of(payer, operation)
            after[giver] = after.get(giver, 0) - amount
            after[taker] = after.get(taker, 0) + amount
        self.balances = after
        if operation.spends and payer:
            self.spent[payer] = self.spent.get(payer, 0) + paid
            self.spendings.append((payer.holder, now, paid))
            for limit in self._limits_of(payer.holder):
                limit.used += paid
        balance = self._balance_of(payer, operation)
        self.answers[operation.holder, operation.key] = (operation.request_hash, balance)
        return "posted", balance

    def _balance_of(self, payer: Ref | None, operation: Operation) -> int | None:
        if payer is None:
            return None
        unit = next(t.unit for t in operation.transfers if payer in (t.debit, t.credit))
        return self.balances.get((*payer, unit), 0)


def _moves(holder: int, key: str, steps: list[tuple[int, int, int]], *, by_system: bool) -> Operation:
    """Coins from hand to hand, in several transfers; what one step brought the next may pass on."""
    transfers = [
        Transfer(COIN, Ref(giver, "coins"), Ref(taker, "coins"), amount)
        for giver, taker, amount in steps
        if giver != taker
    ] or [Transfer(COIN, Ref(PLATFORM, "coins.issued"), Ref(holder, "coins"), 1)]
    payer = None if by_system else transfers[0].debit if transfers[0].debit.holder else Ref(holder, "coins")
    return Operation(holder, key, "moves", request_hash(transfers, by_system), transfers, payer=payer)


people = st.sampled_from(PEOPLE)
amounts = st.integers(1, 30)
keys = st.sampled_from("abcdefgh")
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
steps = st.lists(st.tuples(people, people, amounts), min_size=1, max_size=5)


@st.composite
def wishes(draw: st.DrawFn) -> tuple[object, ...]:
    """What somebody asks for, with people as small numbers."""
    kind = draw(st.sampled_from(["recharge", "gift", "gift", "gift", "moves"]))
    person, key = draw(people), draw(keys)
    if kind == "recharge":
        return kind, person, key, draw(amounts)
    if kind == "gift":
        return kind, person, key, draw(people), draw(amounts)
    return kind, person, key, draw(steps), draw(st.booleans())


class BooksMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.first = next(_worlds) * 10  # people of their own for each example
        self.model = PlainBooks()
        self.now = datetime(2026, 10, 20, 12, tzinfo=UTC)  # before clocks change and a month ends

    def _operation(self, wish: tuple[object, ...]) -> Operation:
        kind, person, key, *rest = wish
        holder = self.first + person  # type: ignore[operator]
        match kind, rest:
            case "recharge", [int(coins)]:
                return recharge(holder, coins, key=key)  # type: ignore[arg-type]
            case "gift", [int(creator), int(coins)]:
                return gift(holder, self.first + creator, coins, key=key)  # type: ignore[arg-type]
            case _, [list(hops), bool(by_system)]:
                named = [(self.first + giver, self.first + taker, amount) for giver, taker, amount in hops]
                return _moves(holder, key, named, by_system=by_system)  # type: ignore[arg-type]
        raise AssertionError(wish)

    @rule(batch=st.lists(wishes(), min_size=1, max_size=12))
    def post_a_batch(self, batch: list[tuple[object, ...]]) -> None:
        operations = [self._operation(wish) for wish in batch]
        expected = [self.model.post(operation, self.now) for operation in operations]
        with transaction.atomic():
            answers = books.post(operations, now=self.now)
        assert [(answer.status, answer.balance) for answer in answers] == expected

    @rule(
        person=people,
        period=st.sampled_from(["day", "week", "month"]),
        coins=st.none() | st.integers(0, 60),
        zone=zones,
    )
    def limit(self, person: int, period: str, coins: int | None, zone: str) -> None:
        holder = self.first + person
        with transaction.atomic():
            books.limit(holder, period=period, coins=coins, zone=zone, now=self.now)
        self.model.limit(holder, period, coins, zone, self.now)

    @rule(hours=st.sampled_from([1, 5, 11, 24, 25, 24 * 6, 24 * 20]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(person=people, frozen=st.booleans())
    def freeze(self, person: int, frozen: bool) -> None:
        with transaction.atomic():
            books.freeze(self.first + person, frozen=frozen)
        (self.model.frozen.add if frozen else self.model.frozen.discard)(self.first + person)

    @invariant()
    def balances_are_the_models(self) -> None:
        for person in PEOPLE:
            holder = self.first + person
            expected = {k[1:]: v for k, v in self.model.balances.items() if k[0] == holder}
            live = {
                name: amount for name, amount in books.balances(holder).items() if amount or name in expected
            }
            assert live == {name: amount for name, amount in expected.items() if name in live or amount}

    def teardown(self) -> None:
        spent = Account.objects.filter(holder__range=(self.first, self.first + 9), code="coins")
        for account in spent:
            assert account.spent == self.model.spent.get(Ref(account.holder, "coins"), 0)
        self.balances_are_the_models()


@pytest.mark.django_db
def test_batches_answer_as_the_one_by_one_model_does() -> None:
    run_state_machine_as_test(
        BooksMachine, settings=settings(max_examples=120, stateful_step_count=12, deadline=None)
    )
    report = checks.run()
    assert report.findings == []
    assert report.operations > 100
    assert books.imbalance() == {}
