"""Google and Facebook in the API of programs: a token of theirs is verified by its signature, then our sign-up."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from rest_framework.test import APIClient

from accounts.models import User
from tests.accounts.test_headless_journeys import Program, errors_of, pending_flow
from tests.fixtures.identity_provider import CLIENT_ID, IdentityProvider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

FACTS = {"handle": "gina", "country": "DE", "birth_date": "1999-09-09", "terms": True}


def give(program: Program, *, process: str = "login", provider: str = "google", **token: str) -> Any:
    return program.post(
        "auth/provider/token", provider=provider, process=process, token={"client_id": CLIENT_ID} | token
    )


def test_a_program_signs_a_new_person_up_with_a_google_token(google: IdentityProvider) -> None:
    program = Program()
    answer = give(program, id_token=google.id_token())
    assert (answer.status_code, pending_flow(answer)) == (401, "provider_signup")
    no_consent = program.post("auth/provider/signup", **(FACTS | {"terms": False}))
    assert errors_of(no_consent) == {"terms": "required"}
    assert User.objects.count() == 0
    answer = program.post("auth/provider/signup", **(FACTS | {"email": "boss@example.com"}))
    assert answer.status_code == 200
    me = program.client.get("/api/v1/me/").json()
    assert (me["handle"], me["email"]) == ("gina", "gina@gmail.com")


def test_who_is_too_young_does_not_come_in_by_another_door(google: IdentityProvider) -> None:
    program = Program()
    give(program, id_token=google.id_token())
    young = program.post("auth/provider/signup", **(FACTS | {"birth_date": "2015-01-01"}))
    assert errors_of(young) == {"birth_date": "age_required"}
    again = program.post("auth/provider/signup", **FACTS)
    assert (again.status_code, User.objects.count()) == (403, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "another"},
        {"iss": "https://accounts.evil.example"},
        {"aud": "another-client"},
        {"exp": 1_000_000_000},
    ],
)
def test_a_token_that_is_forged_or_not_for_us_is_refused(
    google: IdentityProvider, wrong: dict[str, Any]
) -> None:
    program = Program()
    answer = give(program, id_token=google.id_token(**wrong))
    assert (answer.status_code, errors_of(answer)) == (400, {"token": "invalid_token"})
    assert program.post("auth/provider/signup", **FACTS).status_code == 409


def test_a_token_is_taken_once(google: IdentityProvider) -> None:
    token = google.id_token()
    assert give(Program(), id_token=token).status_code == 401
    assert errors_of(give(Program(), id_token=token)) == {"token": "invalid_token"}


def test_a_token_opens_no_account_that_google_cannot_vouch_for(google: IdentityProvider, fan: User) -> None:
    google.person |= {"email": fan.email}
    program = Program()
    give(program, id_token=google.id_token())
    program.post("auth/provider/signup", **FACTS)
    assert program.client.get("/api/v1/me/").status_code == 401
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_facebook_verifies_its_own_token(facebook: IdentityProvider) -> None:
    facebook.tokens["right"] = facebook.person
    program = Program()
    wrong = give(program, provider="facebook", access_token="made-up")
    assert errors_of(wrong) == {"token": "invalid_token"}
    answer = give(program, provider="facebook", access_token="right")
    assert pending_flow(answer) == "provider_signup"


def test_a_program_connects_and_disconnects(
    google: IdentityProvider, fan: User, as_user: Callable[[User], APIClient]
) -> None:
    program = Program()
    program.client = as_user(fan)
    assert give(program, process="connect", id_token=google.id_token()).status_code == 200
    listed = program.call("get", "account/providers").json()["data"]
    assert [(one["uid"], one["provider"]["id"]) for one in listed] == [("g-1", "google")]
    answer = program.call("delete", "account/providers", {"provider": "google", "account": "g-1"})
    assert (answer.status_code, answer.json()["data"]) == (200, [])


def test_nobody_disconnects_anothers(
    google: IdentityProvider, fan: User, creator: User, as_user: Callable[[User], APIClient]
) -> None:
    SocialAccount.objects.create(user=creator, provider="google", uid="g-1")
    program = Program()
    program.client = as_user(fan)
    answer = program.call("delete", "account/providers", {"provider": "google", "account": "g-1"})
    assert (answer.status_code, SocialAccount.objects.count()) == (400, 1)
