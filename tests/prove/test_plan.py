"""What the proof asks and whom it kills is drawn from its seed, and holds what it is there to try."""

from collections import Counter

from prove.faults import victims
from prove.files import Fan, Room, Stage
from prove.wishes import Wishes

STAGE = Stage(
    fans=[Fan(n, 100 + n, f"token{n}", 1_000, "rich") for n in range(20)],
    rooms=[Room(f"room{n}", n, 100 + n, f"token{n}") for n in range(3)],
    prices={"clap": 1, "rose": 5},
)


def drawn(seed: int) -> list[object]:
    wishes = Wishes(STAGE, seed)
    found = []
    for n in range(1_000):
        found.append(wishes.draw(n))
        if found[-1].kind == "plain":
            wishes.answered.append(found[-1])
    return list(found)


def test_a_seed_asks_the_same_again_and_another_one_does_not() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_every_kind_of_wish_is_made() -> None:
    kinds = Counter(wish.kind for wish in drawn(1))  # type: ignore[attr-defined]

    assert set(kinds) == {"plain", "repeat", "twin", "reuse", "abandoned", "wrong_total"}
    assert min(kinds.values()) >= 10


def test_nobody_asks_for_a_gift_in_their_own_room() -> None:
    assert not [wish for wish in drawn(1) if wish.fan == wish.room]  # type: ignore[attr-defined]


def test_each_sort_of_victim_is_killed_and_both_gateways() -> None:
    order = victims(50, 2, seed=1)

    sorts = Counter(victim.split()[0] for victim in order)
    assert sorts == {"gateway": 21, "backend": 6, "postgres": 9, "cluster": 5, "valkey": 9}
    assert {"gateway 0", "gateway 1"} < set(order)
    assert victims(50, 2, seed=1) == order
    assert {victim.split()[0] for victim in victims(5, 2, seed=3)} == {
        "gateway", "backend", "postgres", "cluster", "valkey",
    }  # fmt: skip
