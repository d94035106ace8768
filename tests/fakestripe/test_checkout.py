"""Paying on the hosted page."""

import re
from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import CANCEL, event_types, new_session, paid_charge, pay


def test_a_paid_session_is_complete_and_its_money_is_booked_once(fake: Fake, api: V1Services) -> None:
    session = new_session(api, amount=1_999, metadata={"order": "7"}, client_reference_id="order-7")
    answer = pay(session)
    assert answer.headers["location"] == f"http://127.0.0.1:9/orders/1?session={session.id}"
    after = api.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_status, after.amount_total) == ("complete", "paid", 1_999)
    assert (after.metadata and after.metadata["order"], after.client_reference_id) == ("7", "order-7")
    assert fake.balance() == (0, 1_999 - 88)
    assert event_types(api) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip


def test_the_fee_is_on_the_balance_transaction(api: V1Services) -> None:
    charge = paid_charge(api, amount=1_000)
    entry = api.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (entry.type, entry.amount, entry.fee, entry.net, entry.source) == (
        "charge",
        1_000,
        59,
        941,
        charge.id,
    )
    assert entry.status == "pending"


def test_paying_twice_charges_once(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    first, again = pay(session), pay(session)
    assert (again.status_code, again.headers["location"]) == (303, first.headers["location"])
    looked = web.get(str(session.url))
    assert (looked.status_code, "Already paid" in looked.text) == (200, True)
    assert len(api.charges.list().data) == 1
    assert len(fake.control("journal")["rows"]) == 1


DECLINES = {
    "4000000000000002": ("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "4000000000009987": ("card_declined", "lost_card", "Your card was declined."),
    "4000000000009979": ("card_declined", "stolen_card", "Your card was declined."),
    "4000000000000069": ("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": ("incorrect_cvc", "incorrect_cvc", "security code is incorrect."),
    "4000000000000119": ("processing_error", "processing_error", "An error occurred"),
    "4100000000000019": ("card_declined", "fraudulent", "Your card was declined."),
}


@pytest.mark.parametrize("number", DECLINES)
def test_a_declined_card_leaves_the_session_open_and_says_why(
    fake: Fake, api: V1Services, number: str
) -> None:
    session = new_session(api)
    answer = pay(session, number)
    code, decline_code, words = DECLINES[number]
    assert (answer.status_code, words in answer.text) == (402, True)
    after = api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (after.status, after.payment_status) == ("open", "unpaid")
    assert isinstance(after.payment_intent, stripe.PaymentIntent)
    error = after.payment_intent.last_payment_error
    assert error is not None
    assert (after.payment_intent.status, error.code, error.decline_code) == (
        "requires_payment_method", code, decline_code,
    )  # fmt: skip
    assert event_types(api)[1:] == ["charge.failed", "payment_intent.payment_failed"]
    assert fake.balance() == (0, 0)


def test_after_a_decline_another_card_pays_the_same_session(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    pay(session, "4000000000000002")
    assert pay(session).status_code == 303
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert fake.balance() == (0, 941)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"card_number": "4242424242424241"}, "card number is incorrect"),
        ({"card_number": "4012888888881881"}, "use one of the test cards"),
        ({"card_number": ""}, "card number is incorrect"),
        ({"exp": "13/34"}, "expiration date is not valid"),
        ({"exp": "01/20"}, "has expired"),
        ({"cvc": "12"}, "security code is not valid"),
    ],
)
def test_what_is_mistyped_is_named_and_nothing_is_charged(
    api: V1Services, form: dict[str, str], words: str
) -> None:
    answer = pay(new_session(api), **form)
    assert (answer.status_code, words in answer.text) == (402, True)
    assert api.charges.list().data == []
    assert event_types(api) == []


def test_3d_secure_pays_only_after_approval(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    challenge = pay(session, "4000002500003155").headers["location"]
    assert fake.balance() == (0, 0)
    assert "Is this payment of $10.00 yours?" in web.get(challenge).text
    approved = web.post(challenge, data={"outcome": "approve"})
    assert approved.headers["location"].endswith(session.id)
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert fake.balance() == (0, 941)


def test_3d_secure_refused_goes_back_to_the_page_with_the_reason(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    challenge = pay(session, "4000002500003155").headers["location"]
    back = web.post(challenge, data={"outcome": "fail"}).headers["location"]
    assert back == session.url
    assert "unable to authenticate" in web.get(back).text
    assert api.checkout.sessions.retrieve(session.id).status == "open"
    assert api.charges.list().data == []


def test_3d_secure_approved_may_still_be_declined_by_the_bank(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    challenge = pay(session, "4000008260003178").headers["location"]
    back = web.post(challenge, data={"outcome": "approve"}).headers["location"]
    assert "insufficient funds" in web.get(back).text
    assert fake.balance() == (0, 0)


def test_a_challenge_is_answered_once(api: V1Services) -> None:
    session = new_session(api)
    challenge = pay(session, "4000002500003155").headers["location"]
    first = web.post(challenge, data={"outcome": "approve"})
    second = web.post(challenge, data={"outcome": "approve"})
    assert second.headers["location"] == first.headers["location"]
    assert len(api.charges.list().data) == 1


def test_a_session_expires_after_a_day_of_virtual_time(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    fake.advance(days=1)
    after = api.checkout.sessions.retrieve(session.id)
    assert (after.status, after.url) == ("expired", None)
    assert event_types(api) == ["checkout.session.expired"]
    assert pay(session).status_code == 410
    assert fake.balance() == (0, 0)


def test_expiring_a_session_twice_is_refused(api: V1Services) -> None:
    session = new_session(api)
    assert api.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        api.checkout.sessions.expire(session.id)


def test_a_paid_session_does_not_expire(fake: Fake, api: V1Services) -> None:
    session = new_session(api)
    pay(session)
    fake.advance(days=2)
    assert api.checkout.sessions.retrieve(session.id).status == "complete"


def test_the_page_has_one_form_a_cancel_link_and_no_script(api: V1Services) -> None:
    page = web.get(str(new_session(api).url)).text
    assert page.count("<form") == 1
    assert set(re.findall(r'<input[^>]* name="(\w+)"', page)) == {
        "email",
        "card_number",
        "exp",
        "cvc",
        "name",
        "method",
    }
    assert f'href="{CANCEL}"' in page
    assert "<script" not in page
    assert "simulated provider" in page


def test_a_customer_s_email_is_filled_in(api: V1Services) -> None:
    customer = api.customers.create({"email": "known@example.com"})
    session = new_session(api, customer=customer.id)
    assert 'value="known@example.com"' in web.get(str(session.url)).text
    pay(session, email="")
    after = api.checkout.sessions.retrieve(session.id)
    assert (after.customer, after.customer_details and after.customer_details.email) == (
        customer.id, "known@example.com",
    )  # fmt: skip


def test_the_parts_dj_stripe_asks_for_are_included(api: V1Services) -> None:
    session = new_session(api)
    wanted = ["line_items", "total_details.breakdown", "line_items.data.discounts"]
    whole = api.checkout.sessions.retrieve(session.id, {"expand": wanted})
    assert whole.line_items is not None
    assert whole.line_items.data[0].amount_total == 1_000
    assert whole.total_details is not None
    assert whole.total_details.breakdown is not None
    assert whole.total_details.breakdown.discounts == []


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"line_items": []}, "line_items"),
        ({"mode": "subscription"}, "mode"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"customer": "cus_nobody"}, "customer"),
        ({"expires_at": 1_000_000}, "expires_at"),
        ({"payment_method_types": ["sepa_debit"]}, "payment_method_types"),
    ],
)
def test_a_session_that_cannot_be_is_refused(api: V1Services, change: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(api, **change)
    assert refused.value.param == param
    assert api.checkout.sessions.list().data == []


def test_too_little_money_is_refused(api: V1Services) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(api, amount=49)
    assert refused.value.code == "amount_too_small"
