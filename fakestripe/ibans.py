"""The test bank accounts that a SEPA direct debit can be taken from, and how each debit ends."""

import re
from dataclasses import dataclass

from fakestripe.cards import Decline, Declined

USUAL_DAYS, SLOW_DAYS = 3, 7
FAILURES = {
    "debit_not_authorized": "The customer's bank account did not authorise this debit.",
    "insufficient_funds": "The customer's bank account has insufficient funds.",
    "charge_exceeds_source_limit": "This payment exceeds what may be taken from one account in a week.",
    "charge_exceeds_weekly_limit": "This payment exceeds what may be debited in a week.",
}


@dataclass(frozen=True)
class Account:
    """A test account; `outcome` is `paid`, `disputed` (paid, then disputed) or `failed` (with `code`)."""

    number: str
    outcome: str = "paid"
    after_days: int = USUAL_DAYS
    code: str = ""

    @property
    def words(self) -> str:
        """What happens to a debit, for the payment page."""
        end = {"paid": "Paid", "disputed": "Paid, then disputed"}.get(self.outcome, f"Fails: {self.code}")
        return f"{end.replace('_', ' ')}, after {self.after_days} days"

    @property
    def bank_code(self) -> str:
        return self.number[4:12]


ACCOUNTS = {
    account.number: account
    for account in (
        Account("DE89370400440532013000"),
        Account("DE08370400440532013003", after_days=SLOW_DAYS),
        Account("DE62370400440532013001", "failed", code="debit_not_authorized"),
        Account("DE78370400440532013004", "failed", SLOW_DAYS, "debit_not_authorized"),
        Account("DE35370400440532013002", "disputed"),
        Account("DE65370400440000343434", "failed", code="charge_exceeds_source_limit"),
        Account("DE27370400440000121212", "failed", code="charge_exceeds_weekly_limit"),
        Account("DE65370400440002222227", "failed", code="insufficient_funds"),
        Account("AT611904300234573201"),
        Account("AT321904300235473204", after_days=SLOW_DAYS),
        Account("AT861904300235473202", "failed", code="debit_not_authorized"),
        Account("AT051904300235473205", "failed", SLOW_DAYS, "debit_not_authorized"),
        Account("AT591904300235473203", "disputed"),
        Account("BE62510007547061"),
        Account("NL39RABO0300065264"),
        Account("FR1420041010050500013M02606"),
        Account("ES0700120345030000067890"),
        Account("IT40S0542811101000000123456"),
        Account("PT50000201231234567890154"),
        Account("IE29AIBK93115212345678"),
        Account("FI2112345600000785"),
        Account("LU280019400644750000"),
    )
}


def read_iban(text: str) -> Account:
    """Find the test account with this number.

    Raises:
        Declined: it cannot be an IBAN, or it is no test account.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", number) or not _adds_up(number):
        raise Declined(Decline("invalid_bank_account_iban", None, "The IBAN you entered is not valid."))
    if number not in ACCOUNTS:
        raise Declined(
            Decline(
                "invalid_bank_account_iban", None,
                "This is test mode: use one of the test bank accounts below.",
            )
        )  # fmt: skip
    return ACCOUNTS[number]


def failure(code: str) -> Decline:
    return Decline(code, None, FAILURES[code])


def _adds_up(number: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1
