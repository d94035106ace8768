"""Step-up: only a second factor used a short while ago counts, whichever way a session came to be."""

from collections.abc import Callable

import pytest
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from accounts.api.authentication import SessionTokenAuthentication
from accounts.errors import SecondFactorRequired, StepUpRequired
from accounts.models import User
from accounts.step_up import require_recent_second_factor

pytestmark = pytest.mark.django_db


def request_of(client: APIClient) -> Request:
    """The DRF request that a view would get from this client."""
    token = client.defaults["HTTP_X_SESSION_TOKEN"]
    return Request(
        APIRequestFactory().post("/", HTTP_X_SESSION_TOKEN=token),
        authenticators=[SessionTokenAuthentication()],
    )


def test_a_fresh_second_factor_passes(creator: User, verified_client: Callable[..., APIClient]) -> None:
    require_recent_second_factor(request_of(verified_client(creator, age_s=290)))


def test_a_second_factor_of_301_seconds_ago_is_too_old(
    creator: User, verified_client: Callable[..., APIClient]
) -> None:
    with pytest.raises(StepUpRequired) as refusal:
        require_recent_second_factor(request_of(verified_client(creator, age_s=301)))
    assert refusal.value.as_problem()["reauthenticate"] == {
        "method": "POST",
        "path": "/_allauth/app/v1/auth/2fa/reauthenticate",
    }


def test_a_password_alone_is_refused(creator: User, as_user: Callable[[User], APIClient]) -> None:
    with pytest.raises(StepUpRequired):
        require_recent_second_factor(request_of(as_user(creator)))


def test_without_a_second_factor_the_way_to_enrol_is_named(
    fan: User, as_user: Callable[[User], APIClient]
) -> None:
    with pytest.raises(SecondFactorRequired) as refusal:
        require_recent_second_factor(request_of(as_user(fan)))
    assert refusal.value.as_problem()["enrol"]["path"] == "/_allauth/app/v1/account/authenticators/totp"


def test_a_password_given_again_is_refused_by_the_headless_api(
    creator: User, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(creator)
    answer = client.post(
        "/_allauth/app/v1/auth/reauthenticate", {"password": "a clap seen as sound"}, format="json"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "password_is_not_enough"
    with pytest.raises(StepUpRequired):
        require_recent_second_factor(request_of(client))


def test_a_code_given_again_lets_the_session_through(
    creator: User, as_user: Callable[[User], APIClient], step_up: Callable[[APIClient, User], None]
) -> None:
    client = as_user(creator)
    step_up(client, creator)
    require_recent_second_factor(request_of(client))
    assert client.get("/api/v1/me/").json()["is_verified"] is True
