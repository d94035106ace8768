"""Random recharges, bonuses, gifts, refunds, disputes, returns, maturity and payouts against a plain model of coins.

The model keeps every coin as itself: (lot it was first in, number). The books must find the same coins.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gifts.errors import GiftDisputed, GiftMatured
from gifts.models import SentGift
from ledger import books, checks, lots
from ledger.books import LotPart
from ledger.models import Operation
from tests.gifts.stage import Stage
from tests.ledger.journeys import fold, fold_everything
from wallet.errors import TooFewCoinsLeft
from wallet.models import Order

Coin = tuple[int, int]  # the lot it was first in, its number there
UNITS_PER_COIN = 100
FEW = 4  # orders of an example, so that what happens to them meets


@dataclass
class Bought:
    order: Order
    coins: list[Coin]
    bonus: list[Coin]
    withheld: int = 0


@dataclass
class Given:
    sent: SentGift
    coins: list[Coin]  # as they paid: never changes
    to: int
    matures_on: date
    standing: list[Coin] = field(default_factory=list)  # still the creator's
    returned: list[Coin] = field(default_factory=list)


@dataclass
class Dispute:
    bought: Bought
    amount: int
    coins: list[Coin]
    claims: list[tuple[Given, list[Coin]]]
    decided: str = ""


@dataclass
class Refunded:
    bought: Bought
    coins: list[Coin]
    bonus: list[Coin]
    minor: int
    withheld: int
    state: str = "promised"


class PlainCoins:
    """What must become of every coin, said as simply as possible."""

    def __init__(self) -> None:
        self.line: list[Coin] = []  # unspent, in order
        self.bought: list[Bought] = []
        self.given: list[Given] = []
        self.disputes: list[Dispute] = []
        self.refunds: list[Refunded] = []
        self.paid_out: dict[int, int] = defaultdict(int)

    def take(self, coins: Iterable[Coin]) -> None:
        gone = set(coins)
        self.line = [coin for coin in self.line if coin not in gone]

    def unspent(self, coins: list[Coin]) -> list[Coin]:
        mine = set(coins)
        return [coin for coin in self.line if coin in mine]

    def spent_bonus(self, bought: Bought) -> int:
        given = {coin for gift in self.given for coin in gift.standing}
        return sum(coin in given for coin in bought.bonus)

    def hold(self, bought: Bought, amount: int, today: date) -> Dispute:
        wanted = min(len(bought.coins), -(-len(bought.coins) * amount // bought.order.gross_minor))
        coins = last(self.unspent(bought.coins), wanted)
        part_of_bonus = -(-len(bought.bonus) * wanted // len(bought.coins))
        left = wanted - len(coins)
        claims = []
        for gift in reversed(self.given):
            if gift.matures_on > today and (mine := last(self._claimable(gift, bought), left)):
                claims.append((gift, mine))
                left -= len(mine)
        coins += last(self.unspent(bought.bonus), part_of_bonus)
        self.take(coins)
        for gift, mine in claims:
            gift.standing = [coin for coin in gift.standing if coin not in mine]
        dispute = Dispute(bought, amount, coins, claims)
        self.disputes.append(dispute)
        return dispute

    def _claimable(self, gift: Given, bought: Bought) -> list[Coin]:
        return [coin for coin in gift.standing if coin in set(bought.coins)]

    def held_units(self, to: int) -> int:
        claims = [claim for d in self.disputes if not d.decided for claim in d.claims]
        return UNITS_PER_COIN * sum(len(coins) for gift, coins in claims if gift.to == to)


def last(coins: list[Coin], number: int) -> list[Coin]:
    return coins[len(coins) - min(number, len(coins)) :]


def one_by_one(parts: Iterable[LotPart]) -> list[Coin]:
    return [(lot, first + n) for lot, first, coins in parts for n in range(coins)]


small = st.integers(1, 30)
any_of = st.integers(0, 1_000)  # taken modulo what there is


class LotsMachine(RuleBasedStateMachine):
    @initialize(hold_days=st.sampled_from([21, None, 0]))
    def begin(self, hold_days: int | None) -> None:
        self.stage = Stage()
        self.model = PlainCoins()
        books.set_hold(self.stage.holder, hold_days)
        self.buy(30, 45, 6, 7)
        self.send(1, 0)
        self.send(2, 1)
        self.send(1, 0)

    def _any[T](self, things: list[T], number: int) -> T:
        return things[number % len(things)]

    @precondition(lambda self: len(self.model.bought) < FEW)
    @rule(coins=small, price=st.integers(1, 60), tax=st.integers(0, 9), bonus=st.sampled_from([0, 0, 1, 7]))
    def buy(self, coins: int, price: int, tax: int, bonus: int) -> None:
        order = self.stage.buy(coins, price + tax, tax_minor=tax, bonus=bonus)
        keys = [f"order:{order.pk}", f"order:{order.pk}:bonus"]
        ids = dict(Operation.objects.filter(key__in=keys).values_list("key", "id"))
        paid = [(ids[keys[0]], n) for n in range(coins)]
        free = [(ids[keys[1]], n) for n in range(bonus)]
        self.model.bought.append(Bought(order, paid, free))
        self.model.line += paid + free

    @rule(sixths=st.sampled_from([1, 1, 2, 3, 6, 7]), to=st.integers(0, 1))
    def send(self, sixths: int, to: int) -> None:
        """A part of what is there, or more than that."""
        coins = max(1, len(self.model.line) * sixths // 6)
        answer = self.stage.send(coins, to=to)
        if coins > len(self.model.line):
            assert answer.status == "insufficient"
            return
        assert answer.sent_id is not None
        sent = SentGift.objects.get(pk=answer.sent_id)
        paid = self.model.line[:coins]
        self.model.line = self.model.line[coins:]
        self.model.given.append(Given(sent, paid, to, sent.matures_on, list(paid)))

    @precondition(lambda self: len(self.model.refunds) < len(self.model.given))
    @rule(which=any_of, coins=small)
    def refund(self, which: int, coins: int) -> None:
        bought, model = self._any(self.model.bought, which), self.model
        mine = model.unspent(bought.coins)
        if coins > len(mine):
            with pytest.raises(TooFewCoinsLeft):
                self.stage.refund(bought.order, coins, f"r{len(model.refunds)}")
            return
        full = bought.order.gross_minor * coins // bought.order.coins
        worth = model.spent_bonus(bought) * 12_900 // 10_000
        withheld = min(full, max(0, worth - bought.withheld))
        answer = self.stage.refund(bought.order, coins, f"{bought.order.pk}-{len(model.refunds)}")
        free = model.unspent(bought.bonus)
        assert (answer.coins, answer.bonus_coins) == (coins, len(free))
        assert (answer.amount_minor, answer.withheld_minor) == (full - withheld, withheld)
        bought.withheld += withheld
        model.refunds.append(Refunded(bought, last(mine, coins), free, full - withheld, withheld))
        model.take(last(mine, coins) + free)

    @precondition(lambda self: self.model.refunds)
    @rule(which=any_of, failed=st.booleans())
    def settle_refund(self, which: int, failed: bool) -> None:
        number = which % len(self.model.refunds)
        refund = self.model.refunds[number]
        reference = f"{refund.bought.order.pk}-{number}"
        if refund.state == "failed":
            return
        if not failed:
            self.stage.refund_paid(refund.bought.order, reference)
            refund.state = "paid"
            return
        self.stage.refund_failed(refund.bought.order, reference)
        refund.state = "failed"
        refund.bought.withheld -= refund.withheld
        self.model.line += refund.coins + refund.bonus

    @precondition(lambda self: len(self.model.disputes) < 2 * len(self.model.given))
    @rule(which=any_of, part=st.sampled_from([1, 2, 3, 5]))
    def dispute(self, which: int, part: int) -> None:
        bought = self._any(self.model.bought, which)
        amount = -(-bought.order.gross_minor // part)
        reference = f"{self.stage.holder}-{len(self.model.disputes)}"
        dispute = self.model.hold(bought, amount, self.stage.now.date())
        answer = self.stage.hold(bought.order, amount, reference)
        claimed = sum(len(coins) for _, coins in dispute.claims)
        assert answer.coins + answer.bonus_coins == len(dispute.coins)
        assert (answer.gift_coins, answer.diamond_units) == (claimed, claimed * UNITS_PER_COIN)

    @precondition(lambda self: any(not dispute.decided for dispute in self.model.disputes))
    @rule(which=any_of, is_won=st.booleans())
    def decide(self, which: int, is_won: bool) -> None:
        number = self._any([n for n, d in enumerate(self.model.disputes) if not d.decided], which)
        dispute, reference = self.model.disputes[number], f"{self.stage.holder}-{number}"
        dispute.decided = "won" if is_won else "lost"
        self.stage.withdrawn(dispute.bought.order, dispute.amount, reference=reference)
        if not is_won:
            if not dispute.coins and not dispute.claims:  # nothing was held then: what is there now is
                late = self.model.hold(dispute.bought, dispute.amount, self.stage.now.date())
                self.model.disputes.pop()
                dispute.coins, dispute.claims = late.coins, late.claims
            self.stage.lose(dispute.bought.order, dispute.amount, reference)
            return
        self.stage.win(dispute.bought.order, reference)
        self.stage.reinstated(dispute.bought.order, dispute.amount, reference)
        self.model.line += dispute.coins
        for gift, coins in dispute.claims:
            gift.standing = [coin for coin in gift.coins if coin in {*gift.standing, *coins}]

    @precondition(lambda self: self.model.given)
    @rule(which=any_of)
    def give_back(self, which: int) -> None:
        gift = self._any(self.model.given, which)
        held = {id(g) for d in self.model.disputes if not d.decided for g, _ in d.claims}
        if gift.returned:
            return
        if gift.matures_on <= self.stage.now.date():
            with pytest.raises(GiftMatured):
                self.stage.give_back(gift.sent)
        elif id(gift) in held or not gift.standing:
            with pytest.raises(GiftDisputed):
                self.stage.give_back(gift.sent)
        else:
            answer = self.stage.give_back(gift.sent)
            assert answer.coins == len(gift.standing)
            assert answer.diamond_units == len(gift.standing) * UNITS_PER_COIN
            self.model.line += gift.standing
            gift.standing, gift.returned = [], gift.standing

    @rule(days=st.sampled_from([1, 1, 3, 6, 7]), by_the_beat=st.booleans())
    def pass_days(self, days: int, by_the_beat: bool) -> None:
        self.stage.pass_days(days)
        fold()
        if by_the_beat:
            self.stage.mature(0)
            self.stage.mature(1)

    @rule(to=st.integers(0, 1), part=st.integers(1, 4))
    def pay_out(self, to: int, part: int) -> None:
        self.stage.mature(to)
        units = self.stage.diamonds(to).get("diamonds.available", 0) // part
        if units:
            self.stage.pay_out(to, units)
            self.model.paid_out[to] += units

    @invariant()
    def the_lots_found_are_the_models(self) -> None:
        line = lots.line(self.stage.holder)
        assert one_by_one(line.roots(line.unspent(lot.whole for lot in line.lots))) == self.model.line
        assert self.stage.coins() == len(self.model.line)
        once: set[Coin] = set()
        for gift in self.model.given:
            paid = [funded.part for funded in lots.funding(line, gift.sent.pk)]
            assert one_by_one(line.roots(paid)) == gift.coins  # as on the day it was sent
            assert once.isdisjoint(one_by_one(paid))  # no coin of a lot pays twice
            once.update(one_by_one(paid))
        assert len(once) == line.spent

    @invariant()
    def spends_are_found_from_their_lots(self) -> None:
        line = lots.line(self.stage.holder)
        found: dict[int, int] = defaultdict(int)
        for bought in self.model.bought:
            whole = LotPart(bought.coins[0][0], 0, len(bought.coins))
            for funded in lots.spends_of(line, [whole]):
                found[funded.spend] += funded.part.coins
        paid = {coin for bought in self.model.bought for coin in bought.coins}
        for gift in self.model.given:
            stayed = {*gift.coins} - {*gift.returned}  # what came back is found where it is now
            assert found[gift.sent.pk] == len(stayed & paid)

    @invariant()
    def creators_have_what_the_model_says(self) -> None:
        for to in (0, 1):
            there = self.stage.diamonds(to)
            standing = UNITS_PER_COIN * sum(len(gift.standing) for gift in self.model.given if gift.to == to)
            assert there.pop("diamonds.held", 0) == self.model.held_units(to)
            assert sum(there.values()) == standing - self.model.paid_out[to]

    @invariant()
    def what_is_held_is_what_disputes_hold(self) -> None:
        held = sum(len(dispute.coins) for dispute in self.model.disputes if not dispute.decided)
        assert self.stage.coins("coins.held") == held

    def teardown(self) -> None:
        promised = sum(refund.minor for refund in self.model.refunds if refund.state == "promised")
        LotsMachine.promised += promised
        assert books.totals().get(("refund.clearing", "USD"), 0) == LotsMachine.promised
        assert books.totals().get(("dispute.clearing", "USD"), 0) == 0

    promised = 0  # over all examples: they share the platform's accounts


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("economy", "legal_documents")
def test_the_books_find_every_coin_where_the_model_has_it() -> None:
    LotsMachine.promised = 0
    effort = settings(max_examples=40, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(LotsMachine, settings=effort)
    fold_everything()
    assert checks.run().findings == []
