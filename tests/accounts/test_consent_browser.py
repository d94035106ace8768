"""Consent in a real browser: a guardian from the mail to a revocation, and new terms on the way to a purchase."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from playwright.sync_api import Page, expect

from accounts import guardian_mails
from accounts.models import Acceptance, Guardianship, LegalDocument, User
from demo.mail import OutboxBackend
from demo.models import OutboxMessage
from ground import clock
from tests.fixtures.browser import Walk
from tests.fixtures.guardians import MOTHER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails of this process go where the demo's do, as those of the web process do."""
    backend = OutboxBackend()
    monkeypatch.setattr(EmailMultiAlternatives, "send", lambda mail: backend.send_messages([mail]))


def mailed_link() -> str:
    """The newest link to a guardian, as the demo's outbox shows it."""
    guardian_mails.send_owed()
    text = OutboxMessage.objects.filter(recipient=MOTHER).latest("pk").text
    found = re.search(r"/guardian/#\S+", text)
    assert found
    return found[0]


def test_a_guardian_from_the_mail_to_the_budget_and_the_revocation(
    walk: Walk, site: str, minor: User, outbox: None
) -> None:
    page = walk(minor, "/settings/guardian/")
    page.get_by_label("Their email address").fill(MOTHER)
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text("We wait for", exact=True)).to_be_visible()
    shoot(page, "minor-asked")

    theirs = walk(None, mailed_link())
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Mia asks for your consent")
    assert "#" not in theirs.url
    shoot(theirs, "guardian-consent")
    theirs.get_by_label("Coins a day").fill("70")
    theirs.get_by_label("Your full name").fill("Jane Doe")
    theirs.get_by_label("You are their").select_option("parent")
    theirs.locator("[name=is_adult]").check()
    theirs.locator("[name=consents]").check()
    theirs.get_by_role("button", name="Give my consent").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("What Mia may spend")
    page.reload()
    expect(page.locator(".meter").first).to_contain_text("of 70 coins")
    shoot(page, "minor-active")

    later = walk(None, mailed_link())
    expect(later.get_by_label("Coins a day")).to_have_value("70")
    shoot(later, "guardian-manage")
    later.get_by_role("button", name="Take my consent back").click()
    expect(later.get_by_text("You have taken your consent back", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your guardian has taken their consent back", exact=True)).to_be_visible()
    assert Guardianship.objects.get().state == "revoked"


def test_new_coin_terms_are_accepted_on_the_way_to_a_purchase(
    walk: Walk, site: str, fan: User, economy: object
) -> None:
    old = LegalDocument.objects.get(kind="coins", version=1)
    LegalDocument.objects.create(
        kind="coins",
        version=2,
        title=old.title,
        body=f"{old.body}\n\nBonus coins are spent first.",
        summary="We say in which order coins are spent.",
        starts_at=clock.now() - timedelta(minutes=1),
    )
    page = walk(fan, "/balance/")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("please read and accept")
    shoot(page, "accept")
    page.locator("#agree").check()
    page.get_by_role("button", name="Accept and go on").click()
    expect(page).to_have_url(f"{site}/balance/")
    assert Acceptance.objects.get(user=fan, document__version=2).user_agent.startswith("Mozilla")

    page.goto(f"{site}/settings/terms/")
    shoot(page, "terms")
    page.goto(f"{site}/legal/coins/2/changes/")
    expect(page.locator("ins")).to_have_text("Bonus coins are spent first.")
    shoot(page, "changes")


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if not folder:
        return
    Path(folder).mkdir(exist_ok=True)
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
