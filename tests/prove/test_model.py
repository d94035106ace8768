"""The model behind the proof finds what it is there to find: each test is a history with one thing wrong."""

from dataclasses import replace

from prove.files import Said
from prove.model import Gift, heard_findings, wallet_findings

FIRST = Gift(1, 7, "a", 1, "room", "rose", 1, 10, 1000, 90)
SECOND = replace(FIRST, id=2, key="b", balance=80)
LOG = [(1, "room.started", 0), (2, "gift.settled", 1), (3, "gift.settled", 2)]


def said(key: str, asked_at: float, answered_at: float, **changes: object) -> Said:
    """A gift of 10 coins that was answered in one go."""
    told = Said(
        n=0, kind="plain", fan=0, key=key, room=0, gift="rose", quantity=1, coins=10, status=201, code="",
        answer={}, asked_at=asked_at, last_asked_at=asked_at, answered_at=answered_at,
    )  # fmt: skip
    return replace(told, **changes)  # type: ignore[arg-type]


def refused(balance: int, asked_at: float, answered_at: float, coins: int = 100) -> Said:
    changes = {"status": 409, "code": "insufficient_coins", "answer": {"balance": balance}, "coins": coins}
    return said("c", asked_at, answered_at, **changes)


def found(gifts: list[Gift], *told: Said) -> list[str]:
    return list(wallet_findings(100, gifts, told))


def test_a_right_history_has_no_findings() -> None:
    assert (
        found([FIRST, SECOND], said("a", 1, 3), said("b", 2, 4), refused(90, 1, 3), refused(80, 5, 6)) == []
    )


def test_a_stale_balance_is_found() -> None:
    (finding,) = found([FIRST, replace(SECOND, balance=90)])

    assert finding == "operation 2 (b): it answers 90 coins left, one by one 80"


def test_more_spent_than_there_was_is_found() -> None:
    findings = found([replace(FIRST, coins=101, balance=-1)])

    assert findings == ["holder 7: 1 coins more were spent than there were"]


def test_a_gift_that_was_answered_before_an_earlier_one_was_asked_for_is_found() -> None:
    (finding,) = found([FIRST, SECOND], said("b", 1, 2), said("a", 3, 4))

    assert finding == "operation 2 (b): it was answered before an earlier operation was asked for"


def test_a_refusal_with_a_balance_of_another_moment_is_found() -> None:
    told = said("a", 1, 2), said("b", 3, 4)

    assert found([FIRST, SECOND], *told, refused(90, 2.1, 2.9)) == []
    (too_late,) = found([FIRST, SECOND], *told, refused(90, 5, 6))
    (too_early,) = found([FIRST, SECOND], *told, refused(80, 2.1, 2.9))
    assert too_late == too_early.replace("80", "90")
    assert too_late == "key c: it was refused with 90 coins left, which the fan did not have then"


def test_a_refusal_although_there_were_coins_is_found() -> None:
    assert found([], refused(100, 1, 2, coins=100)) == ["key c: 100 coins were too few for 100"]


def test_a_listener_that_heard_everything_has_no_findings() -> None:
    assert list(heard_findings("room:1", LOG, [list(event) for event in LOG])) == []


def test_an_event_missed_doubled_or_different_is_found() -> None:
    def first(heard: list[tuple[int, str, int]]) -> str:
        return next(heard_findings("room:1", LOG, heard))

    assert first([LOG[0], LOG[2]]) == "room:1: a listener heard number 3 where 2 was next"
    assert first([LOG[0], LOG[1], LOG[1]]) == "room:1: a listener heard number 2 where 3 was next"
    assert first(LOG[:2]) == "room:1: a listener heard 2 events, the log holds 3"
    assert first([*LOG[:2], (3, "gift.settled", 9)]).startswith(
        "room:1: number 3 was heard as (3, 'gift.settled', 9)"
    )
