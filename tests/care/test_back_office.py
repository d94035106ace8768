"""Support's queue and a case's page: who may answer, and who lets money move again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import OwedMail, SecurityEvent, User
from backoffice import defaults as backoffice_defaults
from care import errors, services
from care.models import CannedReply, Freeze, SupportCase, SupportTerms
from care.services import lifting
from care.states import CaseKind, CaseState
from gifts.models import Gift
from ledger import books
from live.models import Room
from tests.care.conftest import Clerk, ask, later, report, secure, send
from tests.fixtures.gifts import Fund
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)
Browser = Callable[..., Client]


def address(case: SupportCase) -> str:
    return f"/admin/care/supportcase/{case.pk}/case/"


def act(browser: Client, case: SupportCase, action: str, body: str = "", key: str = "k1") -> Any:
    return browser.post(address(case), {"action": action, "body": body, "key": key})


def test_support_answers_notes_and_takes_a_case(fan: User, support: User, verified_page_as: Browser) -> None:
    case, browser = ask(fan), verified_page_as(support)
    assert case.reference in browser.get("/admin/care/supportcase/?turn=ours").text
    assert act(browser, case, "assign").status_code == 302
    assert act(browser, case, "note", "Known from last week").status_code == 302
    assert act(browser, case, "answer", "Here it is.", key="k2").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.assigned_to, case.answer_due_at) == (CaseState.WAITING_FOR_YOU, support, None)
    assert [(m.body, m.is_internal) for m in case.messages.filter(is_support=True)] == [
        ("Known from last week", True),
        ("Here it is.", False),
    ]
    assert case.reference not in browser.get("/admin/care/supportcase/?turn=ours").text


def test_a_double_click_answers_once(fan: User, support: User, verified_page_as: Browser, race: Race) -> None:
    case = ask(fan)
    said = race(
        4,
        lambda: services.answer_case(case_id=case.pk, operator=support, body="Yes", key="k", now=later()).pk,
    )
    assert len(set(said)) == 1
    assert OwedMail.objects.filter(user=fan, kind="case_answered").count() == 1


@pytest.mark.parametrize("role", [backoffice_defaults.AUDITOR, backoffice_defaults.FINANCE])
@pytest.mark.parametrize("action", ["answer", "solve", "note", "assign", "lift"])
def test_other_roles_read_and_do_nothing(
    role: str, action: str, fan: User, clerk: Clerk, verified_page_as: Browser
) -> None:
    case = report(fan).freeze.case
    secure(fan)
    browser = verified_page_as(clerk(role))
    page = browser.get(address(case))
    assert page.status_code == 200
    assert f'value="{action}"' not in page.text
    assert act(browser, case, action, "words").status_code == 403
    case.refresh_from_db()
    assert (case.state, case.messages.count(), case.assigned_to) == (CaseState.OPEN, 1, None)
    assert Freeze.objects.get().lifted_at is None


def test_people_and_sessions_without_a_code_get_no_page(
    fan: User, support: User, client: Client, page_as: Browser, verified_page_as: Browser, stranger: User
) -> None:
    case = ask(fan)
    for browser in (client, page_as(fan), page_as(support)):
        assert browser.get(address(case)).status_code == 302
    assert verified_page_as(stranger).get(address(case), follow=True).status_code == 403


def test_nobody_answers_or_releases_their_own_case(support: User, verified_page_as: Browser) -> None:
    case = ask(support)
    assert act(verified_page_as(support), case, "answer", "To myself").status_code == 403
    made = report(support)
    secure(support)
    with pytest.raises(errors.OwnCase):
        services.lift_freeze(
            case_id=made.freeze.case_id, operator=support, verified=True, reason="mine", now=later()
        )
    assert Freeze.objects.get().lifted_at is None


def test_a_case_that_stops_money_is_not_solved(fan: User, support: User, verified_page_as: Browser) -> None:
    case = report(fan).freeze.case
    assert act(verified_page_as(support), case, "solve", "Bye").status_code == 409
    with pytest.raises(errors.StillFrozen):
        services.mark_solved(person=fan, reference=case.reference, now=later())
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_money_moves_again_when_support_says_so(
    fan: User, support: User, room: Room, rose: Gift, fund: Fund, verified_page_as: Browser
) -> None:
    fund(fan, 100)
    case = report(fan).freeze.case
    secure(fan)
    assert act(verified_page_as(support), case, "lift", "Spoke on the phone").status_code == 302
    send(fan, room, rose)
    assert books.balance(fan.ledger_id, "coins", "COIN") == 90
    change = case.changes.get(step="lifted")
    assert (change.actor, change.reason) == (support, "Spoke on the phone")
    assert OwedMail.objects.filter(user=fan, kind="case_lifted").count() == 1
    assert SecurityEvent.objects.filter(user=fan, kind="money_released").count() == 1
    assert act(verified_page_as(support), case, "lift", "again").status_code == 409


@pytest.mark.parametrize(("reason", "is_secured", "status"), [("", True, 400), ("fine", False, 409)])
def test_not_without_a_reason_and_not_before_the_account_is_secured(
    reason: str, is_secured: bool, status: int, fan: User, support: User, verified_page_as: Browser
) -> None:
    case = report(fan).freeze.case
    if is_secured:
        secure(fan)
    assert act(verified_page_as(support), case, "lift", reason).status_code == status
    assert Freeze.objects.get().lifted_at is None


def test_above_the_amount_two_operators_agree(
    fan: User, support: User, clerk: Clerk, fund: Fund, verified_page_as: Browser
) -> None:
    SupportTerms.objects.update_or_create(pk=1, defaults={"four_eyes_above_minor": 1_000})
    fund(fan, 7_000)  # $90.30
    case, other = report(fan).freeze.case, clerk(backoffice_defaults.SUPPORT, "second")
    secure(fan)
    assert lifting.worth_minor(fan, later()) == 9_030
    first = verified_page_as(support)
    assert act(first, case, "lift", "looks right").status_code == 302
    assert Freeze.objects.get().lifted_at is None
    assert act(first, case, "lift", "looks right").status_code == 409
    assert act(verified_page_as(other), case, "lift", "I agree").status_code == 302
    freeze = Freeze.objects.get()
    assert (freeze.proposed_by, freeze.lifted_by) == (support, other)


def test_two_who_lift_at_once_lift_once(fan: User, support: User, race: Race) -> None:
    made = report(fan)
    secure(fan)
    outcomes = race(
        3,
        lambda: (
            services.lift_freeze(
                case_id=made.freeze.case_id, operator=support, verified=True, reason="ok", now=later()
            ).pk
        ),
    )
    assert outcomes.count(errors.NotFrozen) == 2
    assert made.freeze.case.changes.filter(step="lifted").count() == 1


def test_canned_replies_speak_to_the_person(fan: User, support: User, verified_page_as: Browser) -> None:
    CannedReply.objects.create(title="Mine", body="Hello {name}, {reference} {x}", kind=CaseKind.OTHER)
    case = ask(fan)
    page = verified_page_as(support).get(address(case)).text
    assert f"Hello Alice, {case.reference} {{x}}" in page


def test_the_facts_stand_beside_the_thread(
    fan: User, support: User, room: Room, rose: Gift, fund: Fund, verified_page_as: Browser
) -> None:
    order = fund(fan, 700)
    sent = send(fan, room, rose)
    case = ask(fan, abouts=[f"order:{order.pk}", f"gift:{sent.id}"])
    page = verified_page_as(support).get(address(case)).text
    assert "700 coins for $9.03" in page
    assert "10 coins: Rose to Bob" in page
    assert f"/admin/wallet/order/{order.pk}/change/" in page
    assert "$8.90" in page
