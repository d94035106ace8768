"""The strength meter while a password is typed."""

import pytest
from playwright.sync_api import expect

from tests.fixtures.accounts import PASSWORD
from tests.fixtures.browser import Walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]


def test_the_meter_says_what_is_wrong_and_then_that_it_is_strong(walk: Walk) -> None:
    page = walk(None, "/accounts/signup/")
    meter = page.locator(".strength")
    expect(meter).to_be_hidden()
    page.get_by_label("Handle").fill("dora")
    page.locator("[name=password1]").fill("dora goes to town")
    expect(meter).to_contain_text("Leave your handle and your address out of the password")
    page.locator("[name=password1]").fill(PASSWORD)
    expect(meter).to_have_text("Very strong.")
    expect(meter).to_have_attribute("data-score", "4")
    page.locator("[name=password1]").fill("")
    expect(meter).to_be_hidden()
