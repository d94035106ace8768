"""Sign-in with Google and Facebook, against providers on loopback that run the real flow."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import Acceptance, SecurityEvent, User
from accounts.services import send_owed_mails
from ground import clock
from tests.accounts.test_headless_journeys import code_in
from tests.fixtures.accounts import PASSWORD, totp_code
from tests.fixtures.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.fixtures.social_sign_in import come_back, consent, leave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

SIGN_UP = "/accounts/3rdparty/signup/"
WORDS = {"handle": "gina", "country": "DE", "birth_date": "1999-09-09", "terms": "on"}
REFUSED = "That sign-in did not work"


def is_signed_in(browser: Client) -> bool:
    return browser.get("/settings/").status_code == 200


def join(browser: Client, **changes: str) -> Any:
    return browser.post(SIGN_UP, WORDS | changes)


def test_a_new_person_joins_with_google(google: IdentityProvider, mailoutbox: list[EmailMessage]) -> None:
    browser = Client()
    assert come_back(browser)["Location"] == SIGN_UP
    assert not is_signed_in(browser)
    assert "gina@gmail.com" in browser.get(SIGN_UP).content.decode()
    assert join(browser).status_code == 302
    gina = User.objects.get(handle="gina")
    assert is_signed_in(browser)
    assert (gina.email, gina.country, gina.has_usable_password()) == ("gina@gmail.com", "DE", False)
    assert EmailAddress.objects.get(user=gina).verified
    assert sorted(Acceptance.objects.values_list("document__kind", flat=True)) == ["privacy", "terms"]
    assert mailoutbox == []


def test_of_what_google_tells_only_name_and_address_are_kept(google: IdentityProvider) -> None:
    browser = Client()
    come_back(browser)
    join(browser)
    for _ in range(2):
        assert SocialAccount.objects.get().extra_data == {"email": "gina@gmail.com", "name": "Gina"}
        come_back(Client())
    assert not SocialToken.objects.exists()


@pytest.mark.parametrize("change", [{"birth_date": "2015-01-01"}, {"terms": ""}, {"handle": "admin"}])
def test_google_opens_no_way_around_age_and_consent(google: IdentityProvider, change: dict[str, str]) -> None:
    browser = Client()
    come_back(browser)
    assert join(browser, **change).status_code == 200
    assert (User.objects.count(), SocialAccount.objects.count()) == (0, 0)
    assert not is_signed_in(browser)


def test_the_address_that_google_proved_cannot_be_exchanged(google: IdentityProvider, fan: User) -> None:
    browser = Client()
    come_back(browser)
    join(browser, email="boss@example.com")
    gina = User.objects.get(handle="gina")
    assert (gina.email, [one.email for one in EmailAddress.objects.filter(user=gina)]) == (
        "gina@gmail.com",
        ["gina@gmail.com"],
    )


def test_an_address_that_google_did_not_prove_is_proved_here(
    google: IdentityProvider, mailoutbox: list[EmailMessage]
) -> None:
    google.person["email_verified"] = False
    browser = Client()
    come_back(browser)
    assert join(browser, email="gina@gmail.com")["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(browser)
    browser.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert is_signed_in(browser)


def test_who_joined_with_google_signs_in_with_it(google: IdentityProvider) -> None:
    first = Client()
    come_back(first)
    join(first)
    again = Client()
    assert come_back(again)["Location"] == "/"
    assert is_signed_in(again)
    assert User.objects.count() == 1


def test_a_google_mailbox_opens_the_account_that_proved_it_and_is_told(
    google: IdentityProvider, person: Callable[..., User], mailoutbox: list[EmailMessage]
) -> None:
    gina = person("gina", email="gina@gmail.com", totp_secret=None)
    browser = Client()
    come_back(browser)
    assert is_signed_in(browser)
    assert SocialAccount.objects.get().user == gina
    assert gina.check_password(PASSWORD)
    send_owed_mails(now=clock.now())
    assert "Google now opens your account" in [mail.subject for mail in mailoutbox]
    assert SecurityEvent.objects.get(kind="sign_in_connected").user == gina


def test_google_is_no_way_around_the_second_factor(
    google: IdentityProvider, person: Callable[..., User]
) -> None:
    gina = person("gina", email="gina@gmail.com")
    browser = Client()
    assert come_back(browser)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(browser)
    browser.post("/accounts/2fa/authenticate/", {"code": totp_code(gina)})
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("email", "facts"),
    [
        ("gina@gmail.com", {"email_verified": False}),
        ("gina@example.com", {"email_verified": True}),
        ("gina@example.com", {"email_verified": True, "hd": "example.org"}),
    ],
)
def test_no_account_is_taken_over_by_an_address_google_cannot_vouch_for(
    google: IdentityProvider,
    person: Callable[..., User],
    mailoutbox: list[EmailMessage],
    email: str,
    facts: dict[str, Any],
) -> None:
    person("gina", email=email, totp_secret=None)
    google.person |= {"email": email} | facts
    browser = Client()
    come_back(browser)
    answer = join(browser, handle="thief", email=email)
    assert answer["Location"] == "/accounts/confirm-email/"  # the same as for a free address
    assert not is_signed_in(browser)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert (mailoutbox[-1].to, "already" in mailoutbox[-1].subject.lower()) == ([email], True)


def test_a_domain_of_googles_customers_is_googles_to_vouch_for(
    google: IdentityProvider, person: Callable[..., User]
) -> None:
    person("gina", email="gina@example.com", totp_secret=None)
    google.person |= {"email": "gina@example.com", "hd": "example.com"}
    browser = Client()
    come_back(browser)
    assert is_signed_in(browser)


def test_an_account_whose_address_nobody_proved_is_not_opened(
    google: IdentityProvider, person: Callable[..., User]
) -> None:
    squatter = person("gina", email="gina@gmail.com", totp_secret=None)
    EmailAddress.objects.filter(user=squatter).update(verified=False)
    browser = Client()
    assert come_back(browser)["Location"] == SIGN_UP
    assert not is_signed_in(browser)
    assert not SocialAccount.objects.exists()


def test_a_state_of_another_browser_is_refused(google: IdentityProvider) -> None:
    answer = Client().get(consent(leave(Client())))
    assert answer.status_code == 401
    assert REFUSED in answer.content.decode()


def test_a_return_happens_once(google: IdentityProvider) -> None:
    browser = Client()
    back = consent(leave(browser))
    assert browser.get(back)["Location"] == SIGN_UP
    assert browser.get(back).status_code == 401


def test_a_used_code_is_refused(google: IdentityProvider) -> None:
    browser = Client()
    used = consent(leave(browser))
    browser.get(used)
    code = used.partition("code=")[2].partition("&")[0]
    fresh = consent(leave(browser))
    own = fresh.partition("code=")[2].partition("&")[0]
    assert browser.get(fresh.replace(own, code)).status_code == 401


def test_a_code_of_somebody_elses_flow_is_refused(google: IdentityProvider) -> None:
    theirs = consent(leave(Client())).partition("code=")[2].partition("&")[0]
    browser = Client()
    mine = consent(leave(browser))
    own = mine.partition("code=")[2].partition("&")[0]
    answer = browser.get(mine.replace(own, theirs))
    assert (answer.status_code, User.objects.count()) == (401, 0)


@pytest.mark.parametrize(
    "claims", [{"iss": "https://accounts.evil.example"}, {"aud": "another-client"}, {"exp": 1_000_000_000}]
)
def test_an_id_token_that_is_not_for_us_is_refused(google: IdentityProvider, claims: dict[str, Any]) -> None:
    google.claims = claims
    browser = Client()
    answer = come_back(browser)
    assert (answer.status_code, REFUSED in answer.content.decode()) == (401, True)
    assert browser.get(SIGN_UP)["Location"] == "/accounts/login/"


def test_who_says_no_at_google_stays_outside(google: IdentityProvider) -> None:
    google.says_no = True
    browser = Client()
    answer = come_back(browser)
    assert answer["Location"] == "/accounts/3rdparty/login/cancelled/"
    assert "nobody was signed in" in browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("answer", [(500, {}, {}), (200, {}, "not JSON"), (400, {}, {"error": "x"}), "hang"])
def test_a_provider_that_is_down_is_said_so(google: IdentityProvider, settings: Any, answer: Any) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.3
    google.token_answer = answer
    page = come_back(Client())
    assert (page.status_code, REFUSED in page.content.decode()) == (401, True)
    assert CLIENT_SECRET not in page.content.decode()


def test_facebook_does_not_prove_an_address(
    facebook: IdentityProvider, mailoutbox: list[EmailMessage]
) -> None:
    browser = Client()
    assert come_back(browser, "facebook")["Location"] == SIGN_UP
    assert join(browser, handle="fred", email="fred@example.com")["Location"] == "/accounts/confirm-email/"
    browser.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    assert is_signed_in(browser)
    assert SocialAccount.objects.get().user.handle == "fred"


def test_facebook_takes_no_account_over(
    facebook: IdentityProvider, person: Callable[..., User], mailoutbox: list[EmailMessage]
) -> None:
    person("fred", totp_secret=None)
    browser = Client()
    come_back(browser, "facebook")
    join(browser, handle="thief", email="fred@example.com")
    assert (is_signed_in(browser), SocialAccount.objects.count(), User.objects.count()) == (False, 0, 1)
    assert "already" in mailoutbox[-1].subject.lower()


def test_facebook_that_is_down_is_said_so(facebook: IdentityProvider) -> None:
    facebook.token_answer = (500, {}, {"error": {"message": "down"}})
    assert come_back(Client(), "facebook").status_code == 401


def test_a_sign_in_is_connected_and_disconnected_in_settings(
    google: IdentityProvider, fan: User, page_as: Callable[[User], Client], mailoutbox: list[EmailMessage]
) -> None:
    browser = page_as(fan)
    assert come_back(browser, process="connect")["Location"] == "/settings/account/"
    account = SocialAccount.objects.get(user=fan)
    assert "gina@gmail.com" in browser.get("/settings/account/").content.decode()
    browser.post("/settings/account/connections/removal/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    send_owed_mails(now=clock.now())
    assert [mail.subject for mail in mailoutbox] == [
        "Google now opens your account",
        "Google no longer opens your account",
    ]
    kinds = (
        SecurityEvent.objects.filter(user=fan, kind__startswith="sign_in_")
        .order_by("pk")
        .values_list("kind", flat=True)
    )
    assert list(kinds) == ["sign_in_connected", "sign_in_disconnected"]


def test_a_sign_in_that_opens_another_account_is_not_connected(
    google: IdentityProvider, fan: User, page_as: Callable[[User], Client]
) -> None:
    other = Client()
    come_back(other)
    join(other)
    browser = page_as(fan)
    come_back(browser, process="connect")
    assert SocialAccount.objects.get().user.handle == "gina"
    assert "already opens another account" in browser.get("/settings/account/").content.decode()


def test_the_only_way_in_is_not_disconnected(google: IdentityProvider) -> None:
    browser = Client()
    come_back(browser)
    join(browser)
    account = SocialAccount.objects.get()
    browser.post("/settings/account/connections/removal/", {"account": account.pk})
    assert SocialAccount.objects.filter(pk=account.pk).exists()
    assert "Set a password first" in browser.get("/settings/account/").content.decode()


def test_nobody_disconnects_a_sign_in_of_another(
    google: IdentityProvider, fan: User, page_as: Callable[[User], Client]
) -> None:
    other = Client()
    come_back(other)
    join(other)
    account = SocialAccount.objects.get()
    page_as(fan).post("/settings/account/connections/removal/", {"account": account.pk})
    Client().post("/settings/account/connections/removal/", {"account": account.pk})
    assert SocialAccount.objects.filter(pk=account.pk).exists()


def test_with_a_second_factor_connecting_asks_for_it(
    google: IdentityProvider, creator: User, page_as: Callable[[User], Client]
) -> None:
    come_back(page_as(creator), process="connect")
    assert not SocialAccount.objects.exists()


def test_buttons_stand_only_where_a_provider_is_configured(client: Client, settings: Any) -> None:
    assert "Continue with" not in client.get("/accounts/login/").content.decode()
    SocialApp.objects.create(provider="google", name="Google", client_id=CLIENT_ID, secret=CLIENT_SECRET)
    settings.SOCIALACCOUNT_PROVIDERS = settings.SOCIALACCOUNT_PROVIDERS | {
        "facebook": {"APP": {"client_id": "from-environment", "secret": "s"}}
    }
    for path in ("/accounts/login/", "/accounts/signup/"):
        page = client.get(path).content.decode()
        assert ("Continue with Google" in page, "Continue with Facebook" in page) == (True, True)
