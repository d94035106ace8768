"""The same journeys in a browser's pages, and who may see which page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from accounts import hooks
from accounts.models import Acceptance, User
from accounts.step_up import recent_second_factor_required
from config.urls import urlpatterns as site_urls
from tests.accounts.test_headless_journeys import NEW_PERSON, code_in
from tests.fixtures.accounts import PASSWORD, code_now, send_mails, totp_code

pytestmark = pytest.mark.django_db(transaction=True)


@recent_second_factor_required
def guarded(request: HttpRequest) -> HttpResponse:
    """A page as a cash-out is: it answers what was posted."""
    return HttpResponse(f"{request.method} {request.POST.get('amount', '')} by {request.user}")


urlpatterns = [path("test/guarded/", guarded), *site_urls]


def signed_up(browser: Client, **change: Any) -> Any:
    """Send the sign-up form."""
    facts = NEW_PERSON | {"password1": PASSWORD, "terms": "on"} | change
    return browser.post("/accounts/signup/", facts)


def test_a_person_joins_through_the_pages(
    client: Client, legal_documents: None, mailoutbox: list[EmailMessage]
) -> None:
    assert client.get("/accounts/signup/").status_code == 200
    assert signed_up(client).headers["Location"] == "/accounts/confirm-email/"
    assert "dora@example.com" in client.get("/accounts/confirm-email/").content.decode()
    assert client.get("/settings/account/").status_code == 302
    answer = client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert answer.status_code == 302
    assert client.get("/settings/account/").status_code == 200


def test_an_under_age_person_is_refused_in_neutral_words(client: Client, legal_documents: None) -> None:
    answer = signed_up(client, birth_date="2015-01-01")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "We cannot open an account with these details." in page
    assert "18" not in re.sub(r"<[^>]+>", "", page)  # no hint of the right answer
    assert User.objects.count() == 0


def test_signing_in_asks_for_the_code(client: Client, creator: User) -> None:
    answer = client.post("/accounts/login/", {"login": creator.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/settings/security/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": totp_code(creator)}).status_code == 302
    assert client.get("/settings/security/").status_code == 200


def test_a_second_factor_is_added_and_its_codes_are_shown(
    fan: User, page_as: Callable[[User], Client], mailoutbox: list[EmailMessage]
) -> None:
    browser = page_as(fan)
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    assert "data:image/svg+xml;base64," in page
    code = code_now(browser.session[SECRET_SESSION_KEY])
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    for method in ("POST", "HEAD"):  # neither uses up the one time that they are shown
        assert browser.generic(method, "/accounts/2fa/recovery-codes/download/").status_code == 405
    codes = browser.get("/accounts/2fa/recovery-codes/")
    assert codes.context["codes_text"].count("\n") == 9
    assert codes.context["download"].startswith("data:text/plain;charset=utf-8,Ovation%20recovery%20codes")
    again = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "Your codes were shown already" in again
    assert codes.context["codes_text"].split()[0] not in again
    assert browser.get("/accounts/2fa/recovery-codes/download/").status_code == 403
    send_mails()
    assert mailoutbox[-1].subject == "Two-factor authentication is on"


def test_a_guarded_post_is_replayed_after_the_code(
    creator: User, page_as: Callable[[User], Client], settings: Any
) -> None:
    settings.ROOT_URLCONF = __name__
    browser = page_as(creator)
    asked = browser.post("/test/guarded/", {"amount": "25"})
    assert asked.headers["Location"] == "/accounts/2fa/reauthenticate/?next=%2Ftest%2Fguarded%2F"
    answer = browser.post(asked.headers["Location"], {"code": totp_code(creator), "next": "/test/guarded/"})
    assert answer.content.decode() == "POST 25 by @bob"


def test_a_password_does_not_open_a_guarded_page(
    creator: User, page_as: Callable[[User], Client], settings: Any
) -> None:
    settings.ROOT_URLCONF = __name__
    browser = page_as(creator)
    browser.post("/test/guarded/", {"amount": "25"})
    answer = browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert browser.post("/test/guarded/").status_code == 302


def test_a_guarded_page_sends_who_has_no_second_factor_to_security(
    fan: User, page_as: Callable[[User], Client], settings: Any
) -> None:
    settings.ROOT_URLCONF = __name__
    assert page_as(fan).get("/test/guarded/").headers["Location"] == "/settings/security/"


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
    ],
)
def test_weakening_security_needs_a_fresh_code(
    creator: User, page_as: Callable[[User], Client], address: str
) -> None:
    assert page_as(creator).get(address).headers["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_a_password_changes_only_with_a_fresh_code(
    creator: User, page_as: Callable[[User], Client], verified_page_as: Callable[..., Client]
) -> None:
    change = {"oldpassword": PASSWORD, "password1": "curtain up at eight", "password2": "curtain up at eight"}
    before = creator.password
    answer = page_as(creator).post("/accounts/password/change/", change)
    creator.refresh_from_db()
    assert (answer.status_code, creator.password) == (302, before)
    verified_page_as(creator).post("/accounts/password/change/", change)
    creator.refresh_from_db()
    assert creator.check_password("curtain up at eight")


def test_the_address_changes_when_the_new_one_is_proven(
    fan: User, page_as: Callable[[User], Client], mailoutbox: list[EmailMessage]
) -> None:
    browser = page_as(fan)
    browser.post("/accounts/email/", {"email": "alice@new.example", "action_add": ""})
    fan.refresh_from_db()
    assert fan.email == "alice@example.com"
    browser.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[-1])})
    fan.refresh_from_db()
    assert fan.email == "alice@new.example"
    send_mails()
    assert mailoutbox[-1].to == ["alice@example.com"]


def test_a_forgotten_password_is_replaced_with_a_mailed_code(
    client: Client, fan: User, mailoutbox: list[EmailMessage], page_as: Callable[[User], Client]
) -> None:
    elsewhere = page_as(fan)
    client.post("/accounts/password/reset/", {"email": fan.email})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(mailoutbox[-1])})
    new = {"password1": "curtain up at eight", "password2": "curtain up at eight"}
    assert client.post("/accounts/password/reset/complete/", new).status_code == 302
    fan.refresh_from_db()
    assert fan.check_password("curtain up at eight")
    assert elsewhere.get("/settings/").status_code == 302


@pytest.mark.parametrize(
    "address", ["/settings/", "/settings/account/", "/settings/security/", "/settings/terms/"]
)
def test_settings_are_for_who_is_signed_in(
    client: Client, fan: User, page_as: Callable[[User], Client], address: str
) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert page_as(fan).get(address).status_code == 200


def test_the_profile_form_changes_ones_own_name_only(
    fan: User, stranger: User, page_as: Callable[[User], Client]
) -> None:
    change = {
        "display_name": "Alice A.",
        "bio": "",
        "country": "DE",
        "language": "en",
        "time_zone": "Europe/Berlin",
        "handle": "x",
    }
    assert page_as(fan).post("/settings/account/", change).status_code == 302
    fan.refresh_from_db()
    assert (fan.display_name, fan.time_zone, fan.handle) == ("Alice A.", "Europe/Berlin", "alice")
    stranger.refresh_from_db()
    assert stranger.display_name == "Charlie"


def test_signing_out_elsewhere_keeps_this_session(client: Client, fan: User) -> None:
    other = Client()
    for browser in (client, other):
        browser.post("/accounts/login/", {"login": fan.email, "password": PASSWORD})
    assert len(client.get("/settings/activity/").context["sessions"]) == 2
    client.post("/settings/activity/other-sessions/")
    assert (client.get("/settings/").status_code, other.get("/settings/").status_code) == (200, 302)


def test_accepting_a_document_records_version_and_address(
    person: Callable[..., User], page_as: Callable[[User], Client]
) -> None:
    newcomer = person("dora", kinds=["terms"])
    browser = page_as(newcomer)
    assert browser.post("/settings/terms/", {"kind": "coins", "version": "1"}).status_code == 302
    accepted = Acceptance.objects.get(user=newcomer, document__kind="coins")
    assert (accepted.document.version, accepted.ip) == (1, "127.0.0.1")


def test_anybody_reads_the_legal_documents_and_a_public_page(client: Client, creator: User) -> None:
    assert "Terms of service" in client.get("/legal/terms/").content.decode()
    assert client.get("/legal/other/").status_code == 404
    page = client.get("/@bob")
    assert "Not live right now" in page.content.decode()
    assert str(creator.email) not in page.content.decode()
    assert client.get("/@nobody").status_code == 404


def test_a_public_page_links_to_the_live_room(
    client: Client, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks.live_room_url, "_functions", [lambda person: f"/live/of-{person.handle}/"])
    assert 'href="/live/of-bob/"' in client.get("/@BOB").content.decode()
