"""Passkeys in a real browser, with Chromium's own virtual authenticator."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from accounts.models import User
from payouts.models import Payout
from tests.fixtures.accounts import PASSWORD, token_of
from tests.fixtures.browser import PATIENCE_MS, POLICY
from tests.fixtures.payouts import GiveDiamonds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """A browser context with a built-in authenticator, at a name: keys are not given to numbers."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site.replace("127.0.0.1", "localhost")
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda line: self.complaints.append(line.text) if POLICY in line.text else None
        )
        self.cdp: CDPSession = context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        self.authenticator_id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})[
            "authenticatorId"
        ]

    def sign_in(self, person: User, *, second_factor_age_s: float | None = None) -> None:
        token = token_of(person, second_factor_age_s=second_factor_age_s)
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": token, "url": self.site}])

    def sign_out(self) -> None:
        self.context.clear_cookies()

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def credentials(self) -> list[dict[str, Any]]:
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator_id})
        credentials: list[dict[str, Any]] = found["credentials"]
        return credentials

    def refuse_presence(self) -> None:
        self.cdp.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.authenticator_id, "isUserVerified": False}
        )


@pytest.fixture
def device(browser: Browser, site: str) -> Iterator[Device]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    device = Device(context, site)
    yield device
    context.close()
    assert device.complaints == []


def add_passkey(device: Device, name: str) -> None:
    page = device.open("/settings/security/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add a passkey")


def test_a_passkey_is_added_signs_in_is_renamed_and_removed(device: Device, fan: User) -> None:
    device.sign_in(fan)
    add_passkey(device, "My laptop")
    page = device.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these somewhere safe")
    assert [one["isResidentCredential"] for one in device.credentials()] == [True]

    device.sign_out()
    device.open("/accounts/login/?next=/settings/security/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{device.site}/settings/security/")
    expect(page.get_by_text("My laptop").first).to_be_visible()

    page.get_by_role("link", name="Rename My laptop").click()
    page.get_by_label("Name").fill("Blue laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Blue laptop").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Your account is protected by a password only")).to_be_visible()
    assert not Authenticator.objects.filter(user=fan).exists()


def test_who_cancels_reads_so_and_may_try_again(device: Device, fan: User) -> None:
    device.sign_in(fan)
    add_passkey(device, "My laptop")
    device.sign_out()
    device.refuse_presence()
    page = device.open("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("It was cancelled, or took too long.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_a_key_is_the_second_step_and_the_browser_is_trusted(device: Device, creator: User) -> None:
    device.sign_in(creator, second_factor_age_s=0)
    add_passkey(device, "My laptop")
    device.sign_out()
    page = device.open("/accounts/login/")
    sign_in_by_password(page, creator)
    page.get_by_label("Trust this browser").check()
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page).to_have_url(f"{device.site}/")

    device.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    device.open("/accounts/login/?next=/settings/security/")
    sign_in_by_password(page, creator)
    expect(page.get_by_role("heading", name="Trusted browsers")).to_be_visible()
    expect(page.get_by_text("This one").first).to_be_visible()


def sign_in_by_password(page: Page, person: User) -> None:
    page.get_by_label("Email").fill(str(person.email))
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_confirms_a_cash_out(device: Device, payee: User, give_diamonds: GiveDiamonds) -> None:
    give_diamonds(payee)
    device.sign_in(payee, second_factor_age_s=0)
    add_passkey(device, "My laptop")
    device.sign_in(payee, second_factor_age_s=301)
    page = device.open("/studio/cash-out/")
    page.get_by_label("Amount").fill("25")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Confirm with your second factor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    assert Payout.objects.count() == 0
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_text("You asked for this cash-out")).to_be_visible()
    assert Payout.objects.get().creator_id == payee.pk
