"""What each test card does, and how a refusal is told."""

from typing import Any

import pytest
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import event_types, new_session, paid_charge, pay, retrieved

ADVICE = {
    "4000000000000002": ("card_declined", "generic_decline", "01", "try_again_later"),
    "4000000000009987": ("card_declined", "lost_card", "41", "do_not_try_again"),
    "4000000000006975": ("card_declined", "card_velocity_exceeded", "65", "try_again_later"),
    "4000000000000341": ("card_declined", "generic_decline", "01", "try_again_later"),
    "4000000000000127": ("incorrect_cvc", "incorrect_cvc", "82", "confirm_card_data"),
}


@pytest.mark.parametrize("number", ADVICE)
def test_a_decline_carries_what_the_network_said(api: V1Services, number: str) -> None:
    session = new_session(api)
    pay(session, number)
    intent: Any = retrieved(api, session).payment_intent
    error, outcome = intent.last_payment_error, intent.latest_charge.outcome
    assert (error.type, error.charge) == ("card_error", intent.latest_charge.id)
    assert (error.code, error.decline_code, error.network_decline_code, error.advice_code) == ADVICE[number]
    assert (outcome.network_status, outcome.network_decline_code, outcome.advice_code) == (
        "declined_by_network", *ADVICE[number][2:],
    )  # fmt: skip


def test_a_blocked_card_never_reaches_the_network(api: V1Services) -> None:
    session = new_session(api)
    pay(session, "4100000000000019")
    intent: Any = retrieved(api, session).payment_intent
    outcome = intent.latest_charge.outcome
    assert (outcome.type, outcome.network_status, outcome.risk_level) == (
        "blocked",
        "not_sent_to_network",
        "highest",
    )


@pytest.mark.parametrize(
    ("number", "brand", "country", "funding"),
    [
        ("4242424242424242", "visa", "US", "credit"),
        ("5555555555554444", "mastercard", "US", "credit"),
        ("5105105105105100", "mastercard", "US", "prepaid"),
        ("378282246310005", "amex", "US", "credit"),
        ("6011111111111117", "discover", "US", "credit"),
        ("3566002020360505", "jcb", "US", "credit"),
        ("4000002760000016", "visa", "DE", "credit"),
    ],
)
def test_brands_and_countries(api: V1Services, number: str, brand: str, country: str, funding: str) -> None:
    card: Any = paid_charge(api, number=number).payment_method_details
    assert (card.card.brand, card.card.country, card.card.funding) == (brand, country, funding)


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184", "4000000000003220"])
def test_a_closed_3d_secure_page_leaves_the_session_open(fake: Fake, api: V1Services, number: str) -> None:
    session = new_session(api)
    challenge = pay(session, number).headers["location"]
    assert f'href="{session.url}"' in web.get(challenge).text
    assert (retrieved(api, session).status, fake.balance()) == ("open", (0, 0))
    assert pay(session).status_code == 303
    assert web.post(challenge, data={"outcome": "approve"}).headers["location"].endswith(session.id)
    assert fake.balance() == (0, 941)


def test_3d_secure_approved_then_declined(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    challenge = pay(session, "4000008400001629").headers["location"]
    back = web.post(challenge, data={"outcome": "approve"}).headers["location"]
    assert "Your card was declined." in web.get(back).text
    assert event_types(api)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    assert fake.balance() == (0, 0)


def test_the_platform_may_ask_for_3d_secure_of_every_card(api: V1Services) -> None:
    session = new_session(api, payment_method_options={"card": {"request_three_d_secure": "any"}})
    challenge = pay(session).headers["location"]
    assert "/c/3ds/" in challenge
    assert web.post(challenge, data={"outcome": "approve"}).headers["location"].endswith(session.id)
    intent: Any = retrieved(api, session).payment_intent
    assert intent.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
