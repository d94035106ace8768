"""Joining as a person does it, in a real browser: the mailed code, then an authenticator app."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.selectors import has_second_factor
from demo.models import OutboxMessage
from tests.fixtures.accounts import PASSWORD, code_now
from tests.fixtures.browser import Walk, type_code

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]


def join(page: Page, handle: str) -> None:
    """Fill in the first form, as an adult from France."""
    page.get_by_label("Email").fill(f"{handle}@example.com")
    page.get_by_label("Handle").fill(handle)
    page.locator("[name=password1]").fill(PASSWORD)
    page.get_by_label("Country you live in").select_option("FR")
    page.get_by_label("Birth date").fill("1994-03-02")
    page.locator("[name=terms]").check()
    page.get_by_role("button", name="Open my account").click()


def mailed_code() -> str:
    found = re.search(r"\b\d{6}\b", OutboxMessage.objects.latest("pk").text)
    assert found
    return found[0]


def test_joining_by_a_mailed_code_and_enrolling_an_app(walk: Walk, site: str) -> None:
    page = walk(None, "/accounts/signup/")
    join(page, "dora")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    page.locator("[name=code]").fill(mailed_code())
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"{site}/")

    page.goto(f"{site}/accounts/2fa/totp/activate/")
    secret = page.locator(".enrol code").inner_text().replace(" ", "")
    type_code(page, lambda: code_now(secret), button="Switch it on")

    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these somewhere safe")
    dora = User.objects.get(handle="dora")
    assert (dora.email, dora.country, has_second_factor(dora)) == ("dora@example.com", "FR", True)


def test_a_wrong_code_lets_nobody_in(walk: Walk, site: str) -> None:
    page = walk(None, "/accounts/signup/")
    join(page, "dora")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")

    page.locator("[name=code]").fill("000000" if mailed_code() != "000000" else "111111")
    page.get_by_role("button", name="Confirm").click()

    expect(page.locator(".field.wrong")).to_be_visible()
    page.goto(f"{site}/settings/account/")
    expect(page).to_have_url(re.compile("/accounts/"))
