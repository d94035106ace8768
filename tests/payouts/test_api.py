"""Cash-out over REST."""

import uuid
from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import User
from payouts.models import Payout
from tests.fixtures.payouts import ENOUGH_UNITS, GiveDiamonds, diamonds, fill_onboarding, work_off_events
from tests.fixtures.stripe import FakeStripe


def test_a_creator_onboards_over_rest_and_the_event_makes_it_ready(
    creator: User, installed: None, fakestripe: FakeStripe, verified_client: Callable[..., APIClient]
) -> None:
    client = verified_client(creator)
    begun = client.post("/api/v1/creator/onboarding/", {"accept_terms": True})
    assert begun.status_code == 201
    assert client.get("/api/v1/creator/").json()["can_cash_out"] is False
    fill_onboarding(begun.json()["url"])
    account = creator.payout_accounts.get().provider_account_id
    work_off_events(account)
    state = client.get("/api/v1/creator/").json()
    assert (state["can_cash_out"], state["account"]["state"]) == (True, "ready")


def test_a_cash_out_over_rest(
    payee: User, give_diamonds: GiveDiamonds, verified_client: Callable[..., APIClient]
) -> None:
    give_diamonds(payee)
    client = verified_client(payee)
    earnings = client.get("/api/v1/creator/earnings/").json()
    assert (earnings["available_units"], earnings["today_units"]) == (ENOUGH_UNITS, ENOUGH_UNITS)
    quote = client.post("/api/v1/payout-quotes/", {"diamond_units": 387_600}).json()
    assert (quote["amount_minor"], quote["fee_minor"], quote["net_minor"]) == (2_500, 25, 2_475)
    assert quote["reserved_units"] == 387_597
    key = str(uuid.uuid4())
    answers = [
        client.post("/api/v1/payouts/", {"quote": quote["id"]}, headers={"Idempotency-Key": key})
        for _ in "12"
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["status"] == "requested"
    assert diamonds(payee) == {"diamonds.available": ENOUGH_UNITS - 387_597, "diamonds.reserved": 387_597}
    assert client.get("/api/v1/payouts/").json()["results"][0]["id"] == str(Payout.objects.get().id)
