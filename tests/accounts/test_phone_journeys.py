"""Joining, signing in and choosing a new password by phone, over /_allauth/app/v1/."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from rest_framework.test import APIClient

from accounts.models import Phone, SecurityEvent, TextMessage, User
from accounts.services import send_owed_mails, verify_phone
from ground import clock
from ledger import books
from tests.accounts.test_headless_journeys import NEW_PERSON, Program, errors_of, pending_flow
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.texts import OTHER_PHONE, PHONE, Texts, code_to

pytestmark = pytest.mark.django_db(transaction=True)

BY_PHONE = {name: value for name, value in NEW_PERSON.items() if name != "email"} | {"phone": PHONE}
NEW_PASSWORD = "a new clap as light"


@pytest.fixture
def program(legal_documents: None) -> Program:
    return Program()


@pytest.fixture
def dora(program: Program) -> User:
    """Who joined by phone and typed the code; signed in at `program`."""
    assert program.post("auth/signup", **BY_PHONE).status_code == 401
    assert program.post("auth/phone/verify", code=code_to(PHONE)).status_code == 200
    return User.objects.get(handle="dora")


def give_phone(person: User, number: str = PHONE) -> None:
    verify_phone(user=person, number=number, now=clock.now())


def test_a_new_person_joins_by_phone_with_a_texted_code(
    program: Program, mailoutbox: list[EmailMessage]
) -> None:
    answer = program.post("auth/signup", **BY_PHONE)
    assert (answer.status_code, pending_flow(answer)) == (401, "verify_phone")
    assert program.client.get("/api/v1/me/").status_code == 401
    answer = program.post("auth/phone/verify", code=code_to(PHONE))
    assert (answer.status_code, answer.json()["meta"]["is_authenticated"]) == (200, True)
    me = program.client.get("/api/v1/me/").json()
    assert (me["handle"], me["email"]) == ("dora", None)
    person = User.objects.get()
    assert (str(person.phone.number), person.phone.is_verified) == (PHONE, True)
    assert books.balances(person.ledger_id) == {("coins", "COIN"): 0}
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"phone": ""}, "email", "address_required"),
        ({"email": "dora@example.com"}, "phone", "one_address_only"),
        ({"phone": "0151 12345678"}, "phone", "invalid_phone"),
        ({"phone": "+49 30 12345678"}, "phone", "invalid_phone"),
        ({"phone": "+49 900 1234567"}, "phone", "invalid_phone"),
        ({"birth_date": "2015-01-01"}, "birth_date", "age_required"),
    ],
)
def test_a_sign_up_by_phone_that_is_not_right_makes_nobody(
    program: Program, texts: Texts, change: dict[str, Any], param: str, code: str
) -> None:
    answer = program.post("auth/signup", **(BY_PHONE | change))
    assert (answer.status_code, errors_of(answer)) == (400, {param: code})
    assert User.objects.count() == 0
    assert texts(PHONE) == []


def test_signing_in_by_phone_takes_the_password(dora: User, texts: Texts) -> None:
    program = Program()
    answer = program.post("auth/login", phone=PHONE, password=PASSWORD)
    assert (answer.status_code, len(texts(PHONE))) == (200, 1)
    assert program.client.get("/api/v1/me/").json()["handle"] == "dora"


def test_who_left_before_the_code_signs_in_and_gets_a_new_one(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.post("auth/signup", **BY_PHONE)
    first = code_to(PHONE)
    again = Program()
    monkeypatch.setattr("accounts.limits.RATES", {})
    answer = again.post("auth/login", phone=PHONE, password=PASSWORD)
    assert (answer.status_code, pending_flow(answer)) == (401, "verify_phone")
    second = code_to(PHONE)
    assert first != second
    assert again.post("auth/phone/verify", code=first).status_code == 400
    assert again.post("auth/phone/verify", code=second).status_code == 200


def test_the_third_wrong_code_ends_the_attempt(program: Program) -> None:
    program.post("auth/signup", **BY_PHONE)
    right = code_to(PHONE)
    wrong = "000000" if right != "000000" else "111111"
    assert [program.post("auth/phone/verify", code=wrong).status_code for _ in range(3)] == [400, 400, 400]
    assert program.post("auth/phone/verify", code=right).status_code == 409
    assert Phone.objects.get().is_verified is False


def test_a_code_that_is_too_old_is_refused(program: Program, settings: Any) -> None:
    program.post("auth/signup", **BY_PHONE)
    code = code_to(PHONE)
    settings.ACCOUNT_PHONE_VERIFICATION_TIMEOUT = -1
    assert program.post("auth/phone/verify", code=code).status_code == 409


def test_a_code_works_once(dora: User, program: Program, texts: Texts) -> None:
    code = code_to(PHONE)
    again = Program()
    again.client = program.client
    assert again.post("auth/phone/verify", code=code).status_code == 409


def test_no_code_stays_in_the_database(dora: User) -> None:
    text = TextMessage.objects.get()
    assert (text.state, text.sealed_text, text.kind) == ("sent", "", "code")


def test_a_reset_by_phone_changes_the_password(
    fan: User, as_user: Callable[[User], APIClient], texts: Texts, mailoutbox: list[EmailMessage]
) -> None:
    give_phone(fan)
    elsewhere, program = as_user(fan), Program()
    assert program.post("auth/password/request", phone=PHONE).status_code == 401
    code = code_to(PHONE)
    assert program.post("auth/password/reset", key="WRNG-CODE", password=NEW_PASSWORD).status_code == 400
    assert program.post("auth/password/reset", key=code, password=NEW_PASSWORD).status_code == 401
    assert elsewhere.get("/api/v1/me/").status_code == 401
    assert Program().post("auth/login", phone=PHONE, password=NEW_PASSWORD).status_code == 200
    assert Program().post("auth/login", email=fan.email, password=NEW_PASSWORD).status_code == 200
    assert texts(PHONE)[-1].startswith("Your Ovation password was changed")
    send_owed_mails(now=clock.now())
    assert "Your password was changed" in [mail.subject for mail in mailoutbox]


def test_a_number_is_added_by_its_code_and_the_person_is_told(
    fan: User, as_user: Callable[[User], APIClient], mailoutbox: list[EmailMessage]
) -> None:
    client = as_user(fan)
    answer = client.post("/_allauth/app/v1/account/phone", {"phone": PHONE}, format="json")
    assert answer.status_code == 202
    assert not Phone.objects.exists()
    answer = client.post("/_allauth/app/v1/auth/phone/verify", {"code": code_to(PHONE)}, format="json")
    assert answer.status_code == 200
    assert str(Phone.objects.get(user=fan).number) == PHONE
    send_owed_mails(now=clock.now())
    assert mailoutbox[-1].subject == "Your account has a phone number"
    assert SecurityEvent.objects.filter(user=fan, kind="phone_added").count() == 1


def test_a_changed_number_is_told_to_the_old_one(
    fan: User, as_user: Callable[[User], APIClient], texts: Texts
) -> None:
    give_phone(fan)
    client = as_user(fan)
    client.post("/_allauth/app/v1/account/phone", {"phone": OTHER_PHONE}, format="json")
    assert str(Phone.objects.get(user=fan).number) == PHONE
    client.post("/_allauth/app/v1/auth/phone/verify", {"code": code_to(OTHER_PHONE)}, format="json")
    assert str(Phone.objects.get(user=fan).number) == OTHER_PHONE
    assert texts(PHONE)[-1].startswith("Your Ovation account now has another phone number.")


def test_a_number_is_removed_and_told(
    fan: User, as_user: Callable[[User], APIClient], texts: Texts, mailoutbox: list[EmailMessage]
) -> None:
    give_phone(fan)
    answer = as_user(fan).delete("/_allauth/app/v1/account/phone")
    assert (answer.status_code, answer.json()["data"]) == (200, [])
    assert not Phone.objects.exists()
    assert texts(PHONE)[-1].startswith("This number was removed")
    send_owed_mails(now=clock.now())
    assert mailoutbox[-1].subject == "A phone number was removed"


def test_the_only_way_in_stays(dora: User, program: Program) -> None:
    answer = program.client.delete("/_allauth/app/v1/account/phone")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_way_in")
    assert Phone.objects.get(user=dora).is_verified


@pytest.mark.parametrize("method", ["post", "delete"])
def test_with_a_second_factor_a_password_does_not_change_a_number(
    creator: User, as_user: Callable[[User], APIClient], method: str, texts: Texts
) -> None:
    give_phone(creator)
    client = as_user(creator)
    answer = getattr(client, method)("/_allauth/app/v1/account/phone", {"phone": OTHER_PHONE}, format="json")
    assert answer.status_code == 401
    assert str(Phone.objects.get(user=creator).number) == PHONE
    assert texts(OTHER_PHONE) == []


def test_nobody_reads_or_removes_a_number_without_a_session(fan: User) -> None:
    give_phone(fan)
    client = APIClient()
    answers = [client.get("/_allauth/app/v1/account/phone"), client.delete("/_allauth/app/v1/account/phone")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert Phone.objects.count() == 1
