"""The line of coins by itself: lots, what is taken from them, what comes back, and what paid for what."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ground import clock
from ledger import books, checks, lotchecks, lots
from ledger.books import COIN, PLATFORM, LotPart, Operation, Ref, Transfer, request_hash
from ledger.lotparts import common_part, count, last_of, merged, share, slice_of, without
from ledger.lots import Funding, Line
from tests.ledger.journeys import gift, post, recharge

pytestmark = pytest.mark.django_db

FAN, CREATOR = 31, 32


def posted(operation: Operation) -> int:
    (answer,) = post(operation)
    assert answer.status == "posted"
    assert answer.operation_id is not None
    return answer.operation_id


def bought(coins: int) -> int:
    return posted(recharge(FAN, coins))


def given(coins: int) -> int:
    return posted(gift(FAN, CREATOR, coins))


def taken(coins: int, lot: int, *parts: LotPart) -> int:
    """Coins of a lot go back to where they came from."""
    move = Transfer(COIN, Ref(FAN, "coins"), Ref(PLATFORM, "coins.issued"), coins)
    key = f"take:{lot}:{coins}:{parts}"
    return posted(Operation(FAN, key, "take", request_hash(key), [move], lot=lot, origin=parts or None))


def returned(*parts: LotPart) -> int:
    """These coins come back."""
    move = Transfer(COIN, Ref(PLATFORM, "coins.issued"), Ref(FAN, "coins"), count(parts))
    key = f"back:{parts}"
    return posted(Operation(FAN, key, "back", request_hash(key), [move], origin=parts))


def line() -> Line:
    return lots.line(FAN)


def paid(spend: int) -> list[LotPart]:
    return [funded.part for funded in lots.funding(line(), spend)]


def test_a_holder_without_coins_has_an_empty_line() -> None:
    assert line().lots == ()
    assert lots.spends_of(line(), []) == []


def test_gifts_take_the_lots_in_order() -> None:
    first, second = bought(10), bought(20)
    one, two = given(6), given(9)
    assert paid(one) == [LotPart(first, 0, 6)]
    assert paid(two) == [LotPart(first, 6, 4), LotPart(second, 0, 5)]
    assert [(lot.spent, lot.unspent, lot.start, lot.end) for lot in line().lots] == [
        (10, 0, 0, 10),
        (5, 15, 10, 30),
    ]


def test_what_is_no_spend_was_paid_by_nothing() -> None:
    first = bought(10)
    assert paid(first) == []
    assert paid(taken(1, first)) == []
    assert paid(123_456) == []


def test_a_taking_without_parts_takes_the_end_of_its_lot() -> None:
    first, second = bought(10), bought(10)
    taken(4, first)
    assert paid(given(8)) == [LotPart(first, 0, 6), LotPart(second, 0, 2)]
    assert [lot.taken for lot in line().lots] == [4, 0]


def test_a_taking_may_leave_a_hole() -> None:
    first = bought(10)
    taken(3, first, LotPart(first, 2, 3))
    assert paid(given(4)) == [LotPart(first, 0, 2), LotPart(first, 5, 2)]
    assert line().unspent([LotPart(first, 0, 10)]) == [LotPart(first, 7, 3)]


def test_what_is_taken_later_leaves_earlier_gifts_their_coins() -> None:
    first, second = bought(10), bought(10)
    sent = given(12)
    before = paid(sent)
    taken(5, second)
    assert paid(sent) == before == [LotPart(first, 0, 10), LotPart(second, 0, 2)]


def test_coins_that_came_back_are_found_where_they_are_now() -> None:
    first, second = bought(10), bought(5)
    taken(6, first, LotPart(first, 4, 6))
    back = returned(LotPart(first, 6, 4))
    assert line().now_at([LotPart(first, 0, 10)]) == [LotPart(first, 0, 6), LotPart(back, 0, 4)]
    sent = given(10)  # 4 of the first, 5 of the second, 1 that came back
    assert paid(sent) == [LotPart(first, 0, 4), LotPart(second, 0, 5), LotPart(back, 0, 1)]
    assert lots.spends_of(line(), [LotPart(first, 0, 10)]) == [
        Funding(sent, 0, LotPart(first, 0, 4)),
        Funding(sent, 9, LotPart(back, 0, 1)),
    ]


def test_coins_that_came_back_twice_are_traced_to_the_first_lot() -> None:
    first, second = bought(10), bought(4)
    taken(8, first, LotPart(first, 6, 4), LotPart(second, 0, 4))
    once = returned(LotPart(first, 6, 4), LotPart(second, 0, 4))
    taken(4, once, LotPart(once, 2, 4))
    twice = returned(LotPart(once, 2, 4))
    roots = line().roots([LotPart(twice, 1, 3)])
    assert roots == [LotPart(first, 9, 1), LotPart(second, 0, 2)]
    assert [line().now_at([root]) for root in roots] == [[LotPart(twice, 1, 1)], [LotPart(twice, 2, 2)]]


def test_a_taking_names_what_it_claims_beyond_what_it_takes() -> None:
    first = bought(10)
    given(4)
    taken(6, first, LotPart(first, 4, 6), LotPart(first, 1, 3))
    (taking,) = line().takings
    assert (taking.taken, taking.claimed) == ((LotPart(first, 4, 6),), (LotPart(first, 1, 3),))
    assert line().lots[0].spent == 4


def test_coins_that_left_without_naming_a_lot_are_noticed() -> None:
    bought(10)
    move = Transfer(COIN, Ref(FAN, "coins"), Ref(PLATFORM, "coins.issued"), 3)
    posted(Operation(FAN, "odd", "odd", request_hash("odd"), [move]))
    with pytest.raises(AssertionError, match="10 coins in lots, 7 there"):
        line()


def test_the_line_is_read_by_four_statements_however_many_gifts_there_are() -> None:
    bought(1_000)
    post(*(gift(FAN, CREATOR, 1) for _ in range(300)))
    last = given(1)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        found = lots.lock(FAN)
        assert lots.funding(found, last) == [Funding(last, 0, LotPart(found.lots[0].id, 300, 1))]
    assert (
        len([query for query in asked if "ledger_" in query["sql"]]) == 5
    )  # the lock, three for the line, one scan
    assert len(lots.spends_of(found, [found.lots[0].whole])) == 301


def test_origin_and_lot_are_sealed_with_the_operation() -> None:
    first = bought(10)
    taken(4, first, LotPart(first, 6, 4))
    assert checks.run().findings == []
    assert books.balance(FAN, "coins", COIN) == 6


def test_parts_are_cut_and_joined_exactly() -> None:
    part = LotPart(7, 10, 5)
    assert common_part(part, LotPart(7, 12, 9)) == LotPart(7, 12, 3)
    assert common_part(part, LotPart(8, 12, 9)) is None
    assert common_part(part, LotPart(7, 15, 1)) is None
    assert without([part], [LotPart(7, 11, 2)]) == [LotPart(7, 10, 1), LotPart(7, 13, 2)]
    assert slice_of([part, LotPart(9, 0, 5)], 4, 3) == [LotPart(7, 14, 1), LotPart(9, 0, 2)]
    assert last_of([part, LotPart(9, 0, 5)], 6) == [LotPart(7, 14, 1), LotPart(9, 0, 5)]
    assert last_of([part], 0) == []
    assert merged([LotPart(7, 15, 1), part, LotPart(7, 17, 1)]) == [LotPart(7, 10, 6), LotPart(7, 17, 1)]


@pytest.mark.parametrize(("amount", "coins"), [(100, 3), (7, 10), (333, 7), (5, 5)])
def test_shares_of_a_gift_add_up_however_they_are_cut(amount: int, coins: int) -> None:
    one_by_one = [share(amount, coins, k, 1) for k in range(coins)]
    assert sum(one_by_one) == amount
    for cut in range(coins + 1):
        assert share(amount, coins, 0, cut) == sum(one_by_one[:cut])
        assert share(amount, coins, cut, coins - cut) == sum(one_by_one[cut:])


def test_the_clock_of_the_books_is_not_asked() -> None:
    """The line depends on the order of operations alone, never on their times."""
    first = bought(5)
    with transaction.atomic():
        books.post([gift(FAN, CREATOR, 2)], now=clock.now().replace(year=2001))
    assert line().lot(first).spent == 2


def test_the_check_finds_nothing_in_a_right_line() -> None:
    first = bought(10)
    given(3)
    taken(6, first, LotPart(first, 4, 6))
    returned(LotPart(first, 6, 4))
    assert lotchecks.findings() == []


def test_the_check_names_coins_that_left_without_a_lot() -> None:
    first = bought(10)
    taken(1, first)
    move = Transfer(COIN, Ref(FAN, "coins"), Ref(PLATFORM, "coins.issued"), 3)
    posted(Operation(FAN, "odd", "odd", request_hash("odd"), [move]))
    (finding,) = lotchecks.findings()
    assert finding.endswith("3 coins left it that are neither spent nor of a lot")


def test_the_check_names_a_taking_of_spent_coins() -> None:
    first = bought(10)
    given(3)
    wrong = taken(2, first, LotPart(first, 2, 2))
    (finding,) = lotchecks.findings()
    assert finding.startswith(f"operation {wrong} (take:")


def test_the_check_names_coins_that_come_back_twice() -> None:
    first = bought(10)
    taken(4, first)
    returned(LotPart(first, 6, 4))
    wrong = returned(LotPart(first, 8, 2))
    assert lotchecks.findings() == [f"operation {wrong}: it brings coins back that were not gone"]
