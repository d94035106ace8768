"""The demo's cases stand in the states that they tell of."""

from collections.abc import Callable

import pytest

from accounts.models import User
from care.models import Freeze, SupportCase
from demo.seed.cast import Cast
from demo.seed.help import ask_for_help
from gifts.models import Gift
from ledger import books
from live.models import Room
from tests.care.conftest import send
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_is_solved_one_waits_and_one_stops_money(
    fan: User, person: Callable[..., User], operator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fans = (fan, *(person(f"fan{n}", totp_secret=None) for n in range(3)))
    fund(fan, 100)
    send(fan, room, rose)
    ask_for_help(Cast(fans, (room.creator,), (operator, operator), {}))
    states = list(SupportCase.objects.order_by("opened_at").values_list("person__handle", "kind", "state"))
    assert states == [
        ("alice", "payment_declined", "solved"),
        ("alice", "gift", "open"),
        ("fan2", "unauthorized", "open"),
    ]
    assert Freeze.objects.get(lifted_at=None).person == fans[3]
    assert books.imbalance() == {}
