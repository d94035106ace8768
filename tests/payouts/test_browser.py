"""A creator cashes out in a real Chromium."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from payouts.models import Payout
from tests.fixtures.accounts import token_of, totp_code


@pytest.mark.browser
def test_a_creator_cashes_out_with_a_code_of_the_authenticator(payee, give_diamonds, site, page: Page):
    give_diamonds(payee)
    token = token_of(payee, second_factor_age_s=400)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": site}])
    page.goto(f"{site}/studio/")
    page.get_by_role("link", name="Cash out").click()
    page.get_by_label("Amount").fill("25")
    expect(page.locator("[data-other]")).to_contain_text("3,875.97 diamonds")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("$24.75 to your bank")
    page.get_by_role("button", name="Confirm with your second factor").click()
    page.locator("input[name=code]").fill(totp_code(payee))
    page.get_by_role("button", name="Confirm").click()
    expect(page).to_have_url(re.compile(r"/studio/payouts/[0-9a-f-]{36}/$"))
    expect(page.get_by_text("You asked for this cash-out")).to_be_visible()
    page.get_by_role("button", name="Cancel this cash-out").click()
    expect(page.get_by_text("You cancelled it")).to_be_visible()
    assert Payout.objects.get().state == "cancelled"
