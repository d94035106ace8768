""" "Where are my coins?": asks, heals, says what each party knows, and opens a case when only a person can help."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import OwedMail, User
from care.models import SupportCase, SupportTerms
from ground import clock as business_clock
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import CARD_DECLINED, HostedPage, unpaid_order
from tests.wallet.conftest import buy, kinds, now_of
from tests.wallet.test_doubtful_payments import session_for
from wallet import declines, services
from wallet.models import Order
from wallet.services import recheck, sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

# docs.stripe.com/declines/codes, and the error codes that a failed try may carry instead of one.
DOCUMENTED = [
    "approve_with_id",
    "authentication_not_handled",
    "authentication_required",
    "call_issuer",
    "card_not_supported",
    "card_velocity_exceeded",
    "currency_not_supported",
    "do_not_honor",
    "do_not_try_again",
    "duplicate_transaction",
    "expired_card",
    "fraudulent",
    "generic_decline",
    "incorrect_address",
    "incorrect_cvc",
    "incorrect_number",
    "incorrect_pin",
    "incorrect_zip",
    "insufficient_funds",
    "invalid_account",
    "invalid_amount",
    "invalid_cvc",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "invalid_number",
    "invalid_pin",
    "issuer_not_available",
    "lost_card",
    "merchant_blacklist",
    "mobile_device_authentication_required",
    "new_account_information_available",
    "no_action_taken",
    "not_permitted",
    "offline_pin_required",
    "online_or_offline_pin_required",
    "pickup_card",
    "pin_try_exceeded",
    "processing_error",
    "reenter_transaction",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "security_violation",
    "service_not_allowed",
    "stolen_card",
    "stop_payment_order",
    "testmode_decline",
    "transaction_not_allowed",
    "try_again_later",
    "withdrawal_count_limit_exceeded",
    "card_declined",
    "debit_not_authorized",
    "payment_intent_authentication_failure",
    "payment_intent_payment_attempt_failed",
    "payment_intent_payment_attempt_expired",
    "payment_method_customer_decline",
    "payment_method_provider_decline",
    "payment_method_provider_timeout",
]


def held(fan: User) -> Order:
    """An order whose payment does not fit it: money is there, coins are not."""
    order = unpaid_order(fan, 700)
    session = session_for(order, 904)
    services.fulfil(session_id=session.id, source=recheck.Source.WEBHOOK, now=business_clock.now())
    order.refresh_from_db()
    assert order.held_reason == "wrong_amount"
    return order


def ask_again(order: Order) -> recheck.Rechecked:
    return services.recheck_order(order=order, now=business_clock.now(), opens_case=True)


def test_an_order_that_heals_by_no_check_gets_one_case(american: User) -> None:
    order = held(american)
    asked = [ask_again(order) for _ in range(3)]
    case = SupportCase.objects.get()
    assert {one.case.reference for one in asked if one.case} == {case.reference}
    assert (case.person, case.kind) == (american, "coins_not_credited")
    assert list(case.items.values_list("kind", "ref")) == [("order", str(order.pk))]
    assert kinds(order).count("case_opened") == 1
    assert order.events.get(kind="case_opened").code == case.reference


def test_page_and_rest_say_the_cases_reference(
    american: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    order = held(american)
    shown = page_as(american).post(f"/orders/{order.pk}/recheck/").content.decode()
    case = SupportCase.objects.get()
    assert f'">{case.reference}</a>' in shown
    told = as_user(american).post(f"/api/v1/orders/{order.pk}/recheck/").json()
    assert told["case"]["reference"] == case.reference
    assert told["case"]["url"].endswith(f"/{case.reference}/")
    assert [line["is_settled"] for line in told["trace"]] == [False, False, False]


def test_what_heals_or_needs_nobody_opens_no_case(american: User) -> None:
    order = buy(american)
    assert ask_again(order).case is None
    HostedPage(order.checkout_url).pay()
    recheck.cache.clear()
    healed = ask_again(order)
    assert (healed.case, now_of(order)) == (None, ("credited", 700))
    assert [line.is_settled for line in healed.trace] == [True, False, True]
    assert SupportCase.objects.count() == 0


def test_a_silent_provider_is_no_reason_for_a_case(american: User, fakestripe: FakeStripe) -> None:
    order = held(american)
    recheck.cache.clear()
    fakestripe.control(
        "faults", {"kind": "503", "method": "GET", "path": "/v1/checkout/sessions/*", "count": 9}
    )
    assert ask_again(order).case is None


def test_who_opened_too_many_cases_today_still_gets_the_trace(american: User) -> None:
    SupportTerms.objects.update_or_create(pk=1, defaults={"cases_a_day": 1})
    first, second = held(american), held(american)
    assert ask_again(first).case is not None
    told = ask_again(second)
    assert (told.case, len(told.trace)) == (None, 3)


def test_every_documented_decline_has_words_and_a_next_step() -> None:
    explained = [declines.explain(code) for code in DOCUMENTED]
    assert declines.UNNAMED not in explained
    assert all(why.message.endswith(".") and why.next_step.endswith(".") for why in explained)


def test_what_a_bank_keeps_from_a_thief_is_not_told() -> None:
    for code in ("lost_card", "stolen_card", "pickup_card", "fraudulent", "merchant_blacklist"):
        words = declines.explain(code).message.lower()
        assert not any(word in words for word in ("lost", "stolen", "fraud", "black"))


def test_an_order_that_ends_after_a_decline_says_why_and_writes(american: User, clock: Clock) -> None:
    order = buy(american)
    HostedPage(order.checkout_url).pay(CARD_DECLINED)
    clock.advance(hours=25)
    sweep.check_order(order_id=order.pk, now=business_clock.now())
    assert now_of(order) == ("expired", 0)
    owed = OwedMail.objects.get()
    facts: dict[str, Any] = owed.facts
    assert owed.kind == "order_payment_failed"
    assert facts["message"] == "Your bank declined the payment without saying why."


def test_an_order_nobody_tried_to_pay_ends_without_a_mail(american: User, clock: Clock) -> None:
    order = buy(american)
    clock.advance(hours=25)
    sweep.check_order(order_id=order.pk, now=business_clock.now())
    assert (now_of(order), OwedMail.objects.count()) == (("expired", 0), 0)
