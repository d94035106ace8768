"""Stripe's own command line drives fakestripe: a client that none of us wrote (`python3 dev.py conformance`).

Each trigger makes the objects that lead to an event, in the requests that Stripe's authors thought of.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from stripe._v1_services import V1Services

from stack import conformance
from tests.fakestripe.conftest import KEY, Fake
from tests.fakestripe.journeys import event_types, paid_charge, ready_account

CLI = conformance.find()
pytestmark = pytest.mark.skipif(
    CLI is None, reason="Stripe's command line is not here: python3 dev.py conformance fetches it (npm)"
)
TRIGGERS = (
    "payment_intent.created payment_intent.succeeded payment_intent.payment_failed payment_intent.canceled"
    " payment_intent.requires_action charge.succeeded charge.failed charge.refunded charge.refund.updated"
    " charge.dispute.created charge.dispute.updated charge.dispute.closed customer.created customer.updated"
    " customer.deleted payment_method.attached payment_method.detached"
)
EXPRESS = ("--override", "account:type=express")


@pytest.fixture
def trigger(fake: Fake, tmp_path: Path) -> "Trigger":
    return Trigger(fake, tmp_path)


class Trigger:
    """`stripe trigger …` against the program under test."""

    def __init__(self, fake: Fake, home: Path) -> None:
        self.fake, self.home = fake, home

    def __call__(self, event: str, *more: str) -> None:
        done = self.run("trigger", event, *more)
        assert "Trigger succeeded" in done.stdout, done.stdout + done.stderr

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
            "HTTPS_PROXY": "http://127.0.0.1:9",  # it looks for news of itself: nothing leaves this machine
        }
        command = [str(CLI), *arguments, "--api-base", self.fake.url, "--api-key", KEY, "--color", "off"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("event", TRIGGERS.split())
def test_a_trigger_ends_in_its_event(api: V1Services, trigger: Trigger, event: str) -> None:
    trigger(event)
    assert event in event_types(api)


def test_an_account_changes_by_trigger(api: V1Services, trigger: Trigger) -> None:
    trigger("account.updated", *EXPRESS)
    (account,) = api.accounts.list().data
    assert "account.updated" in event_types(api, account.id)


@pytest.mark.parametrize("event", ["transfer.created", "transfer.updated", "transfer.reversed"])
def test_a_transfer_by_trigger_needs_a_ready_account(
    fake: Fake, api: V1Services, trigger: Trigger, event: str
) -> None:
    fake.control("topup", amount=100_000, currency="usd")
    refused = trigger.run("trigger", event, *EXPRESS)
    assert "insufficient_capabilities_for_transfer" in refused.stdout + refused.stderr
    account = ready_account(fake, api)
    trigger(event, "--skip", "account", "--override", f"transfer:destination={account}")
    assert event in event_types(api)


@pytest.mark.parametrize("event", ["payout.created", "payout.updated"])
def test_a_payout_by_trigger(fake: Fake, api: V1Services, trigger: Trigger, event: str) -> None:
    trigger(event)
    assert event in event_types(api)


def test_money_becomes_available_by_trigger(fake: Fake, api: V1Services, trigger: Trigger) -> None:
    trigger("balance.available")
    paid_charge(api)
    fake.advance(days=3)
    assert "balance.available" in event_types(api)


def test_its_plain_requests_work_too(api: V1Services, trigger: Trigger) -> None:
    charge = paid_charge(api)
    made = trigger.run("refunds", "create", "-d", f"charge={charge.id}", "-d", "amount=300")
    assert json.loads(made.stdout)["status"] == "succeeded"
    listed = trigger.run("balance_transactions", "list", "--limit", "1")
    assert json.loads(listed.stdout)["data"][0]["amount"] == -300
