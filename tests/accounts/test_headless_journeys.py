"""The journeys of a program: sign-up, codes, second factor, over /_allauth/app/v1/."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from rest_framework.test import APIClient

from accounts.models import Acceptance, User
from ledger import books
from tests.fixtures.accounts import PASSWORD, code_now, recovery_codes, totp_code

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PERSON = {
    "email": "dora@example.com",
    "handle": "dora",
    "password": PASSWORD,
    "country": "DE",
    "birth_date": "2000-02-29",
    "terms": True,
}


class Program:
    """A client of the app API that keeps its session token, as allauth's documentation tells it to."""

    def __init__(self) -> None:
        self.client = APIClient()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = getattr(self.client, method)(f"/_allauth/app/v1/{path}", body, format="json")
        token = answer.json().get("meta", {}).get("session_token") if answer.content else None
        if token:
            self.client.credentials(HTTP_X_SESSION_TOKEN=token)
        return answer

    def post(self, path: str, **body: Any) -> Any:
        return self.call("post", path, body)


@pytest.fixture
def program(legal_documents: None) -> Program:
    return Program()


def pending_flow(answer: Any) -> str:
    """The flow that the API waits for."""
    flow_id: str = next(flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending"))
    return flow_id


def code_in(mail: EmailMessage) -> str:
    """The code of a message, as a person would find it: alone on its line."""
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4}|\d{6})\s*$", str(mail.body), re.MULTILINE)
    assert found, mail.body
    return found[1]


def errors_of(answer: Any) -> dict[str, str]:
    """Which parameter was refused with which code."""
    return {error["param"]: error["code"] for error in answer.json()["errors"]}


def sign_up_and_verify(program: Program, mailoutbox: list[EmailMessage]) -> User:
    assert program.post("auth/signup", **NEW_PERSON).status_code == 401
    assert program.post("auth/email/verify", key=code_in(mailoutbox[-1])).status_code == 200
    return User.objects.get(handle="dora")


def test_a_new_person_signs_up_with_a_code_and_has_a_coins_account(
    program: Program, mailoutbox: list[EmailMessage]
) -> None:
    answer = program.post("auth/signup", **NEW_PERSON)
    assert (answer.status_code, pending_flow(answer)) == (401, "verify_email")
    answer = program.post("auth/email/verify", key=code_in(mailoutbox[0]))
    assert (answer.status_code, answer.json()["meta"]["is_authenticated"]) == (200, True)
    me = program.client.get("/api/v1/me/").json()
    assert (me["handle"], me["country"], me["birth_date"], me["is_creator"]) == (
        "dora",
        "DE",
        "2000-02-29",
        False,
    )
    assert me["terms_to_accept"] == ["coins", "creator"]
    assert books.balances(User.objects.get().ledger_id) == {("coins", "COIN"): 0}
    assert sorted(Acceptance.objects.values_list("document__kind", flat=True)) == ["privacy", "terms"]


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"birth_date": "2015-01-01"}, "birth_date", "age_required"),
        ({"birth_date": "2008-06-01", "country": "KR"}, "birth_date", "age_required"),
        ({"birth_date": "1850-01-01"}, "birth_date", "birth_date_invalid"),
        ({"handle": "admin"}, "handle", "handle_reserved"),
        ({"handle": "a..b"}, "handle", "handle_invalid"),
        ({"handle": "x"}, "handle", "handle_invalid"),
        ({"country": "XX"}, "country", "invalid_choice"),
        ({"terms": False}, "terms", "required"),
        ({"password": "password123"}, "password", "password_too_common"),
        ({"password": "short"}, "password", "password_too_short"),
    ],
)
def test_a_sign_up_that_is_not_right_makes_nobody(
    program: Program, mailoutbox: list[EmailMessage], change: dict[str, Any], param: str, code: str
) -> None:
    answer = program.post("auth/signup", **(NEW_PERSON | change))
    assert answer.status_code == 400
    assert errors_of(answer)[param] == code
    assert User.objects.count() == 0
    assert mailoutbox == []


def test_a_taken_address_is_told_to_its_owner_only(
    program: Program, fan: User, mailoutbox: list[EmailMessage]
) -> None:
    fresh = Program().post("auth/signup", **NEW_PERSON)
    answer = program.post("auth/signup", **(NEW_PERSON | {"email": fan.email, "handle": "dora2"}))
    assert (answer.status_code, pending_flow(answer)) == (fresh.status_code, pending_flow(fresh))
    assert mailoutbox[-1].to == [fan.email]
    assert "already" in mailoutbox[-1].subject.lower()
    assert not User.objects.filter(handle="dora2").exists()


def test_a_wrong_code_is_refused_and_the_third_ends_the_attempt(
    program: Program, mailoutbox: list[EmailMessage]
) -> None:
    program.post("auth/signup", **NEW_PERSON)
    right = code_in(mailoutbox[0])
    wrong = "000000" if right != "000000" else "111111"
    assert [program.post("auth/email/verify", key=wrong).status_code for _ in range(3)] == [400, 400, 400]
    assert program.post("auth/email/verify", key=right).status_code == 409
    assert program.client.get("/api/v1/me/").status_code == 401


def test_an_expired_code_is_refused(program: Program, mailoutbox: list[EmailMessage], settings: Any) -> None:
    program.post("auth/signup", **NEW_PERSON)
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = -1
    assert program.post("auth/email/verify", key=code_in(mailoutbox[0])).status_code == 409


def test_enrolling_verifies_the_session_and_spends_the_code(
    program: Program, mailoutbox: list[EmailMessage]
) -> None:
    person = sign_up_and_verify(program, mailoutbox)
    offered = program.call("get", "account/authenticators/totp")
    assert offered.status_code == 404
    secret = offered.json()["meta"]["secret"]
    code = code_now(secret)
    assert program.post("account/authenticators/totp", code=code).status_code == 200
    me = program.client.get("/api/v1/me/").json()
    assert (me["has_second_factor"], me["is_verified"], me["second_factor_age_s"]) == (True, True, 0)
    assert program.post("auth/2fa/reauthenticate", code=code).status_code == 400
    assert secret not in str(list(Authenticator.objects.filter(user=person).values()))
    assert len(recovery_codes(person)) == 10


def test_signing_in_asks_for_the_second_factor(program: Program, creator: User) -> None:
    answer = program.post("auth/login", email=creator.email, password=PASSWORD)
    assert (answer.status_code, pending_flow(answer)) == (401, "mfa_authenticate")
    assert program.client.get("/api/v1/me/").status_code == 401
    assert program.post("auth/2fa/authenticate", code=totp_code(creator)).status_code == 200
    me = program.client.get("/api/v1/me/").json()
    assert (me["handle"], me["is_verified"]) == ("bob", True)


def test_a_wrong_password_says_the_same_as_an_unknown_address(program: Program, fan: User) -> None:
    wrong = program.post("auth/login", email=fan.email, password="not the password")
    unknown = program.post("auth/login", email="nobody@example.com", password="not the password")
    assert (wrong.status_code, unknown.status_code) == (400, 400)
    assert wrong.json() == unknown.json()


def test_a_recovery_code_lets_in_once(program: Program, creator: User) -> None:
    code = recovery_codes(creator)[0]
    program.post("auth/login", email=creator.email, password=PASSWORD)
    assert program.post("auth/2fa/authenticate", code=code).status_code == 200
    again = Program()
    again.post("auth/login", email=creator.email, password=PASSWORD)
    assert again.post("auth/2fa/authenticate", code=code).json()["errors"][0]["code"] == "incorrect_code"
    assert len(recovery_codes(creator)) == 9


def test_a_used_code_is_refused_in_another_session(program: Program, creator: User) -> None:
    code = totp_code(creator)
    program.post("auth/login", email=creator.email, password=PASSWORD)
    assert program.post("auth/2fa/authenticate", code=code).status_code == 200
    thief = Program()
    thief.post("auth/login", email=creator.email, password=PASSWORD)
    assert thief.post("auth/2fa/authenticate", code=code).status_code == 400
    assert thief.client.get("/api/v1/me/").status_code == 401


def test_a_reset_needs_the_mailed_code_and_ends_other_sessions(
    program: Program, fan: User, mailoutbox: list[EmailMessage], as_user: Callable[[User], APIClient]
) -> None:
    elsewhere = as_user(fan)
    assert elsewhere.get("/api/v1/me/").status_code == 200
    assert program.post("auth/password/request", email=fan.email).status_code == 401
    code = code_in(mailoutbox[-1])
    assert (
        program.post("auth/password/reset", key="WRNG-CODE", password="a new clap as light").status_code
        == 400
    )
    assert program.post("auth/password/reset", key=code, password="a new clap as light").status_code == 401
    assert elsewhere.get("/api/v1/me/").status_code == 401
    assert Program().post("auth/login", email=fan.email, password=PASSWORD).status_code == 400
    assert Program().post("auth/login", email=fan.email, password="a new clap as light").status_code == 200
