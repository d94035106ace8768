"""The way back: what is closed until the account is secured, and what opens it again."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import OwedMail, User
from accounts.recovery import steps_left
from accounts.services.mail import send_owed_mails
from care.models import Freeze, SupportCase
from ground import clock as business_clock
from tests.care.conftest import report, secure
from tests.fixtures.accounts import PASSWORD, code_now, totp_code

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "nobody else knows this one"


@pytest.fixture
def reported(fan: User, page_as: Callable[[User], Client]) -> Client:
    """Alice's browser, right after she pressed the button."""
    browser = page_as(fan)
    assert browser.post("/support/not-me/", {"key": "k"})["Location"] == "/support/secure/"
    return browser


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/balance/",
        "/studio/",
        "/settings/",
        "/settings/security/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/password/set/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/totp/deactivate/",
        "/admin/",
    ],
)
def test_every_page_leads_to_the_way_back(address: str, reported: Client) -> None:
    answer = reported.get(address)
    assert (answer.status_code, answer["Location"]) == (302, "/support/secure/")
    assert reported.post(address)["Location"] == "/support/secure/"


def test_what_stays_open(reported: Client) -> None:
    case = SupportCase.objects.get()
    for address in (
        "/support/",
        "/support/secure/",
        f"/support/{case.reference}/",
        "/legal/terms/",
        "/healthz",
    ):
        assert reported.get(address).status_code in (200, 302), address
    assert reported.get("/accounts/logout/").status_code == 200
    said = reported.post(f"/support/{case.reference}/", {"body": "Please hurry", "key": "m"})
    assert (said.status_code, case.messages.count()) == (302, 2)


def test_a_program_is_told_what_is_missing(fan: User, as_user: Callable[[User], APIClient]) -> None:
    program = as_user(fan)
    program.post("/api/v1/not-me-reports/", {}, headers={"Idempotency-Key": "k"})
    refused = program.get("/api/v1/me/")
    assert (refused.status_code, refused.json()["code"]) == (403, "recovery_required")
    assert refused.json()["steps"] == ["new_password", "second_factor"]
    case = SupportCase.objects.get()
    assert program.get("/api/v1/recovery/").json() == {
        "is_required": True,
        "steps": ["new_password", "second_factor"],
        "is_frozen": True,
        "case": case.reference,
        "answer_due_at": case.answer_due_at.isoformat().replace("+00:00", "Z"),  # type: ignore[union-attr]
    }
    assert program.get(f"/api/v1/support-cases/{case.reference}/").json()["is_frozen"] is True


def test_a_browsers_session_is_refused_by_the_api_too(reported: Client) -> None:
    answer = reported.get("/api/v1/wallet/")
    assert (answer.status_code, answer.json()["code"]) == (403, "recovery_required")


def test_a_thief_in_the_session_cannot_set_up_a_factor_or_a_password(
    fan: User, as_user: Callable[[User], APIClient]
) -> None:
    """Who reports may be the thief: nothing that weakens security is taken before the mailbox has spoken."""
    program = as_user(fan)
    program.post("/api/v1/not-me-reports/", {}, headers={"Idempotency-Key": "k"})
    tries = [
        program.get("/_allauth/app/v1/account/authenticators/totp"),
        program.post("/_allauth/app/v1/account/password/change", {"new_password": NEW_PASSWORD}),
        program.post("/_allauth/app/v1/account/email", {"email": "thief@example.com"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in tries] == [
        (403, "recovery_required")
    ] * 3
    person = User.objects.get(pk=fan.pk)
    assert (person.has_usable_password(), steps_left(person)) == (False, ["new_password", "second_factor"])


def test_the_way_back_over_rest(fan: User, as_user: Callable[[User], APIClient]) -> None:
    reporting, door = as_user(fan), "/_allauth/app/v1"
    reporting.post("/api/v1/not-me-reports/", {}, headers={"Idempotency-Key": "k"})
    program = APIClient()
    asked = program.post(f"{door}/auth/password/request", {"email": fan.email})
    program.credentials(HTTP_X_SESSION_TOKEN=asked.json()["meta"]["session_token"])
    chosen = program.post(f"{door}/auth/password/reset", {"key": code_in_mail(), "password": NEW_PASSWORD})
    assert chosen.status_code in (200, 401), chosen.json()
    assert reporting.get("/api/v1/recovery/").status_code == 401
    program = APIClient()
    signed_in = program.post(f"{door}/auth/login", {"email": fan.email, "password": NEW_PASSWORD})
    program.credentials(HTTP_X_SESSION_TOKEN=signed_in.json()["meta"]["session_token"])
    assert program.get("/api/v1/recovery/").json()["steps"] == ["second_factor"]
    assert program.get("/api/v1/wallet/").json()["code"] == "recovery_required"
    secret = program.get(f"{door}/account/authenticators/totp").json()["meta"]["secret"]
    done = program.post(f"{door}/account/authenticators/totp", {"code": code_now(secret)})
    assert done.status_code == 200, done.json()
    assert program.get("/api/v1/recovery/").json()["is_required"] is False


def code_in_mail() -> str:
    return re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", str(mail.outbox[-1].body))[0]  # type: ignore[index]


def choose_password(browser: Client) -> None:
    asked = browser.post("/support/secure/new-password/")
    assert asked["Location"].startswith("/accounts/password/reset/")
    confirmed = browser.post(asked["Location"], {"code": code_in_mail()})
    done = browser.post(
        confirmed["Location"],
        {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "next": "/support/secure/"},
    )
    assert done.status_code == 302, done.content


def test_the_whole_way_back(reported: Client, fan: User) -> None:
    choose_password(reported)
    assert reported.get("/support/secure/")["Location"].startswith("/accounts/login/")
    signed_in = reported.post("/accounts/login/", {"login": fan.email, "password": NEW_PASSWORD})
    assert signed_in.status_code == 302
    assert reported.get("/balance/")["Location"] == "/support/secure/"
    assert "Now set up a second factor" in reported.get("/support/secure/").text
    page = reported.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    done = reported.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    assert done.status_code == 302
    assert reported.get("/balance/").status_code == 200
    shown = reported.get("/support/secure/").text
    assert "Your money stays stopped until support has looked" in shown
    assert Freeze.objects.get(person=fan).lifted_at is None
    assert OwedMail.objects.filter(user=fan, kind="case_secured").count() == 1


def test_with_a_second_factor_the_new_password_is_the_whole_way(
    stranger: User, verified_page_as: Callable[..., Client]
) -> None:
    browser = verified_page_as(stranger)
    browser.post("/support/not-me/", {"key": "k"})
    choose_password(browser)
    assert User.objects.get(pk=stranger.pk).recovery_since is None
    login = browser.post("/accounts/login/", {"login": stranger.email, "password": NEW_PASSWORD})
    assert login["Location"].startswith("/accounts/2fa/authenticate/")
    browser.post(login["Location"], {"code": totp_code(stranger)})
    assert browser.get("/balance/").status_code == 200


def test_the_old_password_opens_nothing(reported: Client, fan: User) -> None:
    answer = Client().post("/accounts/login/", {"login": fan.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "do not belong together" in answer.text


def test_the_forgotten_password_page_leads_back_in_too(fan: User) -> None:
    report(fan)
    browser = Client()
    asked = browser.post("/accounts/password/reset/", {"email": fan.email})
    browser.post(asked["Location"], {"code": code_in_mail()})
    browser.post("/accounts/password/reset/complete/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert steps_left(User.objects.get(pk=fan.pk)) == ["second_factor"]


def test_the_mail_says_what_is_stopped_and_when_somebody_answers(fan: User) -> None:
    made = report(fan)
    send_owed_mails(now=business_clock.now())
    message = next(m for m in mail.outbox if made.freeze.case.reference in m.subject)
    due = made.freeze.case.answer_due_at
    assert "Your old password no longer works" in str(message.body)
    assert f"{due:%-d %B, %H:%M} UTC" in str(message.body)


def test_an_account_that_needs_nothing_is_told_so(fan: User, page_as: Callable[[User], Client]) -> None:
    assert "Nothing is stopped" in page_as(fan).get("/support/secure/").text


def test_who_was_recovered_is_not_recovered_again(fan: User) -> None:
    report(fan)
    secure(fan)
    secure(fan)
    assert OwedMail.objects.filter(user=fan, kind="case_secured").count() == 1
