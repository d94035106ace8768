"""Debits, vouchers and bank transfers: the buyer is done at once, the money is decided days later."""

from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import choose, event_types, new_session, pay, retrieved

IBAN_SLOW = "DE08370400440532013003"
WAITING = ("complete", "unpaid")
VOUCHERS = [("multibanco", "eur", 7), ("oxxo", "mxn", 3), ("boleto", "brl", 3)]


def standing(api: V1Services, session: stripe.checkout.Session) -> tuple[Any, ...]:
    """Answer the state of the session and of its intent."""
    after: Any = retrieved(api, session)
    return after.status, after.payment_status, after.payment_intent.status


def test_a_debit_is_complete_and_unpaid_until_the_bank_paid(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="eur")
    assert choose(session, "sepa_debit").headers["location"].endswith(session.id)
    after: Any = retrieved(api, session)
    assert standing(api, session) == (*WAITING, "processing")
    assert (after.payment_intent.latest_charge.status, after.payment_intent.latest_charge.paid) == (
        "pending",
        False,
    )
    assert fake.control("journal")["rows"] == []
    fake.advance(days=3)
    assert standing(api, session) == ("complete", "paid", "succeeded")
    assert [row["net"] for row in fake.control("journal")["rows"]] == [941]
    assert event_types(api) == [
        "payment_intent.created", "charge.pending", "payment_intent.processing", "checkout.session.completed",
        "charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded",
    ]  # fmt: skip


def test_the_completed_event_of_a_debit_says_unpaid(api: V1Services) -> None:
    choose(new_session(api, currency="eur"), "sepa_debit")
    (event,) = api.events.list({"type": "checkout.session.completed"}).data
    assert event.data.object["payment_status"] == "unpaid"


@pytest.mark.parametrize(
    ("iban", "code"),
    [
        ("DE62370400440532013001", "debit_not_authorized"),
        ("DE65370400440002222227", "insufficient_funds"),
        ("DE65370400440000343434", "charge_exceeds_source_limit"),
    ],
)
def test_a_debit_that_fails_later_takes_nothing(fake: Fake, api: V1Services, iban: str, code: str) -> None:
    session = new_session(api, currency="eur")
    choose(session, "sepa_debit", iban=iban)
    fake.advance(days=3)
    after: Any = retrieved(api, session)
    assert standing(api, session) == (*WAITING, "requires_payment_method")
    assert (after.payment_intent.latest_charge.status, after.payment_intent.latest_charge.failure_code) == (
        "failed", code,
    )  # fmt: skip
    assert event_types(api)[-3:] == [
        "charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed",
    ]  # fmt: skip
    assert fake.control("journal")["rows"] == []


def test_a_slow_debit_takes_a_week(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="eur")
    choose(session, "sepa_debit", iban=IBAN_SLOW)
    fake.advance(days=6)
    assert standing(api, session) == (*WAITING, "processing")
    fake.advance(days=1)
    assert standing(api, session) == ("complete", "paid", "succeeded")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"iban": "DE00370400440532013000"}, "The IBAN you entered is not valid"),
        ({"iban": "GB33BUKB20201555555555"}, "use one of the test bank accounts"),
        ({"name": ""}, "name of the account"),
    ],
)
def test_what_cannot_be_debited_is_refused_on_the_page(
    api: V1Services, typed: dict[str, str], words: str
) -> None:
    session = new_session(api, currency="eur")
    refused = choose(session, "sepa_debit", **typed)
    assert (refused.status_code, words in refused.text) == (402, True)
    assert (retrieved(api, session).status, event_types(api)) == ("open", [])


@pytest.mark.parametrize(("method", "currency", "_days"), VOUCHERS)
def test_a_voucher_is_paid_the_next_day(
    fake: Fake, api: V1Services, method: str, currency: str, _days: int
) -> None:
    session = new_session(api, currency=currency)
    page = choose(session, method).headers["location"]
    assert "Nothing is paid yet" in web.get(page).text
    intent: Any = retrieved(api, session).payment_intent
    assert (intent.next_action.type, standing(api, session)) == (
        f"{method}_display_details", (*WAITING, "requires_action"),
    )  # fmt: skip
    fake.advance(days=1)
    assert standing(api, session) == ("complete", "paid", "succeeded")
    assert "There is nothing left to do" in web.get(page).text


@pytest.mark.parametrize(("method", "currency", "days"), VOUCHERS)
def test_a_voucher_that_nobody_pays_expires(
    fake: Fake, api: V1Services, method: str, currency: str, days: int
) -> None:
    session = new_session(api, currency=currency)
    page = choose(session, method, outcome="unpaid").headers["location"]
    fake.advance(days=days, seconds=-60)
    assert standing(api, session) == (*WAITING, "requires_action")
    fake.advance(seconds=60)
    assert standing(api, session) == (*WAITING, "requires_payment_method")
    assert event_types(api)[-1] == "checkout.session.async_payment_failed"
    assert "cannot be paid any more" in web.get(page).text


def test_a_voucher_paid_in_its_last_hour_counts(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="mxn", payment_method_options={"oxxo": {"expires_after_days": 2}})
    choose(session, "oxxo", outcome="late")
    fake.advance(days=2, seconds=-3_700)
    assert standing(api, session) == (*WAITING, "requires_action")
    fake.advance(seconds=100)
    assert standing(api, session) == ("complete", "paid", "succeeded")


def transfer(api: V1Services, outcome: str) -> stripe.checkout.Session:
    customer = api.customers.create({"email": "fan@example.com"})
    session = new_session(api, customer=customer.id, payment_method_types=["customer_balance"])
    assert "/c/voucher/" in choose(session, "customer_balance", outcome=outcome).headers["location"]
    return session


def test_a_bank_transfer_may_come_in_two_parts(fake: Fake, api: V1Services) -> None:
    session = transfer(api, "parts")
    fake.advance(days=1)
    intent: Any = retrieved(api, session).payment_intent
    told = intent.next_action.display_bank_transfer_instructions
    assert (told.amount_remaining, standing(api, session)) == (500, (*WAITING, "requires_action"))
    fake.advance(days=1)
    assert standing(api, session) == ("complete", "paid", "succeeded")
    assert event_types(api)[-4:] == [
        "payment_intent.partially_funded", "charge.succeeded", "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]  # fmt: skip
    assert len(api.charges.list().data) == 1


def test_a_transfer_that_never_comes_is_cancelled_by_the_platform(fake: Fake, api: V1Services) -> None:
    session = transfer(api, "unpaid")
    fake.advance(days=30)
    intent: Any = retrieved(api, session).payment_intent
    assert intent.status == "requires_action"
    assert api.payment_intents.cancel(intent.id).status == "canceled"
    assert standing(api, session) == (*WAITING, "canceled")


def test_a_debit_on_its_way_cannot_be_cancelled(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="eur")
    choose(session, "sepa_debit")
    intent: Any = retrieved(api, session).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="processing"):
        api.payment_intents.cancel(intent.id)


def test_a_cancelled_voucher_is_never_paid(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="mxn")
    choose(session, "oxxo")
    intent: Any = retrieved(api, session).payment_intent
    api.payment_intents.cancel(intent.id)
    fake.advance(days=5)
    assert standing(api, session) == (*WAITING, "canceled")
    assert event_types(api)[-2:] == ["charge.failed", "payment_intent.canceled"]
    assert fake.control("journal")["rows"] == []


def test_a_session_that_waits_cannot_be_paid_again_nor_expire(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="eur")
    choose(session, "sepa_debit")
    second = pay(session)
    assert (second.status_code, "Your bank is working on it" in second.text) == (200, True)
    fake.advance(days=2)
    assert standing(api, session) == (*WAITING, "processing")
    assert len(api.charges.list().data) == 1


def test_a_debit_may_be_disputed_once_it_is_paid(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="eur")
    choose(session, "sepa_debit", iban="DE35370400440532013002")
    fake.advance(days=3)
    charge: Any = retrieved(api, session).payment_intent.latest_charge  # type: ignore[union-attr]
    (dispute,) = api.disputes.list({"charge": charge.id}).data
    assert (charge.disputed, dispute.reason, dispute.amount) == (True, "fraudulent", 1_000)


def test_what_was_paid_by_voucher_is_refunded(fake: Fake, api: V1Services) -> None:
    session = new_session(api, currency="mxn")
    choose(session, "oxxo")
    fake.advance(days=1)
    charge: Any = retrieved(api, session).payment_intent.latest_charge  # type: ignore[union-attr]
    refund = api.refunds.create({"charge": charge.id})
    assert (refund.charge, refund.amount) == (charge.id, 1_000)
