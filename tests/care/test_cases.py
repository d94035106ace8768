"""Asking for help and talking about it: the services, and who may read what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import OwedMail, User
from care import errors, services
from care.models import CaseMessage, SupportCase, SupportTerms
from care.services.opening import NewCase
from care.states import CaseKind, CaseState
from events import log
from gifts.models import Gift
from ground.errors import NotFound
from ledger.errors import KeyReused
from live.models import Room
from tests.care.conftest import ask, later, send
from tests.fixtures.gifts import Fund
from tests.fixtures.races import Race
from wallet import selectors as wallet

pytestmark = pytest.mark.django_db(transaction=True)


def steps_of(case: SupportCase) -> list[str]:
    return list(case.changes.order_by("number").values_list("step", flat=True))


def say(case: SupportCase, body: str = "And now?", **more: object) -> CaseMessage:
    facts: dict[str, Any] = {"key": str(uuid4()), "now": later()} | more
    return services.add_message(person=case.person, reference=case.reference, body=body, **facts)


def answer(case: SupportCase, operator: User, body: str = "Here.", **more: object) -> CaseMessage:
    facts: dict[str, Any] = {"key": str(uuid4()), "now": later()} | more
    return services.answer_case(case_id=case.pk, operator=operator, body=body, **facts)


def test_a_case_is_opened_with_a_promise_a_mail_and_an_event(fan: User) -> None:
    now = later()
    case = ask(fan, "My voucher?", now=now)
    assert (case.state, case.answer_due_at) == (CaseState.OPEN, now + timedelta(hours=24))
    assert [m.body for m in case.messages.all()] == ["My voucher?"]
    assert OwedMail.objects.filter(user=fan, kind="case_opened").count() == 1
    event = log.since(f"user:{fan.pk}", 0, 10)[-1]
    assert (event.type, event.body) == ("case.opened", {"case": case.reference, "state": "open"})


def test_the_way_of_a_case_from_open_to_solved_and_back(fan: User, support: User) -> None:
    case = ask(fan)
    answer(case, support)
    say(case)
    answer(case, support, "Done.", solves=True)
    say(case, "It is back.", now=later(days=13))
    case.refresh_from_db()
    assert case.state == CaseState.WAITING_FOR_US
    assert steps_of(case) == ["opened", "answered", "replied", "answered", "solved", "reopened"]
    kinds = list(OwedMail.objects.filter(user=fan).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["case_opened", "case_answered", "case_answered", "case_solved"]


def test_a_case_solved_fifteen_days_ago_stays_closed(fan: User) -> None:
    case = ask(fan)
    services.mark_solved(person=fan, reference=case.reference, now=later())
    with pytest.raises(errors.CaseClosed):
        say(case, now=later(days=15))
    assert steps_of(case) == ["opened", "solved"]


def test_solving_twice_is_once(fan: User) -> None:
    case = ask(fan)
    for _ in range(2):
        services.mark_solved(person=fan, reference=case.reference, now=later())
    assert steps_of(case) == ["opened", "solved"]


def test_the_same_key_opens_one_case_and_another_wish_is_refused(fan: User) -> None:
    first, again = ask(fan, key="k1"), ask(fan, key="k1")
    assert first == again
    with pytest.raises(KeyReused):
        ask(fan, "Something else", key="k1")
    assert (SupportCase.objects.count(), CaseMessage.objects.count()) == (1, 1)


def test_a_double_click_says_it_once(fan: User, race: Race) -> None:
    case = ask(fan)
    said = race(4, lambda: say(case, "Hello?", key="same").pk)
    assert len(set(said)) == 1
    assert case.messages.count() == 2


def test_four_clicks_open_one_case(fan: User, race: Race) -> None:
    assert len(set(race(4, lambda: ask(fan, key="same").pk))) == 1
    assert SupportCase.objects.count() == 1


def test_the_day_and_the_hour_are_limited(fan: User) -> None:
    SupportTerms.objects.update_or_create(pk=1, defaults={"cases_a_day": 2, "messages_an_hour": 4})
    case = ask(fan)
    ask(fan)
    with pytest.raises(errors.TooManyCases) as refusal:
        ask(fan)
    assert 86_000 < refusal.value.extra["retry_after_s"] <= 86_400
    say(case)
    say(case)
    with pytest.raises(errors.TooManyMessages):
        say(case)
    assert (SupportCase.objects.count(), CaseMessage.objects.count()) == (2, 4)


def test_ten_at_once_do_not_get_past_the_limit(fan: User, race: Race) -> None:
    SupportTerms.objects.update_or_create(pk=1, defaults={"cases_a_day": 3})
    outcomes = race(6, lambda: ask(fan).kind)
    assert (outcomes.count(errors.TooManyCases), SupportCase.objects.count()) == (3, 3)


@pytest.mark.parametrize("body", ["", "   ", "x" * 4_001])
def test_a_message_says_something(body: str, fan: User) -> None:
    with pytest.raises(errors.NothingSaid):
        ask(fan, body)
    assert SupportCase.objects.count() == 0


def test_only_own_things_can_be_attached(
    fan: User, creator: User, stranger: User, room: Room, rose: Gift, fund: Fund
) -> None:
    order, _ = fund(fan, 700), fund(stranger, 70)
    sent = send(fan, room, rose)
    case = ask(fan, abouts=[f"order:{order.pk}", f"gift:{sent.id}"])
    assert [str(item) for item in case.items.all()] == [f"order:{order.pk}", f"gift:{sent.id}"]
    assert [str(item) for item in ask(creator, abouts=[f"gift:{sent.id}"]).items.all()] == [f"gift:{sent.id}"]
    for wrong in (
        f"order:{order.pk}",
        f"gift:{sent.id}",
        "payout:1",
        "gift:x",
        "room:1",
        "order",
        "gift:" + "9" * 30,
    ):
        with pytest.raises(errors.UnknownSubject):
            ask(stranger, abouts=[wrong])
    assert SupportCase.objects.filter(person=stranger).count() == 0


def test_missing_coins_are_looked_for_before_anybody_is_asked(fan: User, fund: Fund) -> None:
    order = fund(fan, 700)
    wish: dict[str, Any] = {"kind": CaseKind.COINS_NOT_CREDITED, "abouts": [f"order:{order.pk}"]}
    with pytest.raises(errors.CoinsAreThere) as found:
        ask(fan, **wish)
    assert found.value.extra == {"order": str(order.pk), "balance": 700}
    assert ask(fan, insists=True, **wish).kind == CaseKind.COINS_NOT_CREDITED
    assert (SupportCase.objects.count(), wallet.coins_of(fan)) == (1, 700)


def test_history_and_messages_are_never_changed(fan: User) -> None:
    case = ask(fan)
    with pytest.raises(Exception, match="does not change"):
        case.messages.update(body="Other words")
    with pytest.raises(Exception, match="history only grows"):
        case.changes.all().delete()


def test_the_wrong_person_finds_nothing(
    fan: User, stranger: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    case = ask(fan)
    browser, program = page_as(stranger), as_user(stranger)
    page, rest = f"/support/{case.reference}/", f"/api/v1/support-cases/{case.reference}/"
    assert browser.get(page).status_code == browser.post(page, {"body": "Hi", "key": "k"}).status_code == 404
    assert browser.post(f"{page}solve/").status_code == 404
    assert program.get(rest).status_code == program.post(f"{rest}solution/").status_code == 404
    said = program.post(f"{rest}messages/", {"body": "Hi"}, headers={"Idempotency-Key": "k"})
    assert (said.status_code, case.messages.count()) == (404, 1)
    with pytest.raises(NotFound):
        services.mark_solved(person=stranger, reference=case.reference, now=later())


def test_a_visitor_is_sent_to_sign_in(client: Client, fan: User) -> None:
    case = ask(fan)
    for page in (
        "/support/",
        "/support/new/",
        "/support/not-me/",
        "/support/secure/",
        f"/support/{case.reference}/",
    ):
        assert client.get(page)["Location"].startswith("/accounts/login/"), page
    assert client.get("/api/v1/support-cases/").status_code == 401


def test_notes_and_who_it_was_stay_with_support(
    fan: User, support: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    case = ask(fan)
    services.note_case(case_id=case.pk, operator=support, body="Looks odd", key="n", now=later())
    services.assign_case(case_id=case.pk, operator=support, now=later())
    answer(case, support, "All is well.")
    page = page_as(fan).get(f"/support/{case.reference}/").text
    assert "All is well." in page
    detail = as_user(fan).get(f"/api/v1/support-cases/{case.reference}/").json()
    assert [m["body"] for m in detail["messages"]] == ["Where is it?", "All is well."]
    assert [s["step"] for s in detail["history"]] == ["opened", "answered"]
    for secret in ("Looks odd", support.handle, support.name):
        assert secret not in page
        assert secret not in str(detail)
    types = [event.type for event in log.since(f"user:{fan.pk}", 0, 100)]
    assert types[-2:] == ["case.opened", "case.answered"]


def test_the_whole_journey_over_rest(fan: User, fund: Fund, as_user: Callable[[User], APIClient]) -> None:
    order, program = fund(fan, 70), as_user(fan)
    wish = {"kind": "payment_declined", "body": "Why?", "about": [f"order:{order.pk}"]}
    opened = program.post("/api/v1/support-cases/", wish, headers={"Idempotency-Key": "a"})
    again = program.post("/api/v1/support-cases/", wish, headers={"Idempotency-Key": "a"})
    assert (opened.status_code, again.json()["reference"]) == (201, opened.json()["reference"])
    assert opened.json()["about"][0]["about"] == f"order:{order.pk}"
    address = f"/api/v1/support-cases/{opened.json()['reference']}/"
    said = program.post(f"{address}messages/", {"body": "Hello?"}, headers={"Idempotency-Key": "b"})
    assert (said.status_code, said.json()["is_support"]) == (201, False)
    closed = program.post(f"{address}solution/").json()
    assert (closed["state"], [s["who"] for s in closed["history"]]) == ("solved", ["by you"] * 3)
    assert [c["reference"] for c in program.get("/api/v1/support-cases/").json()["results"]] == [
        closed["reference"]
    ]


def test_rest_refuses_in_words(fan: User, as_user: Callable[[User], APIClient]) -> None:
    program = as_user(fan)
    wish = {"kind": "other", "body": "Hi"}
    without_key = program.post("/api/v1/support-cases/", wish)
    assert (without_key.status_code, without_key.json()["code"]) == (400, "idempotency_key_required")
    not_mine = program.post(
        "/api/v1/support-cases/", wish | {"about": ["gift:1"]}, headers={"Idempotency-Key": "x"}
    )
    assert (not_mine.status_code, not_mine.json()["code"]) == (404, "unknown_subject")
    reserved = program.post(
        "/api/v1/support-cases/", wish | {"kind": "unauthorized"}, headers={"Idempotency-Key": "y"}
    )
    assert (reserved.status_code, SupportCase.objects.count()) == (400, 0)


def test_a_promise_that_was_not_kept_is_said(fan: User, page_as: Callable[[User], Client]) -> None:
    case = ask(fan, now=later(hours=-30))
    page = page_as(fan).get(f"/support/{case.reference}/").text
    assert "We promised an answer by now and are late." in page


def test_the_wish_of_a_case_names_what_counts_for_its_key() -> None:
    assert NewCase(CaseKind.OTHER, "a").hash != NewCase(CaseKind.OTHER, "b").hash
