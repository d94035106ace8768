"""An operator's decision, through the form of the back office."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from backoffice import defaults
from ground import clock as business_clock
from payouts import errors
from payouts.models import Payout
from payouts.services.review import approve_payout, reject_payout
from payouts.states import PayoutState
from tests.fixtures.payouts import ENOUGH_UNITS, GiveDiamonds, diamonds, history, money, work
from tests.fixtures.races import Race


@pytest.fixture
def waiting(payee: User, give_diamonds: GiveDiamonds, request_cash_out: Callable[..., Payout]) -> Payout:
    """A cash-out before the operators."""
    give_diamonds(payee)
    return work(request_cash_out(payee))


def address(payout: Payout) -> str:
    return f"/admin/payouts/payout/{payout.id}/review/"


def test_an_operator_approves_by_the_form(
    waiting: Payout, operator: User, verified_page_as: Callable[..., Client]
) -> None:
    browser = verified_page_as(operator)
    assert 'name="decision" value="approve"' in browser.get(address(waiting)).text
    answer = browser.post(address(waiting), {"decision": "approve", "reason": "looks right"}, follow=True)
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state, waiting.decided_by) == (200, PayoutState.APPROVED, operator)
    event = waiting.events.get(kind="approved")
    assert (event.actor, event.reason) == (operator, "looks right")


def test_a_rejection_gives_all_back_and_the_creator_reads_why(
    waiting: Payout, payee: User, operator: User, verified_page_as: Callable[..., Client]
) -> None:
    verified_page_as(operator).post(address(waiting), {"decision": "reject", "reason": "The name differs."})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (PayoutState.REJECTED, "The name differs.")
    assert diamonds(payee) == {"diamonds.available": ENOUGH_UNITS}
    assert money()["payout.clearing"] == money()["revenue.fees"] == 0
    assert "The name differs." in verified_page_as(payee).get(f"/studio/payouts/{waiting.id}/").text


@pytest.mark.parametrize(
    "body", [{"decision": "approve", "reason": " "}, {"decision": "hold", "reason": "x"}, {}]
)
def test_a_decision_without_reason_or_sense_changes_nothing(
    body: dict[str, Any], waiting: Payout, operator: User, verified_page_as: Callable[..., Client]
) -> None:
    answer = verified_page_as(operator).post(address(waiting), body)
    waiting.refresh_from_db()
    assert (answer.status_code >= 400, waiting.state) == (True, PayoutState.SCREENING)


def test_nobody_decides_about_their_own_cash_out(
    waiting: Payout, payee: User, verified_page_as: Callable[..., Client]
) -> None:
    payee.is_staff = payee.is_superuser = True
    payee.save()
    browser = verified_page_as(payee)
    assert 'name="decision"' not in browser.get(address(waiting)).text
    answer = browser.post(address(waiting), {"decision": "approve", "reason": "mine"})
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (403, PayoutState.SCREENING)


@pytest.mark.parametrize(("role", "state"), [(defaults.AUDITOR, "screening"), (defaults.FINANCE, "approved")])
def test_the_role_decides_who_may(
    role: str,
    state: str,
    waiting: Payout,
    person: Callable[..., User],
    verified_page_as: Callable[..., Client],
) -> None:
    clerk = person("clerk", staff=True)
    clerk.groups.add(Group.objects.get(name=role))
    browser = verified_page_as(clerk)
    assert browser.get(address(waiting)).status_code == 200
    browser.post(address(waiting), {"decision": "approve", "reason": "checked"})
    waiting.refresh_from_db()
    assert waiting.state == state


def test_staff_without_a_role_do_not_even_see_it(
    waiting: Payout, person: Callable[..., User], verified_page_as: Callable[..., Client]
) -> None:
    assert verified_page_as(person("clerk", staff=True)).get(address(waiting)).status_code == 404


def test_a_session_without_a_second_factor_decides_nothing(
    waiting: Payout, operator: User, page_as: Callable[[User], Client]
) -> None:
    answer = page_as(operator).post(address(waiting), {"decision": "approve", "reason": "x"})
    assert answer["Location"].startswith("/admin/login/")
    with pytest.raises(errors.SecondFactorNotVerified):
        approve_payout(
            payout_id=waiting.id, operator=operator, verified=False, reason="x", now=business_clock.now()
        )
    waiting.refresh_from_db()
    assert waiting.state == PayoutState.SCREENING


def test_two_operators_at_once_decide_once(waiting: Payout, payee: User, operator: User, race: Race) -> None:
    now = business_clock.now()
    facts: dict[str, Any] = {
        "payout_id": waiting.id,
        "operator": operator,
        "verified": True,
        "reason": "mine",
        "now": now,
    }
    turns = [approve_payout, reject_payout, approve_payout]
    outcomes = race(3, lambda: turns.pop()(**facts))
    assert errors.NotToReview in outcomes
    assert len([kind for kind in history(waiting) if kind == "approved"]) <= 1
    expected = {"approved": "diamonds.reserved", "rejected": "diamonds.available"}
    waiting.refresh_from_db()
    assert diamonds(payee) == {expected[waiting.state]: ENOUGH_UNITS}
