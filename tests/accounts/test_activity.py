"""Where people are signed in, what happened to their accounts, and who may see and end what."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts import services
from accounts.models import OwedMail, SecurityEvent, User
from accounts.session_store import SessionStore
from ground import clock as business_clock
from tests.fixtures.accounts import PASSWORD, token_of
from tests.fixtures.races import Race

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
)


def sign_in(person: User, browser: Client | None = None, agent: str = FIREFOX) -> Client:
    """A browser in which the person signed in by their password."""
    browser = browser or Client(headers={"user-agent": agent})
    answer = browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return browser


def kinds(person: User) -> list[str]:
    """What happened to the person's account, the oldest first."""
    return list(SecurityEvent.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def many_sessions(person: User, count: int) -> None:
    """Sessions that sign the person in, with their rows, and as many events."""
    content = SessionStore(token_of(person)).load()
    rows = []
    for number in range(count):
        store = SessionStore()
        store.update(content)
        store.create()
        rows.append(UserSession(user=person, session_key=store.session_key, ip=f"10.0.0.{number % 250}"))
    UserSession.objects.bulk_create(rows)
    events = [SecurityEvent(user=person, kind="signed_out", at=business_clock.wall()) for _ in range(count)]
    SecurityEvent.objects.bulk_create(events)


@pytest.mark.django_db
def test_the_page_names_devices_this_one_first(fan: User) -> None:
    browser = sign_in(fan)
    sign_in(fan, agent=PHONE)
    page = browser.get("/settings/activity/")
    shown = [(one.device, one.icon, one.is_current, one.place) for one in page.context["sessions"]]
    assert shown == [
        ("Firefox on Linux", "monitor", True, ""),
        ("Safari on iPhone", "smartphone", False, ""),
    ]


@pytest.mark.django_db
def test_one_session_is_signed_out_and_its_device_is_new_again(fan: User) -> None:
    here, there = sign_in(fan), sign_in(fan, agent=PHONE)
    row = UserSession.objects.get(user=fan, user_agent=PHONE)
    assert here.post(f"/settings/activity/sessions/{row.pk}/").status_code == 302
    assert (here.get("/settings/").status_code, there.get("/settings/").status_code) == (200, 302)
    assert SecurityEvent.objects.get(kind="session_ended").facts == {"device": "Safari on iPhone"}
    assert here.post(f"/settings/activity/sessions/{row.pk}/").status_code == 404
    sign_in(fan, there)
    assert kinds(fan)[-1] == "new_device"


@pytest.mark.django_db
@pytest.mark.parametrize("face", ["page", "rest"])
def test_another_persons_session_cannot_be_ended(fan: User, stranger: User, face: str) -> None:
    hers = sign_in(fan)
    row = UserSession.objects.get(user=fan)
    if face == "page":
        browser = Client()
        browser.cookies[settings.SESSION_COOKIE_NAME] = token_of(stranger)
        refused = browser.post(f"/settings/activity/sessions/{row.pk}/").status_code
    else:
        program = APIClient(HTTP_X_SESSION_TOKEN=token_of(stranger))
        refused = program.delete(f"/api/v1/me/sessions/{row.pk}/").status_code
    assert refused == 404
    assert hers.get("/settings/").status_code == 200
    assert "session_ended" not in kinds(fan) + kinds(stranger)


@pytest.mark.django_db
def test_ending_ones_own_session_signs_out(fan: User) -> None:
    here = sign_in(fan)
    here.post(f"/settings/activity/sessions/{UserSession.objects.get(user=fan).pk}/")
    assert here.get("/settings/").status_code == 302


@pytest.mark.django_db
def test_a_session_of_before_the_sign_in_is_worth_nothing(fan: User, client: Client) -> None:
    client.get("/accounts/login/")
    planted = SessionStore()
    planted["planted"] = "by the attacker"
    planted.create()
    key = str(planted.session_key)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    sign_in(fan, client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != key
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = key
    assert attacker.get("/settings/").status_code == 302
    assert APIClient(HTTP_X_SESSION_TOKEN=key).get("/api/v1/me/").status_code == 401


@pytest.mark.django_db
def test_a_new_password_ends_the_other_sessions_and_their_rows(fan: User) -> None:
    here, there = sign_in(fan), sign_in(fan, agent=PHONE)
    new = "another clap seen as sound"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (here.get("/settings/").status_code, there.get("/settings/").status_code) == (200, 302)
    assert [one.is_current for one in here.get("/settings/activity/").context["sessions"]] == [True]
    assert UserSession.objects.filter(user=fan).count() == 1
    assert kinds(fan)[-1] == "password_changed"


@pytest.mark.django_db(transaction=True)
def test_two_who_end_one_session_at_once_end_it_once(fan: User, race: Race) -> None:
    sign_in(fan)
    row = UserSession.objects.get(user=fan)
    outcomes = race(2, lambda: services.end_session(user=fan, session_id=row.pk, now=business_clock.wall()))
    assert sorted(map(str, outcomes)) == ["<class 'ground.errors.NotFound'>", "None"]
    assert kinds(fan) == ["signed_in", "session_ended"]


@pytest.mark.django_db
def test_events_are_never_changed(fan: User) -> None:
    sign_in(fan)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        SecurityEvent.objects.filter(user=fan).update(kind="signed_out")
    assert kinds(fan) == ["signed_in"]


@pytest.mark.django_db
def test_the_page_shows_ones_own_events_by_pages(fan: User, stranger: User) -> None:
    browser = sign_in(fan)
    many_sessions(fan, 30)
    first = browser.get("/settings/activity/")
    assert len(first.context["events"]) == 25
    second = browser.get("/settings/activity/" + first.context["next_url"])
    assert (len(second.context["events"]), second.context["next_url"]) == (7, "")
    only = browser.get("/settings/activity/?only=sign-ins")
    assert [event.kind for event in only.context["events"]] == ["new_device", "signed_in"]
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = token_of(stranger)
    assert [event.kind for event in other.get("/settings/activity/").context["events"]] == ["signed_in"]


@pytest.mark.django_db
def test_the_api_lists_and_ends_sessions(fan: User) -> None:
    here, there = token_of(fan), sign_in(fan, agent=PHONE)
    program = APIClient(HTTP_X_SESSION_TOKEN=here)
    listed = program.get("/api/v1/me/sessions/").json()["results"]
    assert [(one["device"], one["is_current"]) for one in listed] == [("Safari on iPhone", False)]
    assert program.delete(f"/api/v1/me/sessions/{listed[0]['id']}/").status_code == 204
    assert program.delete(f"/api/v1/me/sessions/{listed[0]['id']}/").status_code == 404
    assert there.get("/settings/").status_code == 302
    sign_in(fan, there)
    assert program.delete("/api/v1/me/sessions/others/").status_code == 204
    assert program.delete("/api/v1/me/sessions/others/").status_code == 204
    assert there.get("/settings/").status_code == 302
    assert program.get("/api/v1/me/").status_code == 200
    assert kinds(fan).count("other_sessions_ended") == 1


@pytest.mark.django_db
def test_the_api_tells_what_happened(fan: User, as_user: Callable[[User], APIClient]) -> None:
    sign_in(fan)
    program = as_user(fan)
    newest, first = program.get("/api/v1/me/security-events/?only=sign-ins").json()["results"]
    assert (newest["kind"], first["kind"]) == ("new_device", "signed_in")
    assert (first["title"], first["more"], first["device"], first["place"]) == (
        "Signed in", "With password", "Firefox on Linux", "",
    )  # fmt: skip
    assert program.get("/api/v1/me/security-events/?only=money").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "sessions/"),
        ("delete", "sessions/1/"),
        ("delete", "sessions/others/"),
        ("get", "security-events/"),
        ("get", "anti-phishing-phrase/"),
        ("put", "anti-phishing-phrase/"),
        ("get", "notifications/"),
        ("put", "notifications/offers/"),
    ],
)
def test_nobody_who_is_not_signed_in_gets_any_of_it(method: str, path: str) -> None:
    assert getattr(APIClient(), method)(f"/api/v1/me/{path}").status_code == 401


@pytest.mark.django_db
def test_the_phrase_is_chosen_and_taken_out_over_the_api(
    fan: User, stranger: User, as_user: Callable[[User], APIClient]
) -> None:
    program, address = as_user(fan), "/api/v1/me/anti-phishing-phrase/"
    assert program.put(address, {"phrase": " blue \n giraffe "}).json() == {"phrase": "blue giraffe"}
    assert program.put(address, {"phrase": "blue giraffe"}).status_code == 200
    assert as_user(stranger).get(address).json() == {"phrase": ""}
    assert program.delete(address).status_code == program.delete(address).status_code == 204
    assert program.get(address).json() == {"phrase": ""}
    assert kinds(fan) == ["signed_in", "phrase_changed", "phrase_removed"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_antiphishingphrase WHERE encrypted LIKE '%%giraffe%%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_a_password_is_refused_as_a_phrase(fan: User, as_user: Callable[[User], APIClient]) -> None:
    browser = sign_in(fan)
    page = browser.post("/settings/activity/anti-phishing-phrase/", {"phrase": PASSWORD})
    assert "This is your password." in page.content.decode()
    answer = as_user(fan).put("/api/v1/me/anti-phishing-phrase/", {"phrase": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (400, "phrase_is_password")
    assert not hasattr(fan, "anti_phishing_phrase")


@pytest.mark.django_db
def test_the_page_sets_changes_and_removes_the_phrase(fan: User) -> None:
    browser, address = sign_in(fan), "/settings/activity/anti-phishing-phrase/"
    assert "at least 4 characters" in browser.post(address, {"phrase": "ab"}).content.decode()
    for change in ({"phrase": "blue giraffe"}, {"phrase": "red giraffe"}, {"phrase": "x", "remove": "1"}):
        assert browser.post(address, change).status_code == 302
    assert kinds(fan) == ["signed_in", "phrase_changed", "phrase_changed", "phrase_removed"]
    assert Client().post(address, {"phrase": "blue giraffe"}).status_code == 302
    assert not hasattr(fan, "anti_phishing_phrase")


@pytest.mark.django_db
def test_when_a_session_was_used_is_noted_at_most_every_ten_minutes(fan: User) -> None:
    browser = sign_in(fan)
    began = UserSession.objects.get(user=fan).last_seen_at
    browser.get("/settings/")
    assert UserSession.objects.get(user=fan).last_seen_at == began
    cache.clear()
    browser.get("/settings/", REMOTE_ADDR="192.0.2.8")
    row = UserSession.objects.get(user=fan)
    assert (row.last_seen_at > began, row.ip) == (True, "192.0.2.8")


@pytest.mark.django_db
def test_the_back_office_reads_activity_and_mails(
    operator: User, fan: User, verified_page_as: Callable[..., Client]
) -> None:
    sign_in(fan)
    services.set_phrase(user=fan, phrase="blue giraffe", now=business_clock.now())
    browser = verified_page_as(operator)
    for address in ("/admin/accounts/securityevent/", "/admin/accounts/owedmail/"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "alice" in page.content.decode()
        assert browser.get(address + "add/").status_code == 403
    mail = OwedMail.objects.get(kind="phrase_changed")
    assert "giraffe" not in browser.get(f"/admin/accounts/owedmail/{mail.pk}/change/").content.decode()
