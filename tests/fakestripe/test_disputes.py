"""Disputes and early fraud warnings: what a bank takes, asks and decides."""

from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake
from tests.fakestripe.journeys import event_types, paid_charge

PAID = 941  # ten dollars less the fee on the charge


def dispute_events(api: V1Services) -> list[str]:
    return [one for one in event_types(api) if one.startswith("charge.dispute.")]


def opened(fake: Fake, api: V1Services, kind: str = "fraudulent", **more: Any) -> stripe.Dispute:
    """Answer the dispute of a fresh ten-dollar charge."""
    body = fake.control("disputes", charge=paid_charge(api).id, action="open", kind=kind, **more)
    return api.disputes.retrieve(body["id"])


def booked(dispute: stripe.Dispute) -> list[tuple[int, int, str]]:
    return [(one.amount, one.fee, one.reporting_category) for one in dispute.balance_transactions]


@pytest.mark.parametrize(
    ("number", "reason"), [("4000000000000259", "fraudulent"), ("4000000000002685", "product_not_received")]
)
def test_a_disputed_card_loses_the_amount_and_a_fee(
    fake: Fake, api: V1Services, number: str, reason: str
) -> None:
    charge = paid_charge(api, number=number)
    (dispute,) = api.disputes.list({"charge": charge.id}).data
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", reason, 1_000)
    assert (dispute.is_charge_refundable, booked(dispute)) == (False, [(-1_000, 1_500, "dispute")])
    assert api.charges.retrieve(charge.id).disputed is True
    assert dispute_events(api) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert sum(fake.balance()) == PAID - 2_500


@pytest.mark.parametrize(("fee_returned", "left"), [(False, PAID - 1_500), (True, PAID)])
def test_a_won_dispute_gives_the_amount_back(
    fake: Fake, api: V1Services, fee_returned: bool, left: int
) -> None:
    dispute = opened(fake, api)
    fake.control("disputes", dispute=dispute.id, action="win", fee_returned=fee_returned)
    won = api.disputes.retrieve(dispute.id)
    assert (won.status, won.is_charge_refundable) == ("won", True)
    assert booked(won)[1] == (1_000, -1_500 if fee_returned else 0, "dispute_reversal")
    assert dispute_events(api)[2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert sum(fake.balance()) == left


def test_a_lost_dispute_is_final(fake: Fake, api: V1Services) -> None:
    dispute = opened(fake, api)
    assert api.disputes.close(dispute.id).status == "lost"
    for action in ("win", "lose"):
        with pytest.raises(AssertionError, match="is lost and cannot be"):
            fake.control("disputes", dispute=dispute.id, action=action)
    assert sum(fake.balance()) == PAID - 2_500
    assert dispute_events(api)[2:] == ["charge.dispute.closed"]


def test_an_inquiry_can_be_closed(fake: Fake, api: V1Services) -> None:
    inquiry = opened(fake, api, "inquiry")
    assert api.disputes.close(inquiry.id).status == "warning_closed"
    with pytest.raises(stripe.InvalidRequestError, match="only one that needs a response"):
        api.disputes.close(inquiry.id)
    assert sum(fake.balance()) == PAID


def test_an_inquiry_moves_no_money_until_it_becomes_a_chargeback(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api, number="4000000000001976")
    (inquiry,) = api.disputes.list({"charge": charge.id}).data
    assert (inquiry.status, inquiry.is_charge_refundable, booked(inquiry)) == (
        "warning_needs_response", True, [],
    )  # fmt: skip
    assert sum(fake.balance()) == PAID
    fake.control("disputes", dispute=inquiry.id, action="escalate")
    after = api.disputes.retrieve(inquiry.id)
    assert (after.status, after.is_charge_refundable, len(booked(after))) == ("needs_response", False, 1)
    assert dispute_events(api)[1:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]
    assert sum(fake.balance()) == PAID - 2_500


def test_a_whole_refund_ends_an_inquiry(fake: Fake, api: V1Services) -> None:
    inquiry = opened(fake, api, "inquiry")
    api.refunds.create({"charge": str(inquiry.charge), "amount": 400})
    assert api.disputes.retrieve(inquiry.id).status == "warning_needs_response"
    api.refunds.create({"charge": str(inquiry.charge)})
    assert api.disputes.retrieve(inquiry.id).status == "warning_closed"
    assert dispute_events(api) == ["charge.dispute.created", "charge.dispute.closed"]
    assert sum(fake.balance()) == PAID - 1_000


@pytest.mark.parametrize(
    ("kind", "left", "case"), [("prevented", PAID, "block"), ("resolved", PAID - 1_000, "resolution")]
)
def test_a_prevented_dispute_is_closed_from_the_start_and_costs_no_fee(
    fake: Fake, api: V1Services, kind: str, left: int, case: str
) -> None:
    dispute = opened(fake, api, kind)
    assert dispute.payment_method_details is not None
    assert (dispute.status, dispute.payment_method_details["card"]["case_type"]) == ("prevented", case)
    assert dispute_events(api)[-1] == "charge.dispute.closed"
    assert sum(fake.balance()) == left


def test_evidence_can_be_kept_and_is_sent_once(fake: Fake, api: V1Services) -> None:
    dispute = opened(fake, api)
    kept = api.disputes.update(dispute.id, {"evidence": {"customer_name": "Ada"}, "submit": False})
    assert (kept.status, kept.evidence_details.has_evidence, kept.evidence_details.submission_count) == (
        "needs_response", True, 0,
    )  # fmt: skip
    sent = api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "here is the log"}})
    assert (sent.status, sent.evidence.customer_name) == ("under_review", "Ada")
    with pytest.raises(stripe.InvalidRequestError, match="no longer be changed"):
        api.disputes.update(dispute.id, {"evidence": {"customer_name": "Eve"}})
    assert dispute_events(api)[2:] == ["charge.dispute.updated"] * 2


@pytest.mark.parametrize(
    ("kind", "text", "status"),
    [
        ("fraudulent", "winning_evidence", "won"),
        ("fraudulent", "losing_evidence", "lost"),
        ("inquiry", "escalate_inquiry_evidence", "needs_response"),
    ],
)
def test_stripes_test_evidence_decides_at_once(
    fake: Fake, api: V1Services, kind: str, text: str, status: str
) -> None:
    dispute = opened(fake, api, kind)
    assert api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": text}}).status == status


@pytest.mark.parametrize(
    ("kind", "days", "status"), [("fraudulent", 14, "lost"), ("inquiry", 120, "warning_closed")]
)
def test_what_nobody_answers_is_over_in_time(
    fake: Fake, api: V1Services, kind: str, days: int, status: str
) -> None:
    dispute = opened(fake, api, kind)
    fake.advance(days=days - 1)
    assert api.disputes.retrieve(dispute.id).status == dispute.status
    fake.advance(days=1)
    assert api.disputes.retrieve(dispute.id).status == status


def test_a_disputed_charge_is_not_refunded_until_the_dispute_is_won(fake: Fake, api: V1Services) -> None:
    dispute = opened(fake, api)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create({"charge": str(dispute.charge)})
    assert refused.value.code == "charge_disputed"
    assert sum(fake.balance()) == PAID - 2_500
    fake.control("disputes", dispute=dispute.id, action="win")
    assert api.refunds.create({"charge": str(dispute.charge)}).status == "succeeded"


def test_after_a_refund_only_the_rest_is_disputed(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    api.refunds.create({"charge": charge.id, "amount": 300})
    dispute = fake.control("disputes", charge=charge.id, kind="fraudulent")
    assert dispute["amount"] == 700
    with pytest.raises(AssertionError, match="has the dispute"):
        fake.control("disputes", charge=charge.id, kind="fraudulent")
    assert sum(fake.balance()) == PAID - 1_000 - 1_500


def test_a_refunded_charge_cannot_be_disputed(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    api.refunds.create({"charge": charge.id})
    with pytest.raises(AssertionError, match="nothing left to dispute"):
        fake.control("disputes", charge=charge.id, kind="fraudulent")


def test_a_part_can_be_disputed(fake: Fake, api: V1Services) -> None:
    dispute = opened(fake, api, amount=250, reason="duplicate")
    assert (dispute.amount, dispute.reason, booked(dispute)) == (250, "duplicate", [(-250, 1_500, "dispute")])


def test_a_dispute_stops_a_refund_that_is_on_its_way(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api, number="4000000000007726")
    refund = api.refunds.create({"charge": charge.id, "amount": 400})
    dispute = fake.control("disputes", payment_intent=charge.payment_intent)
    after = api.refunds.retrieve(refund.id)
    assert (after.status, after.failure_reason) == ("failed", "charge_for_pending_refund_disputed")
    assert dispute["amount"] == 1_000
    fake.advance(days=2)
    assert api.refunds.retrieve(refund.id).status == "failed"
    assert sum(fake.balance()) == PAID - 2_500


def test_an_issuer_warns_of_fraud_before_any_dispute(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api, number="4000000000005423")
    (warning,) = api.radar.early_fraud_warnings.list({"charge": charge.id}).data
    assert (warning.actionable, warning.fraud_type) == (True, "made_with_stolen_card")
    assert event_types(api)[-1] == "radar.early_fraud_warning.created"
    api.refunds.create({"charge": charge.id})
    assert api.radar.early_fraud_warnings.retrieve(warning.id).actionable is False
    assert event_types(api)[-1] == "radar.early_fraud_warning.updated"
    assert sum(fake.balance()) == PAID - 1_000


@pytest.mark.parametrize("token", ["pm_card_createDispute", "pm_card_createDisputeInquiry"])
def test_the_ready_made_methods_dispute_too(api: V1Services, token: str) -> None:
    asked: Any = {"amount": 700, "currency": "usd", "confirm": True, "payment_method": token}
    asked |= {"return_url": "http://127.0.0.1:9/", "automatic_payment_methods": {"enabled": True}}
    intent = api.payment_intents.create(asked)
    assert len(api.disputes.list({"payment_intent": intent.id}).data) == 1
