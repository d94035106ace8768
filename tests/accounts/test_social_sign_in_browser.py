"""Joining and signing in by Google in a real browser; the provider on loopback runs the whole code flow."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from stack.ports import LOOPBACK, free_port
from tests.fixtures.browser import PATIENCE_MS, POLICY
from tests.fixtures.identity_provider import IdentityProvider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

BUTTON = "Continue with Google"


@pytest.fixture
def here(transactional_db: None, google: IdentityProvider, settings: Any) -> Iterator[str]:
    """The site in this process, which knows the provider; forms may lead to it as they may to Google."""
    assert "https://accounts.google.com" in settings.SECURE_CSP["form-action"]
    forms = [*settings.SECURE_CSP["form-action"], google.base_url]
    settings.SECURE_CSP = settings.SECURE_CSP | {"form-action": forms}
    server = LiveServer(f"{LOOPBACK}:{free_port(set())}")
    yield server.url
    server.stop()


@pytest.fixture
def page_there(browser: Browser) -> Iterator[Page]:
    """A new browser's page; wrong scripts and refused policies end the test."""
    complaints: list[str] = []
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if POLICY in line.text else None)
    yield page
    context.close()
    assert complaints == []


def test_joining_with_google_signing_out_and_in_again(here: str, page_there: Page) -> None:
    page = page_there
    page.goto(f"{here}/accounts/signup/")
    page.get_by_role("button", name=BUTTON).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Almost there")
    expect(page.get_by_text("gina@gmail.com")).to_be_visible()
    page.get_by_label("Handle").fill("gina")
    page.get_by_label("Country you live in").select_option("DE")
    page.get_by_label("Birth date").fill("1999-09-09")
    page.locator("[name=terms]").check()
    page.get_by_role("button", name="Open my account").press("Enter")
    page.wait_for_url(f"{here}/")

    page.goto(f"{here}/settings/account/")
    expect(page.locator(".ways")).to_contain_text("Google")
    page.goto(f"{here}/accounts/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url(f"{here}/**")
    page.goto(f"{here}/settings/account/")
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()

    page.get_by_role("button", name=BUTTON).press("Enter")
    page.wait_for_url(f"{here}/settings/account/")
    expect(page.locator(".ways")).to_contain_text("gina@gmail.com")
    assert User.objects.get().handle == "gina"


def test_who_stops_at_google_is_told_that_nothing_happened(
    here: str, page_there: Page, google: IdentityProvider
) -> None:
    google.says_no = True
    page_there.goto(f"{here}/accounts/login/")
    page_there.get_by_role("button", name=BUTTON).press("Enter")
    expect(page_there.get_by_role("heading", level=1)).to_have_text("You stopped halfway")
    page_there.get_by_role("link", name="Back to sign in").click()
    expect(page_there.get_by_role("button", name=BUTTON)).to_be_visible()
    assert User.objects.count() == 0
