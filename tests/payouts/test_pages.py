"""The creator's pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from payouts.models import Payout
from tests.fixtures.accounts import totp_code
from tests.fixtures.payouts import GiveDiamonds

PAGES = ["/studio/", "/studio/cash-out/", "/studio/payouts/"]


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_is_sent_to_sign_in(client: Client, installed: None, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", PAGES)
def test_a_creator_sees_the_page(
    payee: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    verified_page_as: Callable[..., Client],
    address: str,
) -> None:
    give_diamonds(payee)
    request_cash_out(payee)
    give_diamonds(payee)
    answer = verified_page_as(payee).get(address)
    assert answer.status_code == 200
    assert "$64.25" in answer.text or "$64.50" in answer.text


def test_the_pages_walk_a_cash_out_through_the_second_factor(
    payee: User, give_diamonds: GiveDiamonds, verified_page_as: Callable[..., Client]
) -> None:
    give_diamonds(payee)
    browser = verified_page_as(payee, age_s=400)
    quoted = browser.post("/studio/cash-out/", {"amount": "25", "unit": "money"})
    assert quoted.status_code == 302
    page = browser.get(quoted["Location"])
    assert "$24.75 to your bank" in page.text
    asked = browser.post(quoted["Location"], {"key": page.context["key"]})
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not Payout.objects.exists()
    done = browser.post(asked["Location"], {"code": totp_code(payee)}, follow=True)
    payout = Payout.objects.get()
    assert done.request["PATH_INFO"] == f"/studio/payouts/{payout.id}/", done.text
    assert "You asked for this cash-out" in done.text
