"""Steps that many tests take: a session to pay, a card to pay it with, a creator's account."""

import re
from typing import Any

import httpx
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web

# Port 9 discards: nobody listens there, and no test follows an address that leads there.
SUCCESS = "http://127.0.0.1:9/orders/1?session={CHECKOUT_SESSION_ID}"
CANCEL = "http://127.0.0.1:9/balance/"
RETURN = "http://127.0.0.1:9/studio/"
REFRESH = "http://127.0.0.1:9/studio/again/"
GOOD_CARD = "4242424242424242"
GOOD_IBAN = "DE89370400440532013000"
PERSON = {"first_name": "Ada", "last_name": "Byron", "dob": "1990-12-10", "bank_account": "000123456789"}


def new_session(
    api: V1Services, *, amount: int = 1_000, currency: str = "usd", tax_behavior: str = "", **more: Any
) -> stripe.checkout.Session:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Coins"}}
    item: Any = {"price_data": price | ({"tax_behavior": tax_behavior} if tax_behavior else {})}
    asked: Any = {
        "mode": "payment",
        "success_url": SUCCESS,
        "cancel_url": CANCEL,
        "line_items": [item | {"quantity": 1}],
    }
    return api.checkout.sessions.create(asked | more)


def pay(session: stripe.checkout.Session, number: str = GOOD_CARD, **more: str) -> httpx.Response:
    """Post the payment page's form."""
    assert session.url is not None
    form = {
        "email": "fan@example.com",
        "card_number": number,
        "exp": "12/34",
        "cvc": "123",
        "name": "Ada Byron",
    }
    return web.post(session.url, data=form | more)


def choose(session: stripe.checkout.Session, method: str, **typed: str) -> httpx.Response:
    """Post the payment page's form for another method than a card."""
    assert session.url is not None
    form = {"method": method, "email": "fan@example.com", "name": "Ada Byron", "iban": GOOD_IBAN}
    return web.post(session.url, data=form | typed)


def retrieved(api: V1Services, session: stripe.checkout.Session) -> stripe.checkout.Session:
    """Answer the session as it is now, with its intent and charge."""
    return api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})


def paid_charge(api: V1Services, *, amount: int = 1_000, number: str = GOOD_CARD) -> stripe.Charge:
    session = new_session(api, amount=amount)
    assert pay(session, number).status_code == 303
    paid = api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert isinstance(paid.payment_intent.latest_charge, stripe.Charge)
    return paid.payment_intent.latest_charge


def new_account(api: V1Services, country: str = "US") -> stripe.Account:
    return api.accounts.create(
        {
            "country": country,
            "email": "creator@example.com",
            "controller": {"stripe_dashboard": {"type": "express"}, "losses": {"payments": "application"}},
            "capabilities": {"transfers": {"requested": True}},
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        }
    )


def new_link(api: V1Services, account: str) -> str:
    link = api.account_links.create(
        {"account": account, "type": "account_onboarding", "refresh_url": REFRESH, "return_url": RETURN}
    )
    return link.url


def onboard(fake: Fake, api: V1Services, account: str, **more: str) -> httpx.Response:
    """Open an account link and post the form."""
    page = fake.open(new_link(api, account))
    assert page.status_code == 200
    action = re.search(r'action="(/setup/onb_\w+)"', page.text)
    assert action is not None
    return web.post(fake.url + action[1], data=PERSON | {"action": "complete"} | more)


def ready_account(fake: Fake, api: V1Services, *, bank: str = "000123456789", country: str = "US") -> str:
    """Answer an account that can be paid, and whose payouts go to `bank`."""
    account = new_account(api, country)
    assert onboard(fake, api, account.id, bank_account=bank).headers["location"] == RETURN
    return account.id


def funded_account(fake: Fake, api: V1Services, *, amount: int, bank: str = "000123456789") -> str:
    """Answer a ready account that holds `amount` US cents from the platform's top-up."""
    account = ready_account(fake, api, bank=bank)
    fake.control("topup", amount=amount, currency="usd")
    api.transfers.create({"amount": amount, "currency": "usd", "destination": account})
    return account


def event_types(api: V1Services, account: str | None = None) -> list[str]:
    """Answer the types of all events, the oldest first."""
    options: Any = {"stripe_account": account} if account else {}
    return [str(event.type) for event in api.events.list({"limit": 100}, options).data][::-1]
