"""Settings, Account: phone and connected sign-ins on pages, their export and erasure, and races for one number."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.test import Client

from accounts import hooks
from accounts.errors import LastWayIn, NoPhone, PhoneInvalid, PhoneTaken
from accounts.models import Phone, SecurityEvent, TextMessage, User
from accounts.phones import phone_number
from accounts.services import remove_phone, sign_up, verify_phone
from accounts.services.leaving import become_shell
from accounts.sign_in_data import erase_ways_in
from accounts.step_up import SIGNED_IN_AT_KEY
from ground import clock
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.identity_provider import IdentityProvider
from tests.fixtures.races import Race
from tests.fixtures.social_sign_in import come_back
from tests.fixtures.texts import OTHER_PHONE, PHONE, code_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

REMOVAL = "/settings/account/phone/removal/"


def claim(handle: str, number: str = PHONE) -> User:
    """Somebody joins by phone and has not typed the code."""
    return sign_up(
        email=None, phone=number, handle=handle, password=PASSWORD, country="DE",
        birth_date=clock.today().replace(year=1990), now=clock.now(),
    )  # fmt: skip


def age_session(browser: Client, seconds: float) -> None:
    session = browser.session
    session[SIGNED_IN_AT_KEY] = time.time() - seconds
    session.save()


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+49 (151) 1234-5678", "", PHONE),
        ("0151 12345678", "DE", PHONE),
        ("+1 202 555 0123", "", "+12025550123"),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, country: str, number: str) -> None:
    assert phone_number(typed, country=country) == number


@pytest.mark.parametrize("typed", ["", "12", "0151 12345678", "+4930123456", "+49900123456", "+999123456789"])
def test_what_takes_no_text_is_refused(typed: str) -> None:
    with pytest.raises(PhoneInvalid):
        phone_number(typed)


def test_only_named_countries_are_texted_to(settings: Any) -> None:
    settings.SMS_COUNTRIES = ["US"]
    with pytest.raises(PhoneInvalid, match="this country"):
        phone_number(PHONE)


def test_one_number_becomes_one_persons_when_four_race(person: Callable[..., User], race: Race) -> None:
    people = iter([person(f"fan{n}", totp_secret=None) for n in range(4)])
    outcomes = race(4, lambda: verify_phone(user=next(people), number=PHONE, now=clock.now()))
    assert outcomes.count(PhoneTaken) == 3
    assert Phone.objects.get().is_verified


def test_a_claim_keeps_nobody_out_and_goes_when_the_number_is_proved(fan: User) -> None:
    claim("squatter")
    claim("second")
    verify_phone(user=fan, number=PHONE, now=clock.now())
    assert [phone.user for phone in Phone.objects.all()] == [fan]
    assert claim("third").phone.is_verified is False


def test_proving_the_same_number_again_changes_nothing(fan: User) -> None:
    first = verify_phone(user=fan, number=PHONE, now=clock.now())
    assert verify_phone(user=fan, number=PHONE, now=clock.now()).verified_at == first.verified_at
    assert SecurityEvent.objects.count() == 1


def test_removing_twice_is_refused_the_second_time(fan: User) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    assert remove_phone(user=fan, now=clock.now()) == PHONE
    with pytest.raises(NoPhone):
        remove_phone(user=fan, now=clock.now())
    assert list(TextMessage.objects.values_list("kind", flat=True)) == ["phone_removed"]


def test_without_a_proved_address_the_number_stays(fan: User) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    EmailAddress.objects.filter(user=fan).update(verified=False)
    with pytest.raises(LastWayIn):
        remove_phone(user=fan, now=clock.now())
    assert Phone.objects.count() == 1


def test_the_page_adds_changes_and_removes_a_number(fan: User, page_as: Callable[[User], Client]) -> None:
    browser = page_as(fan)
    assert browser.post("/accounts/phone/change/", {"phone": PHONE})["Location"] == "/accounts/phone/verify/"
    browser.post("/accounts/phone/verify/", {"code": code_to(PHONE)})
    assert "+49 1511 2345678" in browser.get("/settings/account/").content.decode()
    assert browser.post(REMOVAL)["Location"] == "/settings/account/"
    assert not Phone.objects.exists()


def test_an_old_session_gives_the_password_again_before_a_number_goes(
    fan: User, page_as: Callable[[User], Client]
) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    browser = page_as(fan)
    age_session(browser, 600)
    asked = browser.post(REMOVAL)["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    assert Phone.objects.exists()
    browser.post(asked, {"password": PASSWORD})
    assert not Phone.objects.exists()


def test_a_second_factor_is_asked_before_a_number_goes(
    creator: User, page_as: Callable[[User], Client]
) -> None:
    verify_phone(user=creator, number=PHONE, now=clock.now())
    assert page_as(creator).post(REMOVAL)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert Phone.objects.exists()


def test_strangers_and_nobody_change_no_number(
    fan: User, stranger: User, verified_page_as: Callable[..., Client]
) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    assert Client().post(REMOVAL)["Location"].startswith("/accounts/login/")
    assert verified_page_as(stranger).post(REMOVAL).status_code == 404
    assert Phone.objects.get().user == fan


def test_who_has_no_password_signs_in_again_at_google(google: IdentityProvider) -> None:
    browser = Client()
    come_back(browser)
    browser.post(
        "/accounts/3rdparty/signup/",
        {"handle": "gina", "country": "DE", "birth_date": "1999-09-09", "terms": "on"},
    )
    age_session(browser, 600)
    asked = browser.post("/accounts/phone/change/", {"phone": PHONE})["Location"]
    assert asked.startswith("/accounts/reauthenticate/provider/")
    assert "Continue with Google" in browser.get(asked).content.decode()
    assert not TextMessage.objects.exists()
    come_back(browser)
    assert browser.post("/accounts/phone/change/", {"phone": PHONE})["Location"] == "/accounts/phone/verify/"


def test_an_address_is_added_to_an_account_without_one(mailoutbox: list[Any]) -> None:
    browser, dora = Client(), claim("dora")
    verify_phone(user=dora, number=PHONE, now=clock.now())
    assert browser.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})["Location"] == "/"
    browser.post("/accounts/email/", {"email": "dora@example.com", "action_add": ""})
    code = next(line.strip() for line in mailoutbox[-1].body.splitlines() if line.strip().isdecimal())
    browser.post("/accounts/confirm-email/", {"code": code})
    dora.refresh_from_db()
    assert dora.email == "dora@example.com"


def test_export_and_erasure_know_number_texts_and_sign_ins(fan: User) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    verify_phone(user=fan, number=OTHER_PHONE, now=clock.now())
    SocialAccount.objects.create(user=fan, provider="google", uid="g-1", extra_data={"email": "a@gmail.com"})
    parts = {part.name: list(part.rows) for found in hooks.export_parts.call_all(fan) for part in found}
    assert parts["phone"][0]["number"] == OTHER_PHONE
    assert (parts["texts"][0]["kind"], parts["texts"][0]["number"]) == ("phone_changed", PHONE)
    assert parts["connected-sign-ins"][0]["id"] == "g-1"
    erase_ways_in(fan)
    become_shell(user=fan)
    assert [model.objects.count() for model in (Phone, TextMessage, SocialAccount)] == [0, 0, 0]


def test_the_back_office_shows_no_secret_of_a_provider(
    operator: User, verified_page_as: Callable[..., Client]
) -> None:
    app = SocialApp.objects.create(provider="google", name="Google", client_id="c", secret="s3cr3t-of-google")
    browser = verified_page_as(operator)
    page = browser.get(f"/admin/socialaccount/socialapp/{app.pk}/change/")
    assert (page.status_code, "s3cr3t-of-google" in page.content.decode()) == (200, False)
    browser.post(
        f"/admin/socialaccount/socialapp/{app.pk}/change/",
        {"provider": "google", "name": "Google", "client_id": "d", "secret": ""},
    )
    app.refresh_from_db()
    assert (app.client_id, app.secret) == ("d", "s3cr3t-of-google")


@pytest.mark.parametrize("model", ["accounts/phone", "accounts/textmessage", "socialaccount/socialaccount"])
def test_the_back_office_lists_numbers_texts_and_sign_ins_read_only(
    operator: User, fan: User, verified_page_as: Callable[..., Client], model: str
) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    browser = verified_page_as(operator)
    assert browser.get(f"/admin/{model}/").status_code == 200
    assert browser.get(f"/admin/{model}/add/").status_code == 403
