"""A guardian's budget and revocation hold in the very statement that sends a gift, whichever way it comes."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts import services
from accounts.guardian_budget import Budget
from accounts.guardian_errors import GuardiansLimit
from accounts.models import Guardianship, User
from gifts import errors
from gifts.models import Gift, SentGift
from gifts.services import send_gift, set_gift_limit
from ground import clock
from ground.errors import DomainError
from ledger import books
from live.models import Room
from tests.fixtures.gifts import Fund
from tests.fixtures.guardians import FROM, ask, consent

pytestmark = pytest.mark.django_db(transaction=True)


def send(sender: User, room: Room, gift: Gift, quantity: int = 1) -> Any:
    return send_gift(
        sender=sender, room_id=room.pk, gift=gift.slug, quantity=quantity, coins=10 * quantity,
        key=str(uuid4()), now=clock.now(),
    )  # fmt: skip


def funded(minor: User, fund: Fund, budget: Budget) -> Guardianship:
    """Consent given, and 100 coins bought."""
    guardianship = consent(ask(minor), budget)
    fund(minor, 100)
    return guardianship


def test_a_minor_without_consent_gives_nothing(minor: User, room: Room, rose: Gift) -> None:
    with pytest.raises(errors.AccountFrozen):
        send(minor, room, rose)
    assert not SentGift.objects.exists()


def test_the_guardians_budgets_are_the_books(minor: User, room: Room, rose: Gift, fund: Fund) -> None:
    guardianship = funded(minor, fund, Budget(day=30, gift=20))

    with pytest.raises(errors.GiftLimitReached):
        send(minor, room, rose, quantity=3)
    send(minor, room, rose, quantity=2)
    send(minor, room, rose)
    with pytest.raises(errors.BudgetReached):
        send(minor, room, rose)
    services.change_budget(guardianship=guardianship, budget=Budget(day=40), now=clock.now(), origin=FROM)
    send(minor, room, rose)
    assert books.balance(minor.ledger_id, "coins", books.COIN) == 60


def test_a_minor_cannot_raise_the_limit_for_one_gift(minor: User, fund: Fund) -> None:
    guardianship = funded(minor, fund, Budget(day=30, gift=20))
    for coins in (None, 21):
        with pytest.raises(GuardiansLimit) as refusal:
            set_gift_limit(fan=minor, coins=coins)
        assert refusal.value.extra == {"limit_coins": 20}
    set_gift_limit(fan=minor, coins=5)

    services.change_budget(
        guardianship=guardianship, budget=Budget(day=30, gift=50), now=clock.now(), origin=FROM
    )
    minor.refresh_from_db()
    assert minor.gift_limit.coins == 5


def test_revoking_while_gifts_are_sent_leaves_none_after_it(
    minor: User, room: Room, rose: Gift, fund: Fund, race: Callable[..., list[Any]]
) -> None:
    guardianship = funded(minor, fund, Budget(month=1_000))
    turn = iter(range(5))
    lock = threading.Lock()

    def act() -> Any:
        with lock:
            number = next(turn)
        if number == 2:
            return services.revoke_consent(guardianship=guardianship, now=clock.now(), origin=FROM)
        outcomes: list[Any] = []
        for _ in range(3):
            try:
                outcomes.append(send(minor, room, rose))
            except DomainError as refusal:
                outcomes.append(type(refusal))
        return outcomes

    answers = race(5, act)

    for outcomes in (answer for answer in answers if isinstance(answer, list)):
        refused = [isinstance(outcome, type) for outcome in outcomes]
        assert refused == sorted(refused)  # once refused, refused for ever
        assert {outcome for outcome in outcomes if isinstance(outcome, type)} <= {errors.AccountFrozen}
    sent = SentGift.objects.count()
    assert books.balance(minor.ledger_id, "coins", books.COIN) == 100 - 10 * sent
    with pytest.raises(errors.AccountFrozen):
        send(minor, room, rose)
