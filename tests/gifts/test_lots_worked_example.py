"""The lots, refunds and disputes that docs/ledger.md works through, posted, told, and compared with the page.

Each step's transfers, and the line as `ledger.lots` lays it out, must stand on the page word for word.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from gifts.models import SentGift
from ledger import books, checks, lots
from ledger.books import PLATFORM, Operation, Ref, Transfer, request_hash
from ledger.models import Operation as OperationRow
from ledger.record import find
from tests.gifts.stage import Stage, money
from tests.ledger.journeys import fold_everything
from wallet.models import Order
from wallet.services.giving_up import give_up_coins

PAGE = Path(settings.BASE_DIR) / "docs" / "ledger.md"
FIRST_DAY = date(2026, 11, 23)  # of the example


class Page:
    """The example as it is played, told in the page's words."""

    def __init__(self) -> None:
        self.stage = Stage(creators=1)
        self.began = self.stage.now.date()
        self.creator = self.stage.creators[0].ledger_id
        self.words: dict[str, str] = {}
        fenced = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
        self.blocks = [_squeezed(block) for _, block in fenced]

    def order(self, number: int, coins: int, price: int, tax: int, bonus: int = 0) -> Order:
        made = self.stage.buy(coins, price, tax_minor=tax, bonus=bonus)
        self.words[str(made.pk)] = str(number)
        return made

    def gift(self, number: int, coins: int) -> SentGift:
        sent = self.stage.sent(coins)
        self.words[OperationRow.objects.get(pk=sent.pk).key] = f"gift:{number}"
        self.words[f"gift_return:{sent.pk}"] = f"gift_return:{number}"
        return sent

    def must_tell(self, *keys: str, platform: bool = False) -> None:
        """The page shows these operations' transfers, one block for all of them."""
        told = "\n".join(self._operation(key, PLATFORM if platform else self.stage.holder) for key in keys)
        self._require(told)

    def must_show_line(self) -> None:
        """The page shows the line as it is now."""
        line = lots.line(self.stage.holder)
        keys = {row.pk: row.key for row in OperationRow.objects.filter(pk__in=[lot.id for lot in line.lots])}
        names = {pk: self._word(key) for pk, key in keys.items()}
        rows = [
            f"{names[lot.id]} {lot.source} {lot.coins:,} {lot.taken:,} {lot.spent:,} {lot.unspent:,}"
            f" {' '.join(f'{names[part.lot]}[{part.first}:{part.first + part.coins}]' for part in lot.origin)}"
            for lot in line.lots
        ]
        told = "\n".join(rows)
        self._require(told)

    def must_show_funding(self, sent: SentGift) -> None:
        """The page shows which coins paid for a gift."""
        line = lots.line(self.stage.holder)
        told = "\n".join(
            f"{self._word(OperationRow.objects.get(pk=part.lot).key)}[{part.first}:{part.first + part.coins}]"
            for _, _, part in lots.funding(line, sent.pk)
        )
        self._require(told)

    def _require(self, told: str) -> None:
        assert any(_squeezed(told) in block for block in self.blocks), f"the page must show:\n{told}"

    def _operation(self, key: str, holder: int) -> str:
        posted = find(holder, key)
        assert posted is not None, key
        return "\n".join(self._transfer(transfer) for transfer in posted.transfers)

    def _transfer(self, transfer: Transfer) -> str:
        unit, debit, credit, amount = transfer
        told = f"{amount / 100:,.2f}" if unit == "USD" else f"{amount:,}"
        return f"{self._ref(debit)} → {self._ref(credit)} {told} {unit}"

    def _ref(self, ref: Ref) -> str:
        who = {PLATFORM: "", self.stage.holder: "F ", self.creator: "C "}[ref.holder]
        return who + re.sub(r"\d{4}-\d\d-\d\d", self._day, ref.code)

    def _day(self, found: re.Match[str]) -> str:
        return str(FIRST_DAY + (date.fromisoformat(found[0]) - self.began))

    def _word(self, key: str) -> str:
        for mine, its in self.words.items():
            key = key.replace(mine, its)
        return key


def _squeezed(text: str) -> str:
    """One space between words; what follows the unit is a remark, and thousands are the page's to set apart."""
    lines = (re.sub(r"(COIN|DIAMOND|USD) .*", r"\1", " ".join(line.split())) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("economy", "legal_documents")
def test_the_page_tells_lots_refunds_and_disputes_as_they_are() -> None:
    page = Page()
    first, second = until_the_second_gift(page)
    refund_that_fails(page, second)
    returned_gift(page)
    dispute_won_then_lost(page, first)
    partial_dispute(page, second)
    fold_everything()
    assert checks.run().findings == []
    assert_the_table_says(money())
    assert money() == {
        "provider.cash": 966,
        "tax.payable": 160,
        "coin.float": 299,
        "creator.payable": 2_902,
        "revenue.share": 2_903,
        "marketing": -229,
        "expense.provider": -1_965,
        "loss.chargeback": -5_038,
        "rounding": 2,
    }
    give_up_the_rest(page)


def give_up_the_rest(page: Page) -> None:
    stage = page.stage
    give_up_coins(user=stage.fan, coins=232, key="1", now=stage.now)
    page.must_tell("given_up:1:coins")
    page.must_show_line()
    fold_everything()
    assert checks.run().findings == []
    left = money()
    assert (left.get("coin.float", 0), left["breakage"], left["rounding"]) == (0, 299, 2)


def assert_the_table_says(amounts: dict[str, int]) -> None:
    _, _, table = PAGE.read_text().partition("after step 14 and a fold")
    for code, amount in amounts.items():
        assert f"| `{code}` | {amount / 100:,.2f} |".replace("-", "−") in table, code


def until_the_second_gift(page: Page) -> tuple[Order, Order]:
    stage = page.stage
    first = page.order(1, 10_000, 14_990, 2_393)
    fee = Transfer("USD", Ref(PLATFORM, "expense.provider"), Ref(PLATFORM, "provider.cash"), 465)
    stage.post(Operation(PLATFORM, "fee", "provider_fee", request_hash("fee"), [fee]))
    page.gift(1, 4_000)
    stage.pass_days(9)
    stage.mature()
    second = page.order(2, 1_000, 1_499, 239, bonus=100)
    page.must_tell(f"order:{second.pk}", f"order:{second.pk}:bonus")
    gift = page.gift(2, 6_500)
    page.must_show_line()
    page.must_show_funding(gift)
    return first, second


def refund_that_fails(page: Page, order: Order) -> None:
    answer = page.stage.refund(order, 200, "1")
    assert (answer.amount_minor, answer.bonus_coins) == (299, 100)
    page.must_tell("refund:1:bonus")
    page.must_tell("refund:1")
    page.must_show_line()
    page.stage.refund_paid(order, "1")
    page.must_tell("refund:1:paid", platform=True)
    page.stage.refund_failed(order, "1")
    page.must_tell("refund:1:failed", "refund:1:bonus:failed")
    page.must_tell("refund:1:paid:failed", platform=True)
    page.must_show_line()


def returned_gift(page: Page) -> None:
    third = page.gift(3, 100)
    page.stage.give_back(third)
    page.must_tell(f"gift_return:{third.pk}")
    page.must_show_line()


def dispute_won_then_lost(page: Page, order: Order) -> None:
    held = page.stage.hold(order, reference="1")
    assert (held.coins, held.gift_coins, held.diamond_units) == (0, 6_000, 600_000)
    page.must_tell("dispute:1:hold")
    page.stage.withdrawn(order, 14_990, 1_500, reference="1")
    page.must_tell("dispute:1:withdrawn", platform=True)
    page.stage.win(order, "1")
    page.must_tell("dispute:1:won")
    page.stage.reinstated(order, 14_990, "1")
    page.stage.withdrawn(order, 14_990, reference="2")
    page.stage.lose(order, reference="2")
    page.must_tell("dispute:2:lost")


def partial_dispute(page: Page, order: Order) -> None:
    held = page.stage.hold(order, 500, "3")
    assert (held.coins, held.bonus_coins, held.gift_coins) == (334, 34, 0)
    page.must_tell("dispute:3:hold")
    page.stage.withdrawn(order, 500, reference="3")
    page.stage.lose(order, 500, "3")
    page.must_tell("dispute:3:lost")
    page.must_show_line()
    assert books.balance(page.stage.holder, "coins", "COIN") == 600 - 334 - 34
