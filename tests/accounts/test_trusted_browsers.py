"""A trusted browser is not asked for the second factor at sign-in, and for nothing else."""

from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.models import SecurityEvent, TrustedBrowser, User
from accounts.services import distrust_browsers, trust_browser
from accounts.trusted import cookie_name
from ground import clock
from tests.accounts.test_headless_journeys import code_in
from tests.fixtures.accounts import PASSWORD, recovery_codes, totp_code

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "curtain up at eight"
ASKED = "/accounts/2fa/authenticate/"


def sign_in(browser: Client, person: User, password: str = PASSWORD) -> str:
    """Type address and password; answers where the browser is led."""
    answer = browser.post("/accounts/login/", {"login": person.email, "password": password})
    return str(answer.headers["Location"])


def trusting(person: User) -> Client:
    """A browser that the person trusted at sign-in, signed out since."""
    browser = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    assert sign_in(browser, person) == ASKED
    browser.post(ASKED, {"code": totp_code(person), "trust": "on"})
    browser.post("/accounts/logout/")
    return browser


def test_a_trusted_browser_signs_in_by_password_and_still_has_to_step_up(creator: User) -> None:
    browser = trusting(creator)
    assert sign_in(browser, creator) == "/"
    assert browser.get("/api/v1/me/").json()["is_verified"] is False
    assert browser.get("/api/v1/me/").json()["second_factor_age_s"] is None
    answer = browser.post("/settings/security/trusted-browsers/")
    assert answer.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert SecurityEvent.objects.filter(user=creator, kind="browser_trusted").count() == 1


def test_the_cookie_holds_no_more_than_a_new_secret(creator: User) -> None:
    browser = trusting(creator)
    cookie = browser.cookies[cookie_name(creator)]
    row = TrustedBrowser.objects.get(user=creator)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 30 * 86_400)
    assert (len(cookie.value), cookie.value in str(row.__dict__)) == (43, False)
    assert row.until - row.trusted_at == timedelta(days=30)


def test_without_asking_no_browser_is_trusted(creator: User) -> None:
    browser = Client()
    sign_in(browser, creator)
    browser.post(ASKED, {"code": totp_code(creator)})
    assert not TrustedBrowser.objects.exists()


def test_a_recovery_code_trusts_no_browser(creator: User) -> None:
    browser = Client()
    sign_in(browser, creator)
    browser.post(ASKED, {"code": recovery_codes(creator)[0], "trust": "on"})
    assert browser.get("/settings/").status_code == 200
    assert not TrustedBrowser.objects.exists()


def test_trust_is_one_persons(creator: User, stranger: User) -> None:
    browser = trusting(creator)
    browser.cookies[cookie_name(stranger)] = browser.cookies[cookie_name(creator)].value
    assert sign_in(browser, stranger) == ASKED


def test_a_planted_cookie_is_not_taken_over(creator: User) -> None:
    browser = Client()
    browser.cookies = SimpleCookie({cookie_name(creator): "planted"})
    sign_in(browser, creator)
    browser.post(ASKED, {"code": totp_code(creator), "trust": "on"})
    assert browser.cookies[cookie_name(creator)].value != "planted"
    thief = Client()
    thief.cookies[cookie_name(creator)] = "planted"
    assert sign_in(thief, creator) == ASKED


def test_trust_runs_out(creator: User) -> None:
    browser = trusting(creator)
    TrustedBrowser.objects.update(until=timezone.now(), trusted_at=timezone.now() - timedelta(days=30))
    assert sign_in(browser, creator) == ASKED
    assert browser.get("/settings/security/").status_code == 302


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}),
        ("/settings/activity/other-sessions/", {}),
        ("/settings/security/trusted-browsers/", {}),
        ("/accounts/2fa/recovery-codes/generate/", {}),
        ("/accounts/2fa/totp/deactivate/", {}),
    ],
)
def test_what_renews_security_ends_the_trust(
    fan: User,
    creator: User,
    verified_page_as: Callable[..., Client],
    rf: Any,
    path: str,
    body: dict[str, str],
) -> None:
    trusting(creator)
    trust_browser(user=fan, request=rf.get("/"), now=timezone.now())
    assert verified_page_as(creator).post(path, body).status_code == 302
    assert [browser.user_id for browser in TrustedBrowser.objects.all()] == [fan.pk]
    assert SecurityEvent.objects.filter(user=creator, kind="browser_distrusted").count() == 1


def test_a_reset_ends_the_trust_and_skips_no_second_factor(
    creator: User, mailoutbox: list[EmailMessage]
) -> None:
    browser = trusting(creator)
    browser.post("/accounts/password/reset/", {"email": creator.email})
    browser.post("/accounts/password/reset/confirm/", {"code": code_in(mailoutbox[-1])})
    answer = browser.post("/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert browser.get("/settings/").status_code == 302  # the reset signed nobody in
    assert sign_in(browser, creator, NEW) == ASKED
    assert browser.get("/settings/").status_code == 302
    assert not TrustedBrowser.objects.exists()
    services.send_owed_mails(now=clock.now())
    assert "Your password was changed" in {mail.subject for mail in mailoutbox}
    kinds = SecurityEvent.objects.filter(user=creator).values_list("kind", flat=True)
    assert {"password_reset", "browser_distrusted"} <= set(kinds)


def made(person: User, count: int) -> None:
    """That many trusted browsers of a person."""
    now = timezone.now()
    TrustedBrowser.objects.bulk_create(
        TrustedBrowser(
            user=person,
            token_digest=f"{person.pk}-{n}",
            trusted_at=now - timedelta(minutes=n),
            until=now + timedelta(days=1),
        )
        for n in range(count)
    )


def test_one_sees_and_forgets_ones_own_browsers_only(
    creator: User, stranger: User, verified_client: Callable[..., APIClient]
) -> None:
    made(creator, 2)
    made(stranger, 1)
    client = verified_client(creator)
    listed = client.get("/api/v1/me/trusted-browsers/").json()["results"]
    assert len(listed) == 2
    theirs = TrustedBrowser.objects.get(user=stranger).pk
    assert client.delete(f"/api/v1/me/trusted-browsers/{theirs}/").status_code == 404
    assert client.delete(f"/api/v1/me/trusted-browsers/{listed[0]['id']}/").status_code == 204
    assert client.delete(f"/api/v1/me/trusted-browsers/{listed[0]['id']}/").status_code == 404
    assert client.delete("/api/v1/me/trusted-browsers/").status_code == 204
    assert list(TrustedBrowser.objects.values_list("pk", flat=True)) == [theirs]
    assert APIClient().get("/api/v1/me/trusted-browsers/").status_code == 401


def test_the_oldest_of_twenty_makes_room(creator: User, rf: Any) -> None:
    made(creator, 20)
    trust_browser(user=creator, request=rf.get("/"), now=timezone.now())
    digests = set(TrustedBrowser.objects.values_list("token_digest", flat=True))
    assert (len(digests), f"{creator.pk}-19" in digests) == (20, False)
    assert distrust_browsers(user=creator, now=timezone.now()) == 20
    assert distrust_browsers(user=creator, now=timezone.now()) == 0
