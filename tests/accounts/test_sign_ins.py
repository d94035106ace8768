"""Sign-ins, good and failed: what is written down, what is told by mail, and what an outsider cannot learn."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import hooks
from accounts.models import KnownDevice, OwedMail, SecurityEvent, User
from ground import clock
from tests.accounts.test_activity import FIREFOX, PHONE, kinds, sign_in
from tests.fixtures.accounts import PASSWORD, recovery_codes, send_mails, totp_code
from tests.fixtures.races import Race

LOGIN = "/_allauth/app/v1/auth/login"


@pytest.mark.django_db
def test_only_a_device_not_seen_before_is_told_by_mail(
    fan: User, stranger: User, mailoutbox: list[EmailMessage]
) -> None:
    laptop = sign_in(fan)
    laptop.post("/accounts/logout/")
    sign_in(fan, laptop)
    assert kinds(fan) == ["signed_in", "signed_out", "signed_in"]
    assert not OwedMail.objects.exists()
    sign_in(fan, agent=PHONE)
    send_mails()
    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == ("A new device signed in to your account", [fan.email])
    assert "Safari on iPhone" in mail.body
    assert "127.0.0.1" in mail.body


@pytest.mark.django_db
def test_a_forged_device_is_not_known(fan: User) -> None:
    laptop = sign_in(fan)
    known = laptop.cookies["ovation_device"].value
    other = Client(headers={"user-agent": FIREFOX})
    other.cookies["ovation_device"] = known[:-2] + ("aa" if known[-2:] != "aa" else "bb")
    sign_in(fan, other)
    assert kinds(fan) == ["signed_in", "new_device"]
    assert KnownDevice.objects.filter(user=fan).count() == 2


@pytest.mark.django_db
def test_a_browser_known_to_one_person_is_new_to_another(fan: User, person: Callable[..., User]) -> None:
    dora = person("dora", totp_secret=None)
    sign_in(dora)
    shared = sign_in(fan)
    shared.post("/accounts/logout/")
    sign_in(dora, shared)
    assert kinds(dora) == ["signed_in", "new_device"]


@pytest.mark.django_db
def test_programs_are_known_by_the_token_they_are_given(fan: User) -> None:
    program = APIClient()
    form = {"email": fan.email, "password": PASSWORD}
    first = program.post(LOGIN, form, format="json")
    assert first.status_code == 200
    token = first.headers["X-Device-Token"]
    program.post(LOGIN, form, format="json", headers={"X-Device-Token": token})
    assert kinds(fan) == ["signed_in", "signed_in"]
    program.post(LOGIN, form, format="json")
    assert kinds(fan)[-1] == "new_device"


@pytest.mark.django_db
def test_how_somebody_signed_in_is_said(stranger: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": stranger.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(stranger)})
    (event,) = SecurityEvent.objects.filter(user=stranger)
    assert (event.kind, event.facts) == ("signed_in", {"method": "password and an authenticator app"})


@pytest.mark.django_db
def test_a_right_password_with_a_wrong_code_is_written_down(stranger: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": stranger.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    (event,) = SecurityEvent.objects.filter(user=stranger)
    assert (event.kind, event.facts) == ("wrong_code", {"reason": "The password was right"})


@pytest.mark.django_db
def test_a_used_recovery_code_is_written_down(stranger: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": stranger.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": recovery_codes(stranger)[0]})
    used = SecurityEvent.objects.get(user=stranger, kind="recovery_code_used")
    assert used.facts == {"left": len(recovery_codes(stranger))}


def fail(person: User, times: int, **options: Any) -> None:
    """Try wrong passwords from one address."""
    for _ in range(times):
        Client(**options).post("/accounts/login/", {"login": person.email, "password": "wrong one"})


@pytest.mark.django_db
def test_a_stranger_cannot_flood_the_list(fan: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": False, "login": False}
    fail(fan, 5)
    assert kinds(fan) == ["sign_in_failed"] * 3
    fail(fan, 2, REMOTE_ADDR="192.0.2.9")
    assert kinds(fan) == ["sign_in_failed"] * 5
    for number in range(20):
        fail(fan, 1, REMOTE_ADDR=f"192.0.2.{number + 20}")
    assert len(kinds(fan)) == 20


@pytest.mark.django_db
def test_a_failure_costs_the_same_whether_the_account_exists_or_not(fan: User) -> None:
    counts = []
    for email in [fan.email] * 4 + ["nobody@example.com"]:
        with CaptureQueriesContext(connection) as queries:
            Client().post("/accounts/login/", {"login": email, "password": "wrong one"})
        counts.append([query["sql"][:40] for query in queries if "security" in query["sql"]])
    assert len(counts[0]) == 2
    assert counts == [counts[0]] * 5


@pytest.mark.django_db(transaction=True)
def test_one_device_that_signs_in_twice_at_once_is_one(fan: User, race: Race) -> None:
    laptop = sign_in(fan)
    known = laptop.cookies["ovation_device"].value

    def again() -> None:
        browser = Client(headers={"user-agent": FIREFOX})
        browser.cookies["ovation_device"] = known
        sign_in(fan, browser)

    KnownDevice.objects.all().delete()
    race(2, again)
    assert KnownDevice.objects.count() == 1
    assert sorted(kinds(fan)) == ["new_device", "signed_in", "signed_in"]


@pytest.mark.django_db
def test_trying_an_address_that_nobody_has_leaves_nothing(client: Client) -> None:
    client.post("/accounts/login/", {"login": "nobody@example.com", "password": "wrong one"})
    assert not SecurityEvent.objects.exists()


@pytest.mark.django_db
def test_the_devices_of_a_person_are_exported_and_erased(fan: User, stranger: User) -> None:
    sign_in(fan)
    KnownDevice.objects.create(
        user=stranger, token_hash="x", first_seen_at=clock.wall(), last_seen_at=clock.wall()
    )
    parts = {part.name: list(part.rows) for given in hooks.export_parts.call_all(fan) for part in given}
    assert [row["device"] for row in parts["known-devices"]] == ["Firefox on Linux"]
    for _ in range(2):
        hooks.erase_person.call_all(fan)
    assert [device.user for device in KnownDevice.objects.all()] == [stranger]
