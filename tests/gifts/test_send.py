"""Sending a gift: what it does, what refuses it, and that a refusal leaves nothing behind."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.errors import TermsRequired
from accounts.models import LegalDocument, User
from accounts.streams import creator_stream
from events import log
from gifts import errors
from gifts.models import Gift, GiftPrice, SentGift
from gifts.services import Sent, send_gift
from ground import clock
from ground.errors import DomainError
from ledger import books
from live import feed
from live import services as live_services
from live.errors import RoomClosed, RoomNotFound
from live.models import Room
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)


def send(sender: User, room: Room, gift: Gift, **changes: Any) -> Sent:
    request: dict[str, Any] = {"quantity": 1, "coins": 10, "key": str(uuid4()), "now": clock.now()}
    return send_gift(sender=sender, room_id=room.pk, gift=gift.slug, **(request | changes))


def coins_of(person: User) -> int:
    return books.balance(person.ledger_id, "coins", books.COIN)


def everything_that_gifts_change() -> tuple[Any, ...]:
    """What a refused gift must leave as it was: the gifts, the books, the events."""
    return (
        list(SentGift.objects.values_list("pk", flat=True)),
        books.totals(),
        sorted(log.last_numbers([f"room:{pk}" for pk in Room.objects.values_list("pk", flat=True)]).items()),
    )


def refused(error: type[DomainError], sender: User, room: Room, gift: Gift, **changes: Any) -> DomainError:
    """This will send, expect `error`, and see that nothing changed."""
    before = everything_that_gifts_change()
    with pytest.raises(error) as caught:
        send(sender, room, gift, **changes)
    assert everything_that_gifts_change() == before
    return caught.value


def test_a_gift_moves_coins_and_diamonds_and_tells_both_streams(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    now = clock.now()

    sent = send(fan, room, rose, quantity=3, coins=30, now=now)

    matures_on = now.date() + timedelta(days=21)  # a new payer
    assert (sent.coins, sent.diamond_units, sent.balance) == (30, 3000, 70)
    assert coins_of(fan) == 70
    assert books.balance(creator.ledger_id, f"diamonds.pending/{matures_on}", books.DIAMOND) == 3000
    stored = SentGift.objects.get()
    assert (stored.pk, stored.sender, stored.creator, stored.gift) == (sent.id, fan, creator, rose)
    assert (stored.quantity, stored.coins, stored.diamond_units) == (3, 30, 3000)
    assert (stored.matures_on, stored.at) == (matures_on, now)
    assert books.imbalance() == {}


def test_the_event_names_the_gift_and_readers_get_what_it_was(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)

    sent = send(fan, room, rose)

    told = {"id": sent.id, "gift": "test-rose", "room": str(room.pk), "quantity": 1, "coins": 10,
            "diamond_units": 1000, "sender": {"id": fan.pk, "handle": "alice", "name": "Alice"}}  # fmt: skip
    for stream in (room.stream, creator_stream(creator.pk)):
        (event,) = log.since(stream, 1, 10)
        assert (event.type, event.number, event.body) == ("gift.settled", 2, {"id": sent.id})
        (read,) = feed.readable([event])
        assert {name: read[name] for name in told} == told


@pytest.mark.parametrize(("hold_days", "account"), [(21, "diamonds.pending/{}"), (0, "diamonds.available")])
def test_the_fans_hold_class_sets_the_date(
    hold_days: int, account: str, fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    books.set_hold(fan.ledger_id, days=hold_days)
    now = clock.now()

    send(fan, room, rose, now=now)

    matures_on: date = now.date() + timedelta(days=hold_days)
    assert SentGift.objects.get().matures_on == matures_on
    assert books.balance(creator.ledger_id, account.format(matures_on), books.DIAMOND) == 1000


def test_the_same_key_twice_is_one_gift_and_one_answer(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    key = str(uuid4())
    first = send(fan, room, rose, key=key)
    send(fan, room, rose)

    again = send(fan, room, rose, key=key)

    assert again == first
    assert again.balance == 90
    assert (SentGift.objects.count(), coins_of(fan)) == (2, 80)


def test_a_repeated_key_answers_whatever_has_changed_since(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 10)
    key = str(uuid4())
    first = send(fan, room, rose, key=key)
    live_services.end_room(room_id=room.pk, creator=creator, now=clock.now())
    Gift.objects.update(retired_at=clock.now())
    GiftPrice.objects.create(gift=rose, coins=99, starts_at=clock.now())
    books.freeze(fan.ledger_id, frozen=True)

    assert send(fan, room, rose, key=key, now=clock.now() + timedelta(days=3)) == first


@pytest.mark.parametrize("change", [{"quantity": 2, "coins": 20}, {"coins": 11}])
def test_the_same_key_for_another_request_is_refused(
    change: dict[str, int], fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    key = str(uuid4())
    send(fan, room, rose, key=key)

    refused(errors.KeyReused, fan, room, rose, key=key, **change)


def test_two_fans_may_use_one_key(fan: User, stranger: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 10)
    fund(stranger, 10)

    first, second = send(fan, room, rose, key="one"), send(stranger, room, rose, key="one")

    assert first.id != second.id


def test_a_refused_request_leaves_its_key_free(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 9)
    refused(errors.InsufficientCoins, fan, room, rose, key="later")
    fund(fan, 1)

    assert send(fan, room, rose, key="later").balance == 0


def test_too_few_coins_are_refused_with_what_is_missing(
    fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 25)

    refusal = refused(errors.InsufficientCoins, fan, room, rose, quantity=4, coins=40)

    assert refusal.extra == {"balance": 25, "coins": 40, "missing_coins": 15}
    assert "15 coins" in refusal.next_step


def test_somebody_who_never_had_coins_is_refused(fan: User, room: Room, rose: Gift) -> None:
    refusal = refused(errors.InsufficientCoins, fan, room, rose)

    assert refusal.extra == {"balance": 0, "coins": 10, "missing_coins": 10}


def test_another_price_is_refused_and_never_charged(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    GiftPrice.objects.create(gift=rose, coins=12, starts_at=clock.now())

    refusal = refused(errors.PriceChanged, fan, room, rose, quantity=2, coins=20)

    assert refusal.extra == {"coins": 24}
    assert send(fan, room, rose, quantity=2, coins=24).balance == 76


def test_a_price_counts_from_its_start(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    starts_at = clock.now() + timedelta(hours=1)
    GiftPrice.objects.create(gift=rose, coins=12, starts_at=starts_at)

    assert send(fan, room, rose, now=starts_at - timedelta(seconds=1)).coins == 10
    assert send(fan, room, rose, coins=12, now=starts_at).coins == 12


def test_a_closed_room_takes_no_gift(fan: User, creator: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    live_services.end_room(room_id=room.pk, creator=creator, now=clock.now())

    refused(RoomClosed, fan, room, rose)


def test_no_room_takes_no_gift(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)

    refused(RoomNotFound, fan, Room(id=UUID(int=1)), rose)


def test_an_unknown_gift_is_refused(fan: User, room: Room, fund: Fund) -> None:
    fund(fan, 100)

    refused(errors.UnknownGift, fan, room, Gift(slug="no-such-thing"))


def test_a_retired_gift_is_refused(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    Gift.objects.update(retired_at=clock.now())

    refused(errors.GiftRetired, fan, room, rose)


def test_a_gift_not_yet_on_offer_is_refused(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    Gift.objects.update(available_from=clock.now() + timedelta(hours=1))

    refused(errors.GiftRetired, fan, room, rose)


def test_nobody_gifts_themselves(creator: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(creator, 100)

    refused(errors.SelfGift, creator, room, rose)


def test_a_frozen_fan_sends_nothing(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    books.freeze(fan.ledger_id, frozen=True)

    refused(errors.AccountFrozen, fan, room, rose)


def test_new_terms_come_before_the_next_gift(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    first = send(fan, room, rose, key="before")
    old = LegalDocument.objects.get(kind="terms")
    LegalDocument.objects.create(
        kind="terms", version=old.version + 1, title="New", body="New.", starts_at=clock.now()
    )

    refused(TermsRequired, fan, room, rose)
    assert send(fan, room, rose, key="before") == first


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**9, 10**30])
def test_a_wrong_quantity_is_refused(quantity: int, fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)

    refused(errors.InvalidQuantity, fan, room, rose, quantity=quantity)


@pytest.mark.parametrize("coins", [-1, 0, 9, 11, 10**30])
def test_a_total_that_is_not_the_price_is_refused(
    coins: int, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)

    refused(errors.PriceChanged, fan, room, rose, coins=coins)


@pytest.mark.parametrize("key", ["", " ", "x" * 65, "a b", "ключ", "tab\t"])
def test_a_key_that_cannot_be_kept_is_refused(
    key: str, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)

    refused(errors.InvalidKey, fan, room, rose, key=key)


def test_coins_for_one_gift_buy_one_when_four_race(
    fan: User, room: Room, rose: Gift, fund: Fund, race: Callable[..., list[Any]]
) -> None:
    fund(fan, 10)

    outcomes = race(4, lambda: send(fan, room, rose))

    assert outcomes.count(errors.InsufficientCoins) == 3
    (sent,) = [outcome for outcome in outcomes if isinstance(outcome, Sent)]
    assert SentGift.objects.get().pk == sent.id
    assert coins_of(fan) == 0
    assert books.imbalance() == {}


def test_one_key_raced_by_eight_is_one_gift(
    fan: User, room: Room, rose: Gift, fund: Fund, race: Callable[..., list[Any]]
) -> None:
    fund(fan, 100)

    outcomes = race(8, lambda: send(fan, room, rose, key="once"))

    assert len(set(outcomes)) == 1
    assert (SentGift.objects.count(), coins_of(fan)) == (1, 90)


def test_a_room_that_ends_takes_a_gift_wholly_or_not_at_all(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund, race: Callable[..., list[Any]]
) -> None:
    fund(fan, 100)
    turns = iter(range(4))

    def one() -> Any:
        if next(turns) == 0:
            return live_services.end_room(room_id=room.pk, creator=creator, now=clock.now())
        return send(fan, room, rose)

    race(4, one)

    types = [event.type for event in log.since(room.stream, 1, 10)]
    assert types == ["gift.settled"] * SentGift.objects.count() + ["room.ended"]
    assert coins_of(fan) == 100 - 10 * SentGift.objects.count()
