"""Consent on pages, over REST and in the back office: who may, what is answered, where one is led."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from rest_framework.test import APIClient

from accounts import guardian_links, services
from accounts.guardian_pages import KEY
from accounts.models import Acceptance, AgeRule, GuardianAsk, Guardianship, LegalDocument, User
from ground import clock
from tests.accounts.test_documents import draft, schedule
from tests.fixtures.guardians import MOTHER, ask, born

pytestmark = pytest.mark.django_db(transaction=True)
CONSENT = {"day": 100, "week": None, "month": 1000, "gift": 50, "guardian_name": "Jane Doe", "relation": "parent",
           "is_adult": True}  # fmt: skip
TYPED = {"day": "100", "name": "Jane Doe", "relation": "parent", "is_adult": "on", "consents": "on"}


def publish(operator: User, kind: str = "coins", **text: Any) -> LegalDocument:
    """A new version that is in force since a moment ago."""
    version = LegalDocument.objects.filter(kind=kind).count() + 1
    given = {"title": "Coin terms", "body": "## One\n\nNew words.", "summary": "Coins last longer."} | text
    starts_at = clock.now() - timedelta(seconds=1)
    return LegalDocument.objects.create(kind=kind, version=version, starts_at=starts_at, **given)


# ── Documents: pages ──


def test_a_page_that_needs_new_terms_leads_to_them_and_back(
    operator: User, fan: User, economy: object, page_as: Callable[[User], Client]
) -> None:
    publish(operator)
    browser = page_as(fan)
    buy = {"key": str(uuid4()), "package": "coins-700"}
    answer = browser.post("/balance/", buy, headers={"referer": "http://testserver/balance/"})

    assert answer.status_code == 302
    where = answer.headers["Location"]
    assert where == "/settings/terms/accept/?kinds=coins&next=http%3A%2F%2Ftestserver%2Fbalance%2F"
    page = browser.get(where).content.decode()
    assert "Coins last longer." in page
    assert "You accepted version 1." in page
    accepted = browser.post(
        where, {"kind": "coins", "version.coins": "2", "next": "http://testserver/balance/"}
    )
    assert accepted.headers["Location"] == "http://testserver/balance/"
    record = Acceptance.objects.get(user=fan, document__version=2)
    assert (record.how, record.ip, record.user_agent) == ("accepted", "127.0.0.1", "")


def test_several_documents_are_accepted_on_one_page(
    operator: User, fan: User, page_as: Callable[[User], Client]
) -> None:
    publish(operator)
    publish(operator, "terms", title="Terms of service")
    browser = page_as(fan)
    page = browser.get("/settings/terms/accept/?next=/balance/")
    assert len(page.context["entries"]) == 2
    sent = {"kind": ["coins", "terms"], "version.coins": "2", "version.terms": "2", "next": "/balance/"}
    assert browser.post("/settings/terms/accept/", sent).headers["Location"] == "/balance/"
    assert browser.get("/settings/terms/accept/?next=/balance/").headers["Location"] == "/balance/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(fan: User, page_as: Callable[[User], Client], elsewhere: str) -> None:
    answer = page_as(fan).get("/settings/terms/accept/", {"next": elsewhere})
    assert answer.headers["Location"] == "/settings/terms/"


def test_an_older_version_than_the_one_in_force_is_not_accepted(
    operator: User, fan: User, page_as: Callable[[User], Client]
) -> None:
    publish(operator)
    answer = page_as(fan).post("/settings/terms/accept/?kinds=coins", {"kind": "coins", "version.coins": "9"})
    assert answer.headers["Location"] == "/settings/terms/accept/?kinds=coins"
    assert not Acceptance.objects.filter(user=fan, document__version=2).exists()


def test_a_banner_says_what_comes(operator: User, fan: User, page_as: Callable[[User], Client]) -> None:
    starts_at = schedule(operator, draft(operator))
    browser = page_as(fan)
    words = f"From {starts_at.day} {starts_at:%B} new coin terms hold."
    assert words in browser.get("/settings/").content.decode()
    services.accept_document(user=fan, kind="coins", version=2, now=clock.now())
    assert words not in browser.get("/settings/").content.decode()


def test_anybody_reads_announced_versions_and_their_changes_and_no_draft(
    operator: User, client: Client
) -> None:
    document = draft(operator)
    assert client.get("/legal/coins/2/").status_code == 404
    assert client.get("/legal/coins/2/changes/").status_code == 404
    schedule(operator, document)
    assert "This version holds from" in client.get("/legal/coins/2/").content.decode()
    changes = client.get("/legal/coins/2/changes/").content.decode()
    assert '<span class="passage-mark">New</span> <ins>New words.</ins>' in changes
    assert client.get("/legal/coins/1/changes/").status_code == 404
    assert client.get("/api/v1/legal-documents/?state=coming").json()[0]["version"] == 2
    told = client.get("/api/v1/legal-documents/coins/2/changes/").json()
    assert (told["from_version"], told["summary"]) == (1, "Coins last longer.")


def test_acceptances_over_rest(
    fan: User, as_user: Callable[[User], APIClient], person: Callable[..., User]
) -> None:
    newcomer = as_user(person("dora", kinds=[]))
    both = {"documents": [{"kind": "coins", "version": 1}, {"kind": "terms", "version": 1}]}
    answer = newcomer.post("/api/v1/me/acceptances/", both)
    assert (answer.status_code, [one["kind"] for one in answer.json()["accepted"]]) == (
        201,
        ["coins", "terms"],
    )
    assert newcomer.post("/api/v1/me/acceptances/", {}).status_code == 400
    listed = newcomer.get("/api/v1/me/acceptances/").json()
    assert {one["kind"] for one in listed["results"]} == {"coins", "terms"}
    assert APIClient().get("/api/v1/me/acceptances/").status_code == 401


# ── Guardians: the young person ──


def test_a_minor_asks_on_the_page_and_over_rest(
    minor: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    browser, caller = page_as(minor), as_user(minor)
    assert "Ask your guardian" in browser.get("/settings/").content.decode()
    assert browser.post("/settings/guardian/", {"email": MOTHER}).status_code == 302
    page = browser.get("/settings/guardian/").content.decode()
    assert MOTHER in page
    state = caller.get("/api/v1/me/guardian/").json()
    assert (state["state"], state["asks"][0]["email"]) == ("asked", MOTHER)
    assert caller.post("/api/v1/me/guardian/asks/", {"email": MOTHER}).status_code == 201
    refused = caller.post("/api/v1/me/guardian/asks/", {"email": minor.email})
    assert (refused.status_code, refused.json()["code"]) == (400, "guardian_own_address")
    assert browser.post("/settings/guardian/", {"email": minor.email}).status_code == 400


def test_a_guardians_page_is_for_the_young_only(
    minor: User, fan: User, client: Client, page_as: Callable[[User], Client]
) -> None:
    assert client.get("/settings/guardian/").status_code == 302
    assert "Your account needs no guardian." in page_as(fan).get("/settings/guardian/").content.decode()
    answer = APIClient().post("/api/v1/me/guardian/asks/", {"email": MOTHER})
    assert answer.status_code == 401


def test_buying_leads_a_minor_to_their_guardian(
    minor: User, economy: object, as_user: Callable[[User], APIClient]
) -> None:
    answer = as_user(minor).post(
        "/api/v1/orders/", {"package": "coins-700"}, headers={"Idempotency-Key": "k1"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "guardian_required")


# ── Guardians: the guardian ──


def test_a_guardian_consents_on_pages_without_an_account(minor: User, client: Client) -> None:
    token = guardian_links.ask_token(ask(minor))
    assert client.get("/guardian/consent/").status_code == 403
    assert client.post("/guardian/", {"token": token}).headers["Location"] == "/guardian/consent/"
    assert token not in str(dict(client.session))
    assert "Mia asks for your consent" in client.get("/guardian/consent/").content.decode()
    assert client.post("/guardian/consent/", TYPED | {"is_adult": ""}).status_code == 422
    assert client.post("/guardian/consent/", TYPED | {"day": ""}).status_code == 422
    assert not Guardianship.objects.exists()

    assert client.post("/guardian/consent/", TYPED).headers["Location"] == "/guardian/manage/"
    assert client.post("/guardian/manage/", {"day": "200"}).status_code == 302
    assert client.post("/guardian/manage/revocation/").status_code == 302
    assert Guardianship.objects.get().state == "revoked"
    assert client.post("/guardian/manage/restoration/").status_code == 302
    found = Guardianship.objects.get()
    assert (found.state, found.day_coins, found.month_coins) == ("active", 200, None)
    assert client.get("/guardian/manage/")["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_minor_who_is_signed_in_cannot_open_the_mail_they_asked_for(
    minor: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    token = guardian_links.ask_token(ask(minor))
    assert page_as(minor).post("/guardian/", {"token": token}).status_code == 403
    answer = as_user(minor).post("/api/v1/guardian/consent/", CONSENT, headers={"X-Guardian-Token": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "guardian_is_minor")
    assert not Guardianship.objects.exists()


def test_what_a_session_opened_ends_with_a_newer_link(guarded: Guardianship, client: Client) -> None:
    client.post("/guardian/", {"token": guardian_links.management_token(guarded)})
    assert client.get("/guardian/manage/").status_code == 200
    client.post("/guardian/link/", {"email": MOTHER})
    assert client.post("/guardian/manage/revocation/").status_code == 403
    assert Guardianship.objects.get().state == "active"


def test_what_a_session_opened_ends_after_a_while(guarded: Guardianship, client: Client) -> None:
    client.post("/guardian/", {"token": guardian_links.management_token(guarded)})
    session = client.session
    session[KEY] = session[KEY] | {"until": 0}
    session.save()
    assert client.get("/guardian/manage/").status_code == 410


def test_the_guardians_side_over_rest(minor: User) -> None:
    caller = APIClient(HTTP_X_GUARDIAN_TOKEN=guardian_links.ask_token(ask(minor)))
    assert caller.get("/api/v1/guardian/").json()["state"] == "asked"
    answer = caller.post("/api/v1/guardian/consent/", CONSENT)
    assert (answer.status_code, answer.json()["budget"]["month"]) == (201, 1000)
    assert caller.post("/api/v1/guardian/consent/", CONSENT).json()["code"] == "guardian_link_used"

    caller.credentials(HTTP_X_GUARDIAN_TOKEN=answer.json()["management_token"])
    changed = caller.put("/api/v1/guardian/budget/", {"day": 7})
    assert changed.json()["budget"] == {"day": 7, "week": None, "month": None, "gift": None}
    assert caller.put("/api/v1/guardian/budget/", {"gift": 7}).json()["code"] == "invalid_guardian_budget"
    assert caller.post("/api/v1/guardian/revocation/").json()["state"] == "revoked"
    assert caller.delete("/api/v1/guardian/revocation/").json()["state"] == "active"


@pytest.mark.parametrize("token", ["", "x" * 64, "WzEsMV0:1abc:forged"])
def test_without_the_token_nobody_acts_for_a_guardian(guarded: Guardianship, token: str) -> None:
    caller = APIClient(HTTP_X_GUARDIAN_TOKEN=token)
    answers = [
        caller.get("/api/v1/guardian/"),
        caller.post("/api/v1/guardian/consent/", CONSENT),
        caller.put("/api/v1/guardian/budget/", {"day": 9}),
        caller.post("/api/v1/guardian/revocation/"),
        caller.delete("/api/v1/guardian/revocation/"),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "guardian_link_invalid")] * 5
    found = Guardianship.objects.get()
    assert (found.state, found.day_coins) == ("active", 100)


def test_tokens_cannot_be_tried_for_ever(db: None) -> None:
    caller = APIClient(HTTP_X_GUARDIAN_TOKEN="x")
    codes = [caller.get("/api/v1/guardian/").status_code for _ in range(31)]
    assert codes == [403] * 30 + [429]
    assert int(caller.get("/api/v1/guardian/")["Retry-After"]) > 0


def test_asking_for_a_new_link_tells_nobody_who_is_a_guardian(guarded: Guardianship, client: Client) -> None:
    for address in (MOTHER, "nobody@example.com"):
        answer = client.post("/guardian/link/", {"email": address})
        assert answer.headers["Location"] == "/guardian/link/sent/"
        assert APIClient().post("/api/v1/guardian/links/", {"email": address}).status_code == 202
    assert client.get("/guardian/link/sent/").status_code == 200


# ── The back office ──


def test_an_operator_takes_a_document_from_draft_to_announced(
    operator: User, verified_page_as: Callable[..., Client], mailoutbox: list[EmailMessage]
) -> None:
    browser = verified_page_as(operator)
    text = {
        "kind": "coins",
        "title": "Coin terms",
        "body": "Other.",
        "summary": "Less.",
        "needs_acceptance": "on",
    }
    assert browser.post("/admin/accounts/legaldocument/add/", text).status_code == 302
    document = LegalDocument.objects.get(kind="coins", version=2)
    assert (document.drafted_by, document.starts_at) == (operator, None)

    review = f"/admin/accounts/legaldocument/{document.pk}/review/"
    page = browser.get(review).content.decode()
    assert '<span class="passage-mark">New</span> <ins>Other.</ins>' in page
    past = browser.post(review, {"decision": "schedule", "starts_at": "2020-01-01T00:00"})
    assert past.status_code == 400
    soon = f"{clock.now() + timedelta(days=30):%Y-%m-%dT%H:%M}"
    assert browser.post(review, {"decision": "schedule", "starts_at": soon}).status_code == 302
    assert browser.post(f"/admin/accounts/legaldocument/{document.pk}/change/", text).status_code == 403
    assert browser.post(review, {"decision": "withdraw"}).status_code == 302
    assert browser.post(review, {"decision": "discard"}).status_code == 302
    assert LegalDocument.objects.filter(kind="coins").count() == 1


def test_acceptances_are_exported_as_the_list_shows_them(
    operator: User, fan: User, verified_page_as: Callable[..., Client]
) -> None:
    answer = verified_page_as(operator).get("/admin/accounts/acceptance/export.csv", {"q": "alice"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "id,person,handle,kind,version,title,how,at,ip,user_agent"
    assert len(lines) == 5
    assert all(",alice," in line for line in lines[1:])


def test_an_age_rule_is_added_with_a_reason(operator: User, verified_page_as: Callable[..., Client]) -> None:
    browser = verified_page_as(operator)
    ages = {"country": "JP", "account_age": 18, "buy_age": 20, "gift_age": 20, "cash_out_age": 20}
    assert browser.post("/admin/accounts/agerule/add/", ages | {"reason": ""}).status_code == 200
    assert browser.post("/admin/accounts/agerule/add/", ages | {"reason": "Civil code"}).status_code == 302
    rule = AgeRule.objects.first()
    assert rule is not None
    assert (rule.country, rule.buy_age, rule.made_by, rule.reason) == ("JP", 20, operator, "Civil code")


@pytest.mark.parametrize("model", ["agerule", "acceptance", "guardianship", "guardianask", "spendingfreeze"])
def test_operators_look_at_evidence_and_change_none(
    operator: User, guarded: Guardianship, fan: User, verified_page_as: Callable[..., Client],
    page_as: Callable[[User], Client], model: str,
) -> None:  # fmt: skip
    browser = verified_page_as(operator)
    page = browser.get(f"/admin/accounts/{model}/")
    assert page.status_code == 200
    row = page.context["cl"].result_list[0]
    detail = browser.get(f"/admin/accounts/{model}/{row.pk}/change/").content.decode()
    assert GuardianAsk.objects.get().token_digest not in detail
    assert browser.post(f"/admin/accounts/{model}/{row.pk}/change/", {}).status_code == 403
    assert browser.post(f"/admin/accounts/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert page_as(fan).get(f"/admin/accounts/{model}/").status_code in (302, 403, 404)


def test_a_young_adult_without_a_guardian_sees_no_notice(person: Callable[..., User], page_as: Any) -> None:
    young = person("yan", birth_date=born(18), totp_secret=None)
    assert "guardian" not in page_as(young).get("/settings/").content.decode().lower()
