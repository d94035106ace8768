"""Passkeys and security keys over the headless API, with a key made of software."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from rest_framework.test import APIClient

from accounts.models import SecurityEvent, User
from tests.accounts.test_headless_journeys import Program, pending_flow
from tests.fixtures.accounts import PASSWORD, recovery_codes, send_mails, token_of
from tests.fixtures.keys import SoftKey

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = "account/authenticators/webauthn"


def program_of(person: User, *, second_factor_age_s: float | None = 0) -> Program:
    """A program with a session of that person."""
    program = Program()
    program.client.credentials(HTTP_X_SESSION_TOKEN=token_of(person, second_factor_age_s=second_factor_age_s))
    return program


def enrol(program: Program, key: SoftKey, name: str = "My phone", *, passwordless: bool = True) -> Any:
    """Register the key in the program's session."""
    asked = program.call("get", f"{KEYS}?passwordless" if passwordless else KEYS)
    assert asked.status_code == 200, asked.content
    credential = key.create(asked.json()["data"]["creation_options"])
    return program.post(KEYS, name=name, credential=credential, passwordless=passwordless)


@pytest.fixture
def key(creator: User) -> SoftKey:
    """A passkey of Bob, the creator."""
    key = SoftKey()
    assert enrol(program_of(creator), key).status_code == 200
    return key


def sign_in(key: SoftKey, **claims: str) -> tuple[Program, Any]:
    """Sign in by passkey alone."""
    program = Program()
    options = program.call("get", "auth/webauthn/login").json()["data"]["request_options"]
    return program, program.post("auth/webauthn/login", credential=key.get(options, **claims))


def me(program: Program) -> dict[str, Any]:
    answer: dict[str, Any] = program.client.get("/api/v1/me/").json()
    return answer


def test_a_fan_enrols_a_passkey_as_the_first_factor(fan: User, mailoutbox: list[EmailMessage]) -> None:
    program = program_of(fan, second_factor_age_s=None)
    answer = enrol(program, SoftKey(), "My phone")
    assert answer.status_code == 200
    assert answer.json()["meta"]["recovery_codes_generated"] is True
    assert (me(program)["has_second_factor"], me(program)["is_verified"]) == (True, True)
    assert me(program)["second_factor_age_s"] == 0
    send_mails()
    assert mailoutbox[-1].subject == "A passkey or security key was added"
    kinds = set(SecurityEvent.objects.filter(user=fan).values_list("kind", flat=True))
    assert kinds == {"signed_in", "passkey_added", "recovery_codes_made"}


def test_a_passkey_signs_in_alone_and_counts_as_the_second_factor(key: SoftKey) -> None:
    program, answer = sign_in(key)
    assert answer.status_code == 200, answer.content
    found = me(program)
    assert (found["handle"], found["is_verified"], found["second_factor_age_s"]) == ("bob", True, 0)


def test_a_key_is_the_second_step_after_the_password(creator: User, key: SoftKey) -> None:
    program = Program()
    answer = program.post("auth/login", email=creator.email, password=PASSWORD)
    assert (answer.status_code, pending_flow(answer)) == (401, "mfa_authenticate")
    options = program.call("get", "auth/webauthn/authenticate").json()["data"]["request_options"]
    assert [one["id"] for one in options["publicKey"]["allowCredentials"]] == [key.get(options)["id"]]
    assert program.post("auth/webauthn/authenticate", credential=key.get(options)).status_code == 200
    assert me(program)["is_verified"] is True


def reauthenticate(program: Program, key: SoftKey) -> Any:
    options = program.call("get", "auth/webauthn/reauthenticate").json()["data"]["request_options"]
    return program.post("auth/webauthn/reauthenticate", credential=key.get(options))


def test_a_key_is_a_step_up(creator: User, key: SoftKey) -> None:
    program = program_of(creator, second_factor_age_s=None)
    assert me(program)["second_factor_age_s"] is None
    assert reauthenticate(program, key).status_code == 200
    assert (me(program)["is_verified"], me(program)["second_factor_age_s"]) == (True, 0)


def test_a_key_is_renamed_listed_and_removed(
    creator: User, key: SoftKey, mailoutbox: list[EmailMessage]
) -> None:
    program = program_of(creator)
    pk = Authenticator.objects.get(user=creator, type="webauthn").pk
    assert program.call("put", KEYS, {"id": pk, "name": "x" * 61}).status_code == 400
    assert program.call("put", KEYS, {"id": pk, "name": "Blue key"}).status_code == 200
    listed = program.call("get", "account/authenticators").json()["data"]
    names = [(one["name"], one["is_passwordless"]) for one in listed if one["type"] == "webauthn"]
    assert names == [("Blue key", True)]
    assert program.call("delete", KEYS, {"authenticators": [pk]}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()
    send_mails()
    assert mailoutbox[-1].subject == "A passkey or security key was removed"
    assert SecurityEvent.objects.filter(user=creator, kind="passkey_removed").count() == 1
    assert sign_in(key)[1].status_code == 400


@pytest.mark.parametrize("route", ["login", "authenticate", "reauthenticate"])
def test_the_passkey_of_another_user_is_refused(
    creator: User, stranger: User, key: SoftKey, route: str
) -> None:
    theirs = SoftKey()
    enrol(program_of(stranger), theirs)
    program = Program() if route != "reauthenticate" else program_of(creator, second_factor_age_s=None)
    if route == "authenticate":
        program.post("auth/login", email=creator.email, password=PASSWORD)
    options = program.call("get", f"auth/webauthn/{route}").json()["data"]["request_options"]
    before = list(Authenticator.objects.order_by("pk").values())
    forged = theirs.get(options, user_handle=key.user_handle)
    answer = program.post(f"auth/webauthn/{route}", credential=forged)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "incorrect_code")
    assert list(Authenticator.objects.order_by("pk").values()) == before
    if route == "reauthenticate":
        assert (me(program)["is_verified"], me(program)["second_factor_age_s"]) == (False, None)
    else:
        assert program.client.get("/api/v1/me/").status_code == 401


def test_an_answer_serves_once_and_to_its_own_challenge(key: SoftKey) -> None:
    program = Program()
    options = program.call("get", "auth/webauthn/login").json()["data"]["request_options"]
    answer = key.get(options)
    assert Program().post("auth/webauthn/login", credential=answer).status_code == 400
    assert program.post("auth/webauthn/login", credential=answer).status_code == 200
    fresh = Program()
    fresh.call("get", "auth/webauthn/login")
    assert fresh.post("auth/webauthn/login", credential=answer).status_code == 400


def test_a_stolen_key_without_its_pin_opens_nothing_by_another_challenge(
    stranger: User, key: SoftKey
) -> None:
    """A challenge for a second factor asks for no PIN; the thief takes one of a session of their own."""
    enrol(program_of(stranger), SoftKey())
    thief = program_of(stranger)
    options = thief.call("get", "auth/webauthn/reauthenticate").json()["data"]["request_options"]
    key.is_verified = False
    answer = thief.post("auth/webauthn/login", credential=key.get(options))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "incorrect_code")
    assert me(thief)["handle"] == "charlie"


def test_a_key_without_a_pin_is_a_second_step_but_no_passkey(creator: User) -> None:
    plain = SoftKey(is_verified=False)
    refused = enrol(program_of(creator), plain)
    assert refused.status_code == 400
    assert enrol(program_of(creator), plain, passwordless=False).status_code == 200
    assert sign_in(plain)[1].status_code == 400
    assert reauthenticate(program_of(creator, second_factor_age_s=None), plain).status_code == 200


def test_a_key_belongs_to_one_account(creator: User, stranger: User, key: SoftKey) -> None:
    answer = enrol(program_of(stranger), key)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "key_taken")
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_an_answer_of_another_site_is_refused(creator: User) -> None:
    phished = SoftKey(origin="https://testserver.example")
    answer = enrol(program_of(creator), phished)
    assert answer.status_code == 400
    assert not Authenticator.objects.filter(type="webauthn").exists()


BROKEN = [
    None,
    [],
    "text",
    7,
    {},
    {"id": 3},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": None},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA"}},
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {
            "clientDataJSON": "e30",
            "authenticatorData": "AA",
            "signature": "",
            "userHandle": "MQ",
            "attestationObject": "oA",
        },
    },
    {
        "id": "é",
        "rawId": "*",
        "type": "x",
        "response": {"clientDataJSON": "bnVsbA", "authenticatorData": "AA", "userHandle": 5},
    },
]


@pytest.mark.parametrize("credential", BROKEN, ids=range(len(BROKEN)))
def test_what_no_browser_answers_is_refused_and_never_an_error_of_ours(
    creator: User, credential: Any, key: SoftKey
) -> None:
    for route in ("auth/webauthn/login", "auth/webauthn/reauthenticate", KEYS):
        program = program_of(creator)
        program.call("get", route)
        assert program.post(route, credential=credential).status_code == 400
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_recovery_codes_are_shown_once(creator: User) -> None:
    program = program_of(creator)
    address = "account/authenticators/recovery-codes"
    made = program.post(address).json()["data"]
    assert sorted(made["unused_codes"]) == sorted(recovery_codes(creator))
    again = program.call("get", address).json()["data"]
    assert (again["unused_code_count"], "unused_codes" in again) == (10, False)


def test_a_used_recovery_code_is_told_and_refused_the_second_time(
    creator: User, mailoutbox: list[EmailMessage]
) -> None:
    code = recovery_codes(creator)[0]
    first, second = Program(), Program()
    for program in (first, second):
        program.post("auth/login", email=creator.email, password=PASSWORD)
    assert first.post("auth/2fa/authenticate", code=code).status_code == 200
    send_mails()
    assert mailoutbox[-1].subject == "A recovery code was used"
    assert "Codes left: 9." in str(mailoutbox[-1].body)
    event = SecurityEvent.objects.get(user=creator, kind="recovery_code_used")
    assert event.facts == {"left": 9}
    refused = second.post("auth/2fa/authenticate", code=code)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "incorrect_code")
    assert second.client.get("/api/v1/me/").status_code == 401
    assert (len(recovery_codes(creator)), len(mailoutbox)) == (9, 1)


def test_wrong_recovery_codes_make_the_right_one_wait(creator: User) -> None:
    right = recovery_codes(creator)[0]
    wrong = next(code for code in ("00000000", "11111111") if code not in recovery_codes(creator))
    program = Program()
    program.post("auth/login", email=creator.email, password=PASSWORD)
    answers = [program.post("auth/2fa/authenticate", code=code) for code in (wrong, right)]
    assert [answer.json()["errors"][0]["code"] for answer in answers] == ["incorrect_code", "too_many_codes"]
    assert right in recovery_codes(creator)


@pytest.mark.parametrize("what", ["app", "key"])
def test_an_operator_keeps_the_last_factor(operator: User, what: str) -> None:
    program = program_of(operator)
    if what == "key":
        enrol(program, SoftKey())
        assert program.call("delete", "account/authenticators/totp").status_code == 200
        pk = Authenticator.objects.get(user=operator, type="webauthn").pk
        answer = program.call("delete", KEYS, {"authenticators": [pk]})
    else:
        answer = program.call("delete", "account/authenticators/totp")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "last_second_factor")
    assert Authenticator.objects.filter(user=operator).exclude(type="recovery_codes").count() == 1


def test_two_removals_at_once_leave_an_operator_one_factor(
    operator: User, race: Callable[[int, Callable[[], Any]], list[Any]]
) -> None:
    enrol(program_of(operator), SoftKey())
    pk = Authenticator.objects.get(user=operator, type="webauthn").pk
    removals = iter([("account/authenticators/totp", {}), (KEYS, {"authenticators": [pk]})] * 2)
    programs = {n: program_of(operator) for n in range(2)}
    calls = iter([(programs[0], *next(removals)), (programs[1], *next(removals))])

    def remove() -> int:
        program, address, body = next(calls)
        status: int = program.call("delete", address, body).status_code
        return status

    assert sorted(race(2, remove)) == [200, 409]
    assert Authenticator.objects.filter(user=operator).exclude(type="recovery_codes").count() == 1


def test_a_code_of_somebody_elses_session_token_is_no_use(
    creator: User, stranger: User, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(stranger)
    answer = client.post(
        "/_allauth/app/v1/auth/2fa/reauthenticate", {"code": recovery_codes(creator)[0]}, format="json"
    )
    assert answer.status_code == 400
    assert len(recovery_codes(creator)) == 10
