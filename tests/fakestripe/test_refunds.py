"""Giving money back to cards."""

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake
from tests.fakestripe.journeys import choose, event_types, new_session, paid_charge, retrieved


def test_a_whole_refund_gives_back_the_price_and_keeps_the_fee(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    refund = api.refunds.create({"charge": charge.id})
    assert (refund.status, refund.amount) == ("succeeded", 1_000)
    after = api.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert (after.refunded, after.amount_refunded) == (True, 1_000)
    assert after.refunds is not None
    assert [one.id for one in after.refunds.data] == [refund.id]
    assert fake.balance() == (0, -59)
    assert event_types(api)[-2:] == ["refund.created", "charge.refunded"]


def test_partial_refunds_add_up_and_no_more(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    api.refunds.create({"payment_intent": str(charge.payment_intent), "amount": 400})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        api.refunds.create({"charge": charge.id, "amount": 601})
    assert refused.value.param == "amount"
    assert fake.balance() == (0, 941 - 400)
    api.refunds.create({"charge": charge.id})
    assert api.charges.retrieve(charge.id).amount_refunded == 1_000
    with pytest.raises(stripe.InvalidRequestError) as again:
        api.refunds.create({"charge": charge.id})
    assert again.value.code == "charge_already_refunded"
    assert fake.balance() == (0, -59)


@pytest.mark.parametrize("amount", [0, -5])
def test_a_refund_of_nothing_is_refused(api: V1Services, amount: int) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create({"charge": paid_charge(api).id, "amount": amount})
    assert api.refunds.list().data == []


def test_a_pending_refund_succeeds_a_day_later(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api, number="4000000000007726")
    refund = api.refunds.create({"charge": charge.id})
    assert refund.status == "pending"
    fake.advance(days=1)
    assert api.refunds.retrieve(refund.id).status == "succeeded"
    assert "refund.updated" in event_types(api)


def test_a_refund_may_fail_later_and_its_money_is_back(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api, number="4000000000005126")
    refund = api.refunds.create({"charge": charge.id})
    assert refund.status == "succeeded"
    fake.advance(days=1)
    after = api.refunds.retrieve(refund.id)
    assert (after.status, after.failure_reason) == ("failed", "expired_or_canceled_card")
    assert api.charges.retrieve(charge.id).amount_refunded == 0
    assert sum(fake.balance()) == 941
    assert "refund.failed" in event_types(api)


@pytest.fixture
def bank_paid(fake: Fake, api: V1Services, request: pytest.FixtureRequest) -> stripe.Charge:
    """Ten euros paid by a method that pays back slowly, or only with the payer's help."""
    session = new_session(api, currency="eur")
    choose(session, request.param)
    fake.advance(days=4)
    intent = retrieved(api, session).payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert isinstance(intent.latest_charge, stripe.Charge)
    return intent.latest_charge


def euros(fake: Fake) -> int:
    journal = fake.control("journal")
    net: int = journal["totals"][journal["platform"]]["eur"]["net"]
    return net


@pytest.mark.parametrize("bank_paid", ["multibanco"], indirect=True)
def test_a_method_without_a_way_back_asks_the_buyer(
    fake: Fake, api: V1Services, bank_paid: stripe.Charge
) -> None:
    refund = api.refunds.create({"charge": bank_paid.id, "instructions_email": "fan@example.com"})
    assert refund.status == "requires_action"
    assert refund.next_action is not None
    assert refund.next_action.display_details.email_sent.email_sent_to == "fan@example.com"
    fake.control("refunds", refund=refund.id, action="answer")
    assert api.refunds.retrieve(refund.id).status == "pending"
    fake.advance(days=1)
    assert api.refunds.retrieve(refund.id).status == "succeeded"
    assert event_types(api)[-4:] == ["refund.updated", "charge.refund.updated"] * 2
    assert euros(fake) == -59


@pytest.mark.parametrize("bank_paid", ["multibanco"], indirect=True)
@pytest.mark.parametrize("canceled", [True, False])
def test_a_refund_that_nobody_answers_comes_back(
    fake: Fake, api: V1Services, bank_paid: stripe.Charge, canceled: bool
) -> None:
    refund = api.refunds.create({"charge": bank_paid.id, "amount": 400})
    if canceled:
        api.refunds.cancel(refund.id)
    else:
        fake.advance(days=45)
    after = api.refunds.retrieve(refund.id)
    assert after.status == ("canceled" if canceled else "failed")
    assert api.charges.retrieve(bank_paid.id).amount_refunded == 0
    assert euros(fake) == 941


@pytest.mark.parametrize("bank_paid", ["sepa_debit"], indirect=True)
def test_a_direct_debit_is_paid_back_slowly(fake: Fake, api: V1Services, bank_paid: stripe.Charge) -> None:
    refund = api.refunds.create({"charge": bank_paid.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.cancel(refund.id)
    assert refused.value.code == "refund_not_cancelable"


@pytest.mark.parametrize(
    ("action", "more", "status"),
    [("succeed", {}, "succeeded"), ("fail", {"reason": "lost_or_stolen_card"}, "failed")],
)
def test_the_control_plane_decides_a_refund(
    fake: Fake, api: V1Services, action: str, more: dict[str, str], status: str
) -> None:
    charge = paid_charge(api, number="4000000000007726")
    refund = fake.control("refunds", charge=charge.id, amount=300)
    fake.control("refunds", refund=refund["id"], action=action, **more)
    assert api.refunds.retrieve(refund["id"]).status == status
    assert sum(fake.balance()) == (641 if status == "succeeded" else 941)
    with pytest.raises(AssertionError, match="not pending"):
        fake.control("refunds", refund=refund["id"], action="succeed")
