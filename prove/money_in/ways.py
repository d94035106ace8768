"""The ways to pay, or not, and what people do with their coins afterwards. docs/fakestripe.md has the numbers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prove.wire import Answer

if TYPE_CHECKING:
    from prove.money_in.buyers import Flow

CARD, DECLINED, POOR = "4242424242424242", "4000000000000002", "4000000000009995"
ASKS_THE_BANK = "4000002500003155"
DISPUTED, NOT_RECEIVED = "4000000000000259", "4000000000002685"
INQUIRY, WARNED = "4000000000001976", "4000000000005423"
REFUND_FAILS, REFUND_TAKES_A_DAY = "4000000000005126", "4000000000007726"
IBAN_OK, IBAN_REFUSED = "DE89370400440532013000", "DE62370400440532013001"
SPENT_COINS = 30

type Step = Callable[["Flow"], Awaitable[None]]
type Pay = Callable[["Flow", str], Awaitable[None]]


class Leaves(Exception):
    """The buyer closes the tab."""


@dataclass(frozen=True)
class Way:
    """How often people go this way, in which currency, what they do to pay, and what once it is paid."""

    weight: int
    pay: Pay
    afterwards: tuple[Step, ...] = ()
    currency: str = ""  # "EUR" or "USD" alone; empty: either

    def fits(self, *, pays_euro: bool) -> bool:
        """Whether somebody who pays in euro, or does not, can go this way."""
        return self.currency in ("", "EUR" if pays_euro else "USD")


async def typed(flow: "Flow", url: str, card: str) -> Answer:
    """This will type a card and press the button."""
    return await flow.line.page(
        url, email="buyer@proof.example", card_number=card, exp="12/40", cvc="123", name="A Buyer"
    )


def by_card(card: str) -> Pay:
    """Type this card and be done."""

    async def pay(flow: "Flow", url: str) -> None:
        expect_paid(flow, await typed(flow, url, card))

    return pay


def expect_paid(flow: "Flow", answer: Answer, expects: str = "coins") -> None:
    """This will note what the provider's page said: it leads back to us, or says that it is paid already."""
    leads_back = answer.status == 303 and not flow.line.is_providers(answer.headers["location"])
    flow.told.expects = expects if leads_back or answer.status == 200 else "either"


async def declined_then_paid(flow: "Flow", url: str) -> None:
    """A declined card first, on the same page."""
    for card in (DECLINED, POOR):
        await typed(flow, url, card)
    expect_paid(flow, await typed(flow, url, CARD))


async def declined(flow: "Flow", url: str) -> None:
    """Declined, and gone."""
    await typed(flow, url, DECLINED)


async def bank_agrees(flow: "Flow", url: str) -> None:
    """3-D Secure, approved."""
    asked = await typed(flow, url, ASKS_THE_BANK)
    if asked.status == 303 and flow.line.is_providers(asked.headers["location"]):
        asked = await flow.line.page(asked.headers["location"], outcome="approve")
    expect_paid(flow, asked)


async def bank_refuses(flow: "Flow", url: str) -> None:
    """3-D Secure, failed, and gone."""
    asked = await typed(flow, url, ASKS_THE_BANK)
    if asked.status == 303 and flow.line.is_providers(asked.headers["location"]):
        await flow.line.page(asked.headers["location"], outcome="fail")


async def bank_is_left(flow: "Flow", url: str) -> None:
    """The tab is closed on the bank's question."""
    await typed(flow, url, ASKS_THE_BANK)
    raise Leaves


async def by_wallet(flow: "Flow", url: str) -> None:
    """PayPal, authorised, perhaps after a first refusal."""
    for outcome in ("refuse", "authorise") if flow.random.random() < 0.3 else ("authorise",):
        sent = await flow.line.page(url, method="paypal", email="buyer@proof.example", name="A Buyer")
        if sent.status == 303 and flow.line.is_providers(sent.headers["location"]):
            sent = await flow.line.page(sent.headers["location"], outcome=outcome)
    expect_paid(flow, sent)


def by_debit(iban: str, expects: str) -> Pay:
    """A bank that takes days, and ends as its number says."""

    async def pay(flow: "Flow", url: str) -> None:
        answer = await flow.line.page(
            url, method="sepa_debit", email="buyer@proof.example", name="A Buyer", iban=iban
        )
        expect_paid(flow, answer, expects)

    return pay


async def in_two_tabs(flow: "Flow", url: str) -> None:
    """Two tabs, two cards: one of them pays."""
    first = await typed(flow, url, CARD)
    expect_paid(flow, first)
    expect_paid(flow, await typed(flow, url, "5555555555554444"))


async def abandoned(flow: "Flow", url: str) -> None:
    """Nothing is ever typed."""
    raise Leaves


async def cancelled(flow: "Flow", url: str) -> None:
    """The buyer cancels on our page; a silent provider makes that wait."""
    await flow.line.site("POST", f"/api/v1/orders/{flow.told.order}/cancellation/", flow.program)


async def paid_and_cancelled(flow: "Flow", url: str) -> None:
    """Paid in one tab, cancelled in the other: the provider has the last word."""
    expect_paid(flow, await typed(flow, url, CARD))
    await cancelled(flow, url)


async def spend(flow: "Flow") -> None:
    """Give some of the coins away."""
    if not await flow.is_credited():
        return
    headers = flow.program | {"idempotency-key": f"{flow.told.key}-gift"}
    body = b'{"gift": "clap", "quantity": %d, "coins": %d}' % (SPENT_COINS, SPENT_COINS)
    answer = await flow.line.site("POST", f"/api/v1/rooms/{flow.room}/gifts/", headers, body)
    if answer.status == 201:
        flow.told.after.append("spent")
    else:
        flow.refuse(answer)


async def withdraw(flow: "Flow") -> None:
    """Give what is left of the order back within the storefront's days; twice, as an impatient finger does."""
    if not await flow.is_credited():
        return
    headers = flow.program | {"idempotency-key": f"{flow.told.key}-back"}
    address = f"/api/v1/orders/{flow.told.order}/refunds/"
    answers = [await flow.line.site("POST", address, headers, b"{}") for _ in range(2)]
    for answer in answers:
        if answer.status == 201:
            flow.told.after.append("withdrawn")
        else:
            flow.refuse(answer)


async def ask_where(flow: "Flow") -> None:
    """Where are my coins?"""
    await flow.line.site("POST", f"/api/v1/orders/{flow.told.order}/recheck/", flow.program)


WAYS: dict[str, Way] = {
    "card": Way(20, by_card(CARD)),
    "card, spent": Way(12, by_card(CARD), (spend,)),
    "card, asks where": Way(5, by_card(CARD), (ask_where,)),
    "declined, then paid": Way(8, declined_then_paid, (spend,)),
    "declined": Way(4, declined),
    "3-D Secure": Way(6, bank_agrees),
    "3-D Secure failed": Way(3, bank_refuses),
    "3-D Secure left": Way(3, bank_is_left),
    "PayPal": Way(6, by_wallet),
    "card, withdrawn": Way(16, by_card(CARD), (withdraw,), currency="EUR"),
    "card, spent, withdrawn": Way(16, by_card(CARD), (spend, withdraw), currency="EUR"),
    "refund that fails, withdrawn": Way(6, by_card(REFUND_FAILS), (withdraw,), currency="EUR"),
    "SEPA": Way(16, by_debit(IBAN_OK, "coins"), currency="EUR"),
    "SEPA refused": Way(10, by_debit(IBAN_REFUSED, "nothing"), currency="EUR"),
    "two tabs": Way(4, in_two_tabs),
    "abandoned": Way(5, abandoned),
    "cancelled": Way(4, cancelled),
    "paid and cancelled": Way(3, paid_and_cancelled),
    "disputed": Way(4, by_card(DISPUTED)),
    "disputed, spent": Way(4, by_card(DISPUTED), (spend,)),
    "not received": Way(3, by_card(NOT_RECEIVED), (spend,)),
    "inquiry": Way(3, by_card(INQUIRY), (spend,)),
    "fraud warning": Way(3, by_card(WARNED)),
    "refund that fails": Way(3, by_card(REFUND_FAILS)),
    "slow refund": Way(3, by_card(REFUND_TAKES_A_DAY), (spend,)),
}
