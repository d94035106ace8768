"""Random batches of gifts under budgets, against a plain model that takes one after the other."""

from datetime import timedelta
from itertools import count

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from accounts.models import User
from gifts.models import Gift
from gifts.services import set_gift_limit
from ground import clock
from ledger import books
from live.models import Room
from tests.fixtures.gifts import Fund
from tests.gifts.test_budgets import allow, statuses, wish

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
_examples = count()
# fan, creator, roses, key
wishes = st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(1, 5), st.sampled_from("abcdef"))
batches = st.lists(wishes, min_size=1, max_size=14)
allowances = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 1)), st.integers(0, 12), max_size=3
)  # roses a day


class PlainBudgets:
    """What each fan may still give, said as simply as possible; in roses."""

    def __init__(self, purses: list[int], daily: dict[tuple[int, int], int], most: dict[int, int]) -> None:
        self.purses, self.daily, self.most = purses, daily, most
        self.given: dict[tuple[int, int], int] = {}
        self.keys: dict[tuple[int, str], tuple[int, int]] = {}

    def send(self, fan: int, creator: int, roses: int, key: str) -> str:
        if (fan, key) in self.keys:
            return "replayed" if self.keys[fan, key] == (creator, roses) else "conflict"
        if roses > self.most.get(fan, roses):
            return "over_gift_limit"
        given = self.given.get((fan, creator), 0) + roses
        if given > self.daily.get((fan, creator), given):
            return "over_creator_budget"
        if roses > self.purses[fan]:
            return "insufficient"
        self.purses[fan] -= roses
        self.given[fan, creator] = given
        self.keys[fan, key] = (creator, roses)
        return "posted"


class World:
    """Three fans and two creators with open rooms; each example lives ten days after the one before."""

    def __init__(self, fans: list[User], rooms: list[Room]) -> None:
        self.fans, self.rooms = fans, rooms
        self.now = clock.now() + 400 * DAY

    def begin(self, daily: dict[tuple[int, int], int], most: dict[int, int]) -> None:
        self.now += 10 * DAY
        self.prefix = next(_examples)
        for number, fan in enumerate(self.fans):
            set_gift_limit(fan=fan, coins=10 * most[number] if number in most else None)
            for place, room in enumerate(self.rooms):
                roses = daily.get((number, place))
                allow(fan, room.creator, None if roses is None else 10 * roses, now=self.now)

    def purses(self) -> list[int]:
        return [books.balance(fan.ledger_id, "coins", books.COIN) // 10 for fan in self.fans]

    def settle(self, batch: list[tuple[int, int, int, str]]) -> list[str]:
        requests = [
            wish(self.fans[fan], self.rooms[creator], roses, f"{self.prefix}{key}")
            for fan, creator, roses, key in batch
        ]
        return statuses(*requests, now=self.now)


def test_gifts_under_budgets_answer_as_one_after_the_other(
    fan: User, stranger: User, operator: User, room: Room, other_room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 17_500)
    fund(stranger, 7_000)
    fund(operator, 100)
    world = World([fan, stranger, operator], [room, other_room])

    @settings(max_examples=60, deadline=None)
    @given(
        days=st.lists(batches, min_size=1, max_size=2),
        daily=allowances,
        most=st.dictionaries(st.integers(0, 2), st.integers(1, 5), max_size=1),
    )
    def check(
        days: list[list[tuple[int, int, int, str]]], daily: dict[tuple[int, int], int], most: dict[int, int]
    ) -> None:
        world.begin(daily, most)
        model = PlainBudgets(world.purses(), daily, most)
        for batch in days:
            assert world.settle(batch) == [model.send(*wished) for wished in batch]
            model.given.clear()
            world.now += DAY
        assert world.purses() == model.purses

    check()
