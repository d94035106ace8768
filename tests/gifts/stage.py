"""A fan, creators with open rooms, and a clock of their own: what the tests of lots, refunds and disputes play on."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from accounts.services.people import create_person
from gifts import disputes, returns
from gifts.batch import GIFT, Answer, Request
from gifts.models import MOST_AT_ONCE, Gift, GiftPrice, SentGift
from ground import clock
from ground.batches import settle
from ledger import books
from ledger.books import COIN, DIAMOND, PLATFORM, Operation, Ref, Transfer
from ledger.retry import in_transaction
from live.models import Room
from payouts.services.maturity import mature_holder
from tests.fixtures.wallet import unpaid_order
from wallet import bonuses, refunds
from wallet.bookings import recharge
from wallet.models import Order
from wallet.services.steps import Source, advance
from wallet.states import OrderState

_numbers = count(1)


def gift_of(coins: int) -> Gift:
    """A gift at this price, so that a quantity is a number of coins."""
    since = clock.now() - timedelta(days=1)
    made, new = Gift.objects.get_or_create(
        slug=f"test-{coins}",
        defaults={"name": "Test", "animation": "bloom", "price_class": 1, "available_from": since},
    )
    if new:
        GiftPrice.objects.create(gift=made, coins=coins, starts_at=since)
    return made


class Stage:
    """Everything happens at `now`, noon of a day that `pass_days` turns. Each call is a transaction of its own."""

    def __init__(self, creators: int = 2) -> None:
        self.now = datetime.combine(clock.today(), time(12), UTC) + timedelta(days=1)
        self.gifts = {price: gift_of(price) for price in (1, 100)}
        self.fan = self._person()
        self.creators = [self._person(creator=True) for _ in range(creators)]
        self.rooms = [
            Room.objects.create(
                creator=creator, title="Room", category="music", status="live", started_at=clock.now()
            )
            for creator in self.creators
        ]
        self.holder = self.fan.ledger_id

    def _person(self, **facts: Any) -> User:
        handle = f"player{next(_numbers)}"
        return create_person(
            handle=handle,
            email=f"{handle}@example.com",
            password=None,
            country="DE",
            birth_date=datetime(1990, 5, 17, tzinfo=UTC).date(),
            display_name=handle,
            totp_secret=None,
            now=clock.now(),
            **facts,
        )

    def pass_days(self, days: int) -> None:
        """Let days pass; nothing happens by itself."""
        self.now += timedelta(days=days)

    def buy(self, coins: int, price_minor: int, *, tax_minor: int = 0, bonus: int = 0) -> Order:
        """An order at any price, credited with its bonus."""
        made = unpaid_order(self.fan, coins)
        facts = {field.attname: getattr(made, field.attname) for field in Order._meta.concrete_fields}
        listed = price_minor if made.tax_mode == "inclusive" else price_minor - tax_minor
        order = Order(
            **facts
            | {"price_minor": listed}
            | {"id": uuid4(), "client_key": str(uuid4()), "gross_minor": price_minor, "tax_minor": tax_minor}
            | {"net_minor": price_minor - tax_minor, "settlement_gross_minor": price_minor}
            | {"settlement_tax_minor": tax_minor}
        )
        order.save(force_insert=True)
        self.credit(order, bonus=bonus)
        return order

    def credit(self, order: Order, *, bonus: int = 0) -> None:
        """What fulfilment does, without the provider."""
        operations = [recharge(order, self.holder)]
        if bonus:
            operations.append(bonuses.order_bonus(order, self.holder, bonus))
        with transaction.atomic():
            order.paid_at, order.fee_minor = self.now, 0
            advance(order, OrderState.PAID, source=Source.OPERATOR, now=self.now)
            books.post(operations, now=self.now)
            order.credited_at = order.receipt_sent_at = self.now
            advance(order, OrderState.CREDITED, source=Source.OPERATOR, now=self.now)

    def post(self, *operations: Operation) -> list[int]:
        """Operations that are posted."""
        answers = in_transaction(lambda: books.post(operations, now=self.now))
        assert {answer.status for answer in answers} == {"posted"}, answers
        return [answer.operation_id for answer in answers if answer.operation_id]

    def send(self, coins: int, *, to: int = 0, key: str = "") -> Answer:
        """A gift of so many coins, whatever becomes of it."""
        price = 1 if coins <= MOST_AT_ONCE else 100
        room, gift = self.rooms[to].pk, self.gifts[price].slug
        request = Request(self.fan.pk, room, gift, coins // price, coins, key or str(uuid4()))
        (answer,) = in_transaction(lambda: settle(GIFT, [request], now=self.now))
        return answer

    def sent(self, coins: int, *, to: int = 0) -> SentGift:
        """A gift that is settled."""
        answer = self.send(coins, to=to)
        assert answer.status == "posted", answer
        assert answer.sent_id is not None
        return SentGift.objects.get(pk=answer.sent_id)

    def refund(self, order: Order, coins: int, reference: str = "r1") -> refunds.Refund:
        return self._do(
            lambda: refunds.refund(order, holder=self.holder, coins=coins, reference=reference, now=self.now)
        )

    def refund_paid(self, order: Order, reference: str = "r1", booked_minor: int | None = None) -> None:
        self._do(
            lambda: refunds.refund_paid(
                order, holder=self.holder, reference=reference, booked_minor=booked_minor, now=self.now
            )
        )

    def refund_failed(self, order: Order, reference: str = "r1") -> None:
        self._do(lambda: refunds.refund_failed(order, holder=self.holder, reference=reference, now=self.now))

    def hold(self, order: Order, amount_minor: int | None = None, reference: str = "d1") -> disputes.Held:
        amount = order.gross_minor if amount_minor is None else amount_minor
        return self._do(
            lambda: disputes.hold(
                order, holder=self.holder, amount_minor=amount, reference=reference, now=self.now
            )
        )

    def lose(self, order: Order, amount_minor: int | None = None, reference: str = "d1") -> None:
        amount = order.gross_minor if amount_minor is None else amount_minor
        self._do(
            lambda: disputes.lost(
                order, holder=self.holder, amount_minor=amount, reference=reference, now=self.now
            )
        )

    def win(self, order: Order, reference: str = "d1") -> None:
        self._do(lambda: disputes.won(order, holder=self.holder, reference=reference, now=self.now))

    def withdrawn(self, order: Order, amount_minor: int, fee_minor: int = 0, reference: str = "d1") -> None:
        self._do(
            lambda: disputes.withdrawn(
                order,
                amount_minor=amount_minor,
                booked=disputes.Booked("USD", amount_minor, fee_minor),
                reference=reference,
                now=self.now,
            )
        )

    def reinstated(self, order: Order, amount_minor: int, reference: str = "d1") -> None:
        self._do(
            lambda: disputes.reinstated(
                order,
                amount_minor=amount_minor,
                booked=disputes.Booked("USD", amount_minor, 0),
                reference=reference,
                now=self.now,
            )
        )

    def give_back(self, sent: SentGift) -> returns.Returned:
        return self._do(lambda: returns.return_gift(sent, now=self.now))

    def mature(self, creator: int = 0) -> None:
        """What the beat does for one creator."""
        self._do(lambda: mature_holder(holder=self.creators[creator].ledger_id, now=self.now))

    def pay_out(self, creator: int, units: int) -> None:
        """Diamonds leave for the bank: reserve, transfer and paid in one, without fee."""
        holder = self.creators[creator].ledger_id
        net = units * 6_450 // 1_000_000
        money = [
            Transfer("USD", Ref(PLATFORM, "creator.payable"), Ref(PLATFORM, "provider.cash"), net)
        ] * bool(net)
        gone = Transfer(DIAMOND, Ref(holder, "diamonds.available"), Ref(PLATFORM, "diamonds.paid"), units)
        key = f"payout:{uuid4()}"
        self.post(Operation(holder, key, "payout", books.request_hash(key), [gone, *money]))

    def coins(self, code: str = "coins") -> int:
        return books.balance(self.holder, code, COIN)

    def diamonds(self, creator: int = 0) -> dict[str, int]:
        """What a creator has, by account, without the empty ones."""
        holder = self.creators[creator].ledger_id
        return {
            code: units for (code, unit), units in books.balances(holder).items() if unit == DIAMOND and units
        }

    @staticmethod
    def _do[R](work: Callable[[], R]) -> R:
        return in_transaction(work) if not transaction.get_connection().in_atomic_block else work()


def money() -> dict[str, int]:
    """Every platform account with money on it."""
    return {family: amount for (family, unit), amount in books.totals().items() if unit == "USD" and amount}
