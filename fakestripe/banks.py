"""Bank accounts that connected accounts are paid to, and what becomes of a payout to each test number."""

from dataclasses import dataclass

from fakestripe.cards import fingerprint
from fakestripe.ids import new_id
from fakestripe.listing import bodies, objects
from fakestripe.shapes import Json
from fakestripe.work import Work


@dataclass(frozen=True)
class TestBank:
    """A test account number: `failure_code` None pays; `after_paid` fails only after `payout.paid`."""

    number: str
    label: str
    failure_code: str | None = None
    after_paid: bool = False


BANKS = (
    TestBank("000123456789", "Pays out"),
    TestBank("000999999991", "Is paid, then returned two days later", "account_closed", after_paid=True),
    TestBank("000111111116", "Fails: no such account", "no_account"),
    TestBank("000111111113", "Fails: account closed", "account_closed"),
    TestBank("000222222227", "Fails: insufficient funds", "insufficient_funds"),
    TestBank("000333333335", "Fails: debit not authorized", "debit_not_authorized"),
    TestBank("000444444440", "Fails: wrong currency", "invalid_currency"),
)
IBANS = (
    TestBank("DE89370400440532013000", "Pays out"),
    TestBank("DE62370400440532013001", "Fails: no such account", "no_account"),
)
MESSAGES = {
    "no_account": "The bank account details are probably incorrect: no such bank account was found.",
    "account_closed": "The bank account has been closed.",
    "insufficient_funds": "The bank account has insufficient funds to cover the payout.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "could_not_process": "The bank could not process this payout.",
}


def choices(currency: str) -> tuple[TestBank, ...]:
    """Answer the test numbers that fit a currency: IBANs first where money moves by IBAN."""
    return (*IBANS, *BANKS) if currency == "eur" else BANKS


def known_bank(number: str) -> TestBank | None:
    return next((bank for bank in (*BANKS, *IBANS) if bank.number == number.replace(" ", "")), None)


def bank_account(
    work: Work,
    account: str,
    *,
    number: str,
    country: str,
    currency: str,
    holder: str | None,
    routing: str | None = None,
) -> Json:
    """Save a bank account; the first of a currency becomes the default for it."""
    bare = number.replace(" ", "")
    body: Json = {
        "id": new_id("ba"),
        "object": "bank_account",
        "account": account,
        "account_holder_name": holder,
        "account_holder_type": "individual",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "FAKESTRIPE TEST BANK",
        "country": country,
        "currency": currency,
        "default_for_currency": not external_accounts_of(work, account, currency=currency),
        "fingerprint": fingerprint("".join(str(ord(letter)) for letter in bare)),
        "future_requirements": None,
        "last4": bare[-4:],
        "metadata": {},
        "requirements": None,
        "routing_number": routing or ("110000000" if country == "US" else None),
        "status": "new",
    }
    return work.save("bank_account", body, account=account, hidden={"number": bare})


def external_accounts_of(work: Work, account: str, *, currency: str | None = None) -> list[Json]:
    """Answer the bank accounts of an account, the oldest first."""
    found = bodies(objects(work.store, "bank_account").where("account = ?", account).rows(limit=100))[::-1]
    return [bank for bank in found if currency in (None, bank["currency"])]


def make_default(work: Work, chosen: Json) -> None:
    """Let `chosen` be the one that payouts in its currency go to."""
    for bank in external_accounts_of(work, chosen["account"], currency=chosen["currency"]):
        bank["default_for_currency"] = bank["id"] == chosen["id"]
        work.save("bank_account", bank, account=chosen["account"])
    chosen["default_for_currency"] = True
