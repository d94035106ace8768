"""The example that docs/ledger.md works through, posted and compared."""

import pytest

from ledger import books, checks
from ledger.books import COIN, DIAMOND, PLATFORM, Operation, Ref, Transfer, request_hash
from tests.ledger.journeys import fold_everything, post

FAN, CREATOR = 21, 22
PENDING, AVAILABLE, RESERVED = "diamonds.pending/2026-11-30", "diamonds.available", "diamonds.reserved"


def usd(debit: str, credit: str, amount: int) -> Transfer:
    return Transfer("USD", Ref(PLATFORM, debit), Ref(PLATFORM, credit), amount)


def diamonds(debit: Ref, credit: Ref, amount: int) -> Transfer:
    return Transfer(DIAMOND, debit, credit, amount)


def book(
    key: str, holder: int, *transfers: Transfer, payer: Ref | None = None, spends: bool = False
) -> int | None:
    operation = Operation(holder, key, key.split(":")[0], request_hash(key), transfers, payer, spends)
    (answer,) = post(operation)
    assert answer.status == "posted"
    return answer.balance


def recharge_gift_and_fold() -> None:
    coins = Transfer(COIN, Ref(PLATFORM, "coins.issued"), Ref(FAN, "coins"), 10_000)
    money = usd("provider.cash", "tax.payable", 2_393), usd("provider.cash", "coin.float", 12_597)
    book("order:1", FAN, coins, *money, usd("marketing", "coin.float", 303))
    book("order:1:fee", PLATFORM, usd("expense.provider", "provider.cash", 465))
    given = Transfer(COIN, Ref(FAN, "coins"), Ref(PLATFORM, "coins.redeemed"), 4_000)
    earned = diamonds(Ref(PLATFORM, "diamonds.issued"), Ref(CREATOR, PENDING), 400_000)
    assert book("gift:1", FAN, given, earned, payer=Ref(FAN, "coins"), spends=True) == 6_000
    fold_everything()


def cash_out_until_paid() -> None:
    available, reserved = Ref(CREATOR, AVAILABLE), Ref(CREATOR, RESERVED)
    book("mature:1", CREATOR, diamonds(Ref(CREATOR, PENDING), available, 400_000))
    money = usd("creator.payable", "revenue.fees", 50), usd("creator.payable", "payout.clearing", 2_450)
    left = book("payout:1:reserve", CREATOR, diamonds(available, reserved, 387_597), *money, payer=available)
    assert left == 12_403
    book("payout:1:transfer", PLATFORM, usd("payout.clearing", "provider.cash", 2_450))
    book("payout:1:paid", CREATOR, diamonds(reserved, Ref(PLATFORM, "diamonds.paid"), 387_597))
    fold_everything()


def return_it() -> None:
    back = diamonds(Ref(PLATFORM, "diamonds.paid"), Ref(CREATOR, AVAILABLE), 387_597)
    money = usd("provider.cash", "payout.clearing", 2_450), usd("payout.clearing", "creator.payable", 2_450)
    book("payout:1:return", CREATOR, back, *money, usd("revenue.fees", "creator.payable", 50))
    fold_everything()


def money() -> dict[str, int]:
    return {family: amount for (family, unit), amount in books.totals().items() if unit == "USD" and amount}


SAME_IN_BOTH = {
    "coin.float": 7_740,
    "tax.payable": 2_393,
    "revenue.share": 2_580,
    "expense.provider": -465,
    "marketing": -303,
}


@pytest.mark.django_db(transaction=True)
def test_the_books_say_what_the_page_says() -> None:
    recharge_gift_and_fold()
    assert money() == SAME_IN_BOTH | {"provider.cash": -14_525, "creator.payable": 2_580}
    cash_out_until_paid()
    paid = {"provider.cash": -12_075, "creator.payable": 79, "revenue.fees": 50, "rounding": 1}
    assert money() == SAME_IN_BOTH | paid
    assert books.balance(CREATOR, AVAILABLE, DIAMOND) == 12_403
    return_it()
    assert money() == SAME_IN_BOTH | {"provider.cash": -14_525, "creator.payable": 2_580}
    assert books.balance(CREATOR, AVAILABLE, DIAMOND) == 400_000
    assert checks.run().findings == []
