"""Joining and a new password by phone, in a real browser; and a number added in Settings."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.services import verify_phone
from ground import clock
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.browser import Walk
from tests.fixtures.texts import PHONE, code_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

NEW_PASSWORD = "a new clap as light"


def type_texted_code(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your phone")
    page.locator("[name=code]").fill(code_to(PHONE))
    page.get_by_role("button", name="Confirm").click()


def test_joining_by_a_texted_code_from_the_keyboard(walk: Walk, site: str) -> None:
    page = walk(None, "/accounts/signup/")
    page.get_by_role("link", name="Phone").press("Enter")
    page.get_by_label("Mobile number").fill("+49 151 1234 5678")
    page.get_by_label("Handle").fill("dora")
    page.locator("[name=password1]").fill(PASSWORD)
    page.get_by_label("Country you live in").select_option("DE")
    page.get_by_label("Birth date").fill("1994-03-02")
    page.locator("[name=terms]").check()
    page.get_by_role("button", name="Open my account").press("Enter")
    type_texted_code(page)
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/settings/account/")
    expect(page.locator(".ways")).to_contain_text("+49 1511 2345678")


def test_a_number_is_added_in_settings(walk: Walk, fan: User) -> None:
    page = walk(fan, "/settings/account/")
    page.locator(".ways li", has_text="Phone").get_by_role("link", name="Add").click()
    page.get_by_label("Your number").fill(PHONE)
    page.get_by_role("button", name="Text me a code").click()
    type_texted_code(page)
    expect(page.locator(".facts")).to_contain_text(PHONE)


def test_a_new_password_by_phone(walk: Walk, site: str, fan: User) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    page = walk(None, "/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email or mobile number").fill("+49 151 12345678")
    page.get_by_role("button", name="Send me a code").click()
    type_texted_code(page)
    page.locator("[name=password1]").fill(NEW_PASSWORD)
    page.locator("[name=password2]").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    page.wait_for_url(f"{site}/accounts/password/reset/done/")

    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email or mobile number").fill(PHONE)
    page.locator("[name=password]").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")
