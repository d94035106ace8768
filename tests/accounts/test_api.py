"""/api/v1/me/, acceptances and legal documents: anonymous, wrong and right person."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_without_a_token_there_is_no_me() -> None:
    answer = APIClient().get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("headers", [{"X-Session-Token": "nonsense"}, {"Authorization": "Bearer nonsense"}])
def test_a_token_that_is_none_is_refused(headers: dict[str, str], fan: User) -> None:
    answer = APIClient(headers=headers).get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_the_token_works_in_either_header(fan: User, as_user: Callable[[User], APIClient]) -> None:
    token = as_user(fan).defaults["HTTP_X_SESSION_TOKEN"]
    for headers in ({"X-Session-Token": token}, {"Authorization": f"Bearer {token}"}):
        assert APIClient(headers=headers).get("/api/v1/me/").json()["handle"] == "alice"


def test_the_token_of_a_closed_account_is_refused(fan: User, as_user: Callable[[User], APIClient]) -> None:
    client = as_user(fan)
    User.objects.filter(pk=fan.pk).update(is_active=False)
    assert client.get("/api/v1/me/").status_code == 401


def test_signing_out_ends_the_token(fan: User, as_user: Callable[[User], APIClient]) -> None:
    client = as_user(fan)
    assert client.delete("/_allauth/app/v1/auth/session").status_code == 401
    assert client.get("/api/v1/me/").status_code == 401


def test_a_password_session_is_not_verified(creator: User, as_user: Callable[[User], APIClient]) -> None:
    me = as_user(creator).get("/api/v1/me/").json()
    assert (me["has_second_factor"], me["is_verified"], me["second_factor_age_s"]) == (True, False, None)


def test_a_second_factors_session_is_verified(
    creator: User, verified_client: Callable[..., APIClient]
) -> None:
    me = verified_client(creator, age_s=42).get("/api/v1/me/").json()
    assert (me["is_verified"], me["second_factor_age_s"], me["is_creator"]) == (True, 42, True)


def test_me_takes_seven_queries(
    creator: User,
    verified_client: Callable[..., APIClient],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = verified_client(creator)
    with django_assert_num_queries(7):
        client.get("/api/v1/me/")


def test_one_changes_ones_profile_and_nothing_else(fan: User, as_user: Callable[[User], APIClient]) -> None:
    change = {"display_name": "Alice A.", "time_zone": "Asia/Kolkata", "handle": "boss", "is_staff": True}
    answer = as_user(fan).patch("/api/v1/me/", change)
    assert (answer.status_code, answer.json()["name"]) == (200, "Alice A.")
    fan.refresh_from_db()
    assert (fan.time_zone, fan.handle, fan.is_staff) == ("Asia/Kolkata", "alice", False)


@pytest.mark.parametrize(
    "change", [{"time_zone": "Mars/Olympus"}, {"display_name": "x" * 61}, {"language": "tlh"}]
)
def test_a_profile_that_is_not_right_changes_nothing(
    fan: User, as_user: Callable[[User], APIClient], change: dict[str, Any]
) -> None:
    answer = as_user(fan).patch("/api/v1/me/", change)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert list(answer.json()["errors"]) == list(change)
    assert User.objects.filter(pk=fan.pk, display_name="Alice", time_zone="UTC", language="en").exists()


def test_a_document_is_read_and_accepted(
    person: Callable[..., User], as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(person("dora", kinds=["terms", "privacy"]))
    documents = {
        document["kind"]: document for document in APIClient().get("/api/v1/legal-documents/").json()
    }
    assert sorted(documents) == ["coins", "creator", "privacy", "terms"]
    answer = client.post(
        "/api/v1/me/acceptances/", {"kind": "coins", "version": documents["coins"]["version"]}
    )
    assert (answer.status_code, answer.json()["kind"]) == (201, "coins")
    assert client.get("/api/v1/me/").json()["terms_to_accept"] == ["creator"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "coins", "version": 9}, 409, "document_changed"),
        ({"kind": "cookies", "version": 1}, 400, "invalid_request"),
        ({"kind": "coins", "version": 0}, 400, "invalid_request"),
        ({}, 400, "invalid_request"),
    ],
)
def test_an_acceptance_that_is_not_right_is_refused(
    fan: User, as_user: Callable[[User], APIClient], body: dict[str, Any], status: int, code: str
) -> None:
    answer = as_user(fan).post("/api/v1/me/acceptances/", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert fan.acceptances.count() == 4


def test_nobody_accepts_without_signing_in(legal_documents: None) -> None:
    assert APIClient().post("/api/v1/me/acceptances/", {"kind": "coins", "version": 1}).status_code == 401
