"""Wherever money leaves or security weakens, a second factor of the last five minutes is asked, on pages and REST.

A new such route gets a row here. Each is tried with a password alone, with a password given again, and with a second
factor of 301 seconds ago; each time it is refused and nothing has changed.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import SecurityEvent, TrustedBrowser, User
from accounts.services.trusted_browsers import trust_browser
from ground import clock
from payouts.models import ConnectedAccount, Payout
from payouts.services.quote import quote_cash_out
from tests.accounts.test_keys_headless import enrol, program_of
from tests.fixtures.accounts import PASSWORD, token_of
from tests.fixtures.keys import SoftKey
from tests.fixtures.payouts import GiveDiamonds

pytestmark = pytest.mark.django_db(transaction=True)

APP = "/_allauth/app/v1/account"
NEW = "curtain up at eight"
REAUTHENTICATE = "/accounts/2fa/reauthenticate/"


@dataclass(frozen=True)
class Guarded:
    """One guarded request. `{key}`, `{browser}` and `{quote}` stand for ids of the person's own things."""

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


PAGES = [
    Guarded("post", "/studio/cash-out/{quote}/", {"key": str(uuid.UUID(int=7))}),
    Guarded("post", "/studio/onboarding/"),
    Guarded("get", "/studio/onboarding/again/"),
    Guarded("post", "/accounts/email/", {"email": "new@example.com", "action_add": ""}),
    Guarded(
        "post", "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    ),
    Guarded("get", "/accounts/password/change/"),
    Guarded("post", "/accounts/2fa/totp/deactivate/"),
    Guarded("post", "/accounts/2fa/recovery-codes/generate/"),
    Guarded("get", "/accounts/2fa/recovery-codes/"),
    Guarded("get", "/accounts/2fa/recovery-codes/download/"),
    Guarded("get", "/accounts/2fa/webauthn/add/"),
    Guarded("post", "/accounts/2fa/webauthn/add/", {"name": "x", "credential": "{{}}"}),
    Guarded("post", "/accounts/2fa/webauthn/keys/{key}/edit/", {"name": "x"}),
    Guarded("post", "/accounts/2fa/webauthn/keys/{key}/remove/"),
    Guarded("post", "/settings/security/trusted-browsers/"),
    Guarded("post", "/settings/security/trusted-browsers/{browser}/"),
]
REST = [
    Guarded("post", "/api/v1/payouts/", {"quote": "{quote}"}),
    Guarded("post", "/api/v1/creator/onboarding/", {"accept_terms": True}),
    Guarded("delete", "/api/v1/me/trusted-browsers/"),
    Guarded("delete", "/api/v1/me/trusted-browsers/{browser}/"),
    Guarded("post", f"{APP}/email", {"email": "new@example.com"}),
    Guarded("post", f"{APP}/password/change", {"current_password": PASSWORD, "new_password": NEW}),
    Guarded("delete", f"{APP}/authenticators/totp"),
    Guarded("get", f"{APP}/authenticators/recovery-codes"),
    Guarded("post", f"{APP}/authenticators/recovery-codes"),
    Guarded("get", f"{APP}/authenticators/webauthn"),
    Guarded("put", f"{APP}/authenticators/webauthn", {"id": "{key}", "name": "x"}),
    Guarded("delete", f"{APP}/authenticators/webauthn", {"authenticators": ["{key}"]}),
]


@pytest.fixture
def ids(payee: User, give_diamonds: GiveDiamonds, rf: Any) -> dict[str, str]:
    """Bob with everything that can be taken from him: diamonds and a quote, a key, a trusted browser."""
    give_diamonds(payee)
    quote = quote_cash_out(creator=payee, diamond_units=387_600, now=clock.now())
    enrol(program_of(payee), SoftKey())
    trust_browser(user=payee, request=rf.get("/"), now=timezone.now())
    return {
        "quote": str(quote.pk),
        "key": str(Authenticator.objects.get(user=payee, type="webauthn").pk),
        "browser": str(TrustedBrowser.objects.get(user=payee).pk),
    }


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The value with the person's ids in the places that name them."""
    if isinstance(value, dict):
        return {name: filled(part, ids) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, ids) for part in value]
    return value.format(**ids) if isinstance(value, str) else value


def belongings(person: User) -> dict[str, Any]:
    """Everything that one of these requests would change."""
    person.refresh_from_db()
    models = (Authenticator, EmailAddress, TrustedBrowser, SecurityEvent)
    rows = {m.__name__: list(m.objects.filter(user=person).order_by("pk").values()) for m in models}
    money = [list(model.objects.order_by("pk").values()) for model in (Payout, ConnectedAccount)]
    return rows | {"person": (person.password, person.email), "money": money}


def password_only(person: User) -> str:
    return token_of(person)


def password_again(person: User) -> str:
    token = token_of(person)
    client = APIClient(HTTP_X_SESSION_TOKEN=token)
    client.post("/_allauth/app/v1/auth/reauthenticate", {"password": PASSWORD}, format="json")
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = token
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return token


def stale(person: User) -> str:
    return token_of(person, second_factor_age_s=301)


@pytest.mark.parametrize("session", [password_only, password_again, stale])
@pytest.mark.parametrize("guarded", PAGES, ids=str)
def test_a_page_sends_who_has_no_fresh_second_factor_to_give_one(
    payee: User, ids: dict[str, str], guarded: Guarded, session: Callable[[User], str]
) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session(payee)
    before = belongings(payee)
    answer = getattr(browser, guarded.method)(filled(guarded.path, ids), filled(guarded.body, ids))
    assert answer.status_code == 302, answer.content
    assert answer.headers["Location"].startswith(REAUTHENTICATE)
    assert belongings(payee) == before


@pytest.mark.parametrize("session", [password_only, password_again, stale])
@pytest.mark.parametrize("guarded", REST, ids=str)
def test_rest_refuses_who_has_no_fresh_second_factor(
    payee: User, ids: dict[str, str], guarded: Guarded, session: Callable[[User], str]
) -> None:
    client = APIClient(HTTP_X_SESSION_TOKEN=session(payee))
    before = belongings(payee)
    body = None if guarded.method == "get" else filled(guarded.body, ids)
    answer = getattr(client, guarded.method)(filled(guarded.path, ids), body, format="json")
    assert answer.status_code == 401, answer.content
    assert asks_for_a_second_factor(answer.json())
    assert belongings(payee) == before


def asks_for_a_second_factor(told: dict[str, Any]) -> bool:
    """Ours says step_up_required; allauth's says which ways there are to prove oneself again."""
    if "code" in told:
        return bool(told["code"] == "step_up_required")
    return "mfa_reauthenticate" in {flow["id"] for flow in told["data"]["flows"]}


@pytest.mark.parametrize("guarded", [row for row in PAGES + REST if row.method != "get"], ids=str)
def test_a_fresh_second_factor_gets_further(payee: User, ids: dict[str, str], guarded: Guarded) -> None:
    """The rows above are real requests: with a fresh second factor none of them is sent away."""
    token = token_of(payee, second_factor_age_s=0)
    if guarded in REST:
        client = APIClient(HTTP_X_SESSION_TOKEN=token, HTTP_IDEMPOTENCY_KEY="k")
        answer = getattr(client, guarded.method)(
            filled(guarded.path, ids), filled(guarded.body, ids), format="json"
        )
        assert answer.status_code in (200, 201, 204), answer.content
        return
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = token
    answer = browser.post(filled(guarded.path, ids), filled(guarded.body, ids))
    assert answer.status_code in (200, 302), answer.content
    assert not answer.headers.get("Location", "").startswith("/accounts/2fa/reauthenticate/")


def test_a_password_given_again_before_a_factor_was_enrolled_elsewhere_is_no_step_up(fan: User) -> None:
    """allauth alone would take the password of before for five minutes more."""
    here = Client()
    here.cookies[settings.SESSION_COOKIE_NAME] = token_of(fan)
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    enrol(program_of(fan, second_factor_age_s=None), SoftKey())
    before = belongings(fan)
    answer = here.post("/accounts/email/", {"email": "thief@example.com", "action_add": ""})
    assert answer.headers["Location"].startswith(REAUTHENTICATE)
    assert belongings(fan) == before
