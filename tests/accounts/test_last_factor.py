"""Who may be without a second factor, and what operators see of factors."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.services import trust_browser
from tests.fixtures.payouts import GiveDiamonds

pytestmark = pytest.mark.django_db(transaction=True)
OFF = "/accounts/2fa/totp/deactivate/"


def test_a_creator_with_diamonds_keeps_the_last_factor(
    creator: User, give_diamonds: GiveDiamonds, verified_page_as: Callable[..., Client]
) -> None:
    give_diamonds(creator)
    browser = verified_page_as(creator)
    assert "an account with diamonds" in browser.get(OFF).content.decode()
    refused = browser.post(OFF)
    assert refused.status_code == 409
    assert "This is your last second factor" in refused.content.decode()
    assert Authenticator.objects.filter(user=creator, type="totp").exists()


def test_a_creator_without_diamonds_may_remove_it(
    creator: User, verified_page_as: Callable[..., Client]
) -> None:
    browser = verified_page_as(creator)
    assert browser.post(OFF).headers["Location"] == "/settings/security/"
    assert not Authenticator.objects.filter(user=creator).exists()
    assert browser.get("/studio/cash-out/").status_code == 200
    assert browser.get("/api/v1/me/").json()["is_verified"] is False


@pytest.mark.parametrize("page", ["authenticatordevice", "trustedbrowser"])
def test_operators_see_factors_and_browsers_without_a_secret(
    operator: User, stranger: User, verified_page_as: Callable[..., Client], page: str
) -> None:
    token = trust_browser(user=stranger, request=RequestFactory().get("/"), now=timezone.now())
    office = verified_page_as(operator)
    listed = office.get(f"/admin/accounts/{page}/").content.decode()
    assert "charlie" in listed
    rows: dict[str, Any] = {
        "authenticatordevice": stranger.otp_devices.filter(authenticator__type="totp"),
        "trustedbrowser": stranger.trusted_browsers.all(),
    }
    row = rows[page].get()
    one = office.get(f"/admin/accounts/{page}/{row.pk}/change/").content.decode()
    digest = stranger.trusted_browsers.get().token_digest
    assert [secret for secret in (token, digest) if secret in listed + one] == []
    assert office.post(f"/admin/accounts/{page}/{row.pk}/delete/").status_code == 403
