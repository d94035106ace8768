"""A new password ends the other sessions on the gateway too, at once, remembered as they are."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.accounts.test_headless_journeys import code_in
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.gateway import Caller
from tests.gateway.test_callers import KNOWN, NOT_SIGNED_IN, outcome

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "curtain up at eight"


def test_a_changed_password(
    economy: object,
    api_as: Callable[[User], Caller],
    creator: User,
    verified_page_as: Callable[..., Client],
) -> None:
    elsewhere = api_as(creator)
    assert outcome(elsewhere) == KNOWN
    change = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert verified_page_as(creator).post("/accounts/password/change/", change).status_code == 302
    assert outcome(elsewhere) == NOT_SIGNED_IN


def test_a_reset_password(
    economy: object, api_as: Callable[[User], Caller], fan: User, mailoutbox: list[EmailMessage]
) -> None:
    elsewhere, browser = api_as(fan), Client()
    assert outcome(elsewhere) == KNOWN
    browser.post("/accounts/password/reset/", {"email": fan.email})
    browser.post("/accounts/password/reset/confirm/", {"code": code_in(mailoutbox[-1])})
    new = {"password1": NEW, "password2": NEW}
    assert browser.post("/accounts/password/reset/complete/", new).status_code == 302
    assert outcome(elsewhere) == NOT_SIGNED_IN
