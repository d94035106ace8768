"""Paying on the page of a wallet or a bank: authorised, declined, cancelled, or left open."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import choose, event_types, new_session, pay, retrieved

REDIRECTS = [
    ("paypal", "usd"), ("ideal", "eur"), ("bancontact", "eur"), ("eps", "eur"), ("blik", "pln"), ("p24", "pln"),
]  # fmt: skip


def answer(page: str, outcome: str) -> Any:
    return web.post(page, data={"outcome": outcome})


@pytest.mark.parametrize(("method", "currency"), REDIRECTS)
def test_an_authorised_payment_is_paid_at_once(
    fake: Fake, api: V1Services, method: str, currency: str
) -> None:
    session = new_session(api, currency=currency)
    page = choose(session, method).headers["location"]
    assert "Pay " in web.get(page).text
    assert answer(page, "authorise").headers["location"].endswith(session.id)
    after = retrieved(api, session)
    charge: Any = after.payment_intent.latest_charge  # type: ignore[union-attr]
    assert (after.status, after.payment_status, charge.payment_method_details.type) == (
        "complete",
        "paid",
        method,
    )
    assert event_types(api) == [
        "payment_intent.created", "payment_intent.requires_action", "charge.succeeded", "payment_intent.succeeded",
        "checkout.session.completed",
    ]  # fmt: skip


def test_other_than_card_money_is_a_payment_in_the_balance(api: V1Services) -> None:
    session = new_session(api)
    answer(choose(session, "paypal").headers["location"], "authorise")
    (entry,) = api.balance_transactions.list().data
    assert (entry.type, entry.reporting_category, entry.amount, entry.fee) == ("payment", "charge", 1_000, 59)
    assert str(entry.source).startswith("py_")


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        ("cancel", "payment_method_customer_decline", "You cancelled the payment with PayPal"),
        ("refuse", "payment_method_provider_decline", "PayPal declined this payment"),
    ],
)
def test_a_payment_that_is_not_authorised_goes_back_with_the_reason(
    fake: Fake, api: V1Services, outcome: str, code: str, words: str
) -> None:
    session = new_session(api)
    back = answer(choose(session, "paypal").headers["location"], outcome).headers["location"]
    assert (back, words in web.get(back).text) == (session.url, True)
    intent: Any = retrieved(api, session).payment_intent
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", code)
    assert event_types(api)[-1] == "payment_intent.payment_failed"
    assert fake.balance() == (0, 0)


def test_after_a_cancelled_wallet_the_same_session_is_paid_by_card(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    answer(choose(session, "paypal").headers["location"], "cancel")
    assert pay(session).status_code == 303
    assert fake.balance() == (0, 941)


def test_an_abandoned_redirect_leaves_the_session_open_until_it_expires(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    page = choose(session, "paypal").headers["location"]
    assert f'href="{session.url}"' in web.get(page).text
    assert (web.get(str(session.url)).status_code, retrieved(api, session).status) == (200, "open")
    fake.advance(days=1)
    assert answer(page, "authorise").status_code == 410
    assert (retrieved(api, session).status, fake.balance()) == ("expired", (0, 0))


def test_two_tabs_pay_one_session_once(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    wallet = choose(session, "paypal").headers["location"]
    assert pay(session).status_code == 303
    assert answer(wallet, "authorise").headers["location"].endswith(session.id)
    assert len(api.charges.list().data) == 1
    assert fake.balance() == (0, 941)


def test_ten_tabs_that_pay_at_once_charge_once(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    with ThreadPoolExecutor(10) as tabs:
        answers = [tab.result() for tab in [tabs.submit(pay, session) for _ in range(10)]]
    assert sorted(answer.status_code for answer in answers) == [303] * 10
    assert len(api.charges.list().data) == 1
    assert fake.balance() == (0, 941)


def test_the_page_of_a_try_that_was_replaced_pays_nothing(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    wallet = choose(session, "paypal").headers["location"]
    challenge = pay(session, "4000002500003155").headers["location"]
    assert answer(wallet, "authorise").status_code == 410
    assert fake.balance() == (0, 0)
    assert answer(challenge, "approve").status_code == 303
    assert len(api.charges.list().data) == 1


def test_authorising_twice_charges_once(fake: Fake, api: V1Services) -> None:
    page = choose(new_session(api), "paypal").headers["location"]
    first, second = answer(page, "authorise"), answer(page, "authorise")
    assert second.headers["location"] == first.headers["location"]
    assert fake.balance() == (0, 941)


def test_a_session_that_was_expired_cannot_be_paid_late(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    page = choose(session, "paypal").headers["location"]
    api.checkout.sessions.expire(session.id)
    assert (answer(page, "authorise").status_code, pay(session).status_code) == (410, 410)
    assert event_types(api)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


@pytest.mark.parametrize(
    ("currency", "country", "offered"),
    [
        ("usd", "", ["card", "paypal"]),
        ("eur", "", ["card", "paypal", "ideal", "bancontact", "eps", "p24", "sepa_debit", "multibanco"]),
        ("eur", "PT", ["card", "paypal", "sepa_debit", "multibanco", "customer_balance"]),
        ("pln", "", ["card", "paypal", "blik", "p24"]),
        ("mxn", "", ["card", "oxxo"]),
        ("brl", "", ["card", "boleto"]),
        ("jpy", "", ["card"]),
    ],
)
def test_methods_are_offered_by_currency_and_country(
    api: V1Services, currency: str, country: str, offered: list[str]
) -> None:
    more: Any = {}
    if country:
        more = {"customer": api.customers.create({"address": {"country": country}}).id}
    session = new_session(api, currency=currency, **more)
    page = web.get(str(session.url)).text
    assert session.payment_method_types == offered
    assert all(f'value="{kind}"' in page for kind in offered)


def test_the_platform_names_and_excludes_methods(api: V1Services) -> None:
    named = new_session(api, currency="eur", payment_method_types=["ideal", "card"])
    assert named.payment_method_types == ["ideal", "card"]
    left: Any = new_session(api, excluded_payment_method_types=["paypal"])
    assert left.payment_method_types == ["card"]
    with pytest.raises(stripe.InvalidRequestError, match="klarna"):
        new_session(api, payment_method_types=["klarna"])


def test_a_method_that_is_not_offered_is_refused_on_the_page(api: V1Services) -> None:
    refused = choose(new_session(api, payment_method_types=["card"]), "paypal")
    assert (refused.status_code, "choose one of the ways" in refused.text) == (402, True)
    assert event_types(api) == []
