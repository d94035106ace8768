"""“I did not do this”: what one request stops, for whom, and that nothing slips past it."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import OwedMail, SecurityEvent, User
from accounts.not_me import about_in, not_me_path
from care import errors
from care.models import Freeze, Report, SupportCase
from events import log
from gifts import errors as gift_errors
from gifts.models import Gift, SentGift
from ground import clock as business_clock
from ledger import books
from ledger.errors import AccountFrozen, KeyReused
from live.models import Room
from payouts.errors import CreatorFrozen
from payouts.models import Payout
from payouts.services.review import approve_payout, findings
from payouts.states import PayoutState
from tests.care.conftest import report, secure, send
from tests.fixtures.accounts import PASSWORD, token_of
from tests.fixtures.gifts import Fund
from tests.fixtures.payouts import ENOUGH_UNITS, GiveDiamonds, diamonds, made_at_provider, work, work_now
from tests.fixtures.races import Race, run_race
from tests.fixtures.stripe import FakeStripe

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_one_report_stops_everything(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 100)
    sent = send(fan, room, rose)
    made = report(fan, f"gift:{sent.id}")
    case, person = made.freeze.case, fresh(fan)
    with pytest.raises(gift_errors.AccountFrozen):
        send(fan, room, rose)
    assert (case.kind, case.state) == ("unauthorized", "open")
    assert [(str(item), item.is_disputed) for item in case.items.all()] == [(f"gift:{sent.id}", True)]
    assert (person.has_usable_password(), person.recovery_since is None) == (False, False)
    assert SecurityEvent.objects.get(user=fan, kind="not_me_reported").facts == {"reference": case.reference}
    assert OwedMail.objects.filter(user=fan, kind="case_reported").count() == 1
    types = [e.type for e in log.since(f"user:{fan.pk}", 0, 50) if e.type.startswith("case.")]
    assert types == ["case.opened", "case.frozen"]
    assert books.imbalance() == {}


def test_every_other_session_and_token_ends(
    fan: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    browser, token, reporting = page_as(fan), as_user(fan), as_user(fan)
    answer = reporting.post("/api/v1/not-me-reports/", {}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.json()
    assert answer.json()["steps"] == ["new_password", "second_factor"]
    assert token.get("/api/v1/me/").status_code == 401
    assert browser.get("/balance/")["Location"].startswith("/accounts/login/")
    assert reporting.get("/api/v1/recovery/").status_code == 200
    assert (UserSession.objects.filter(user=fan).count(), Session.objects.count()) <= (1, 2)


def test_a_sign_in_under_way_is_over_before_it_began(fan: User, as_user: Callable[[User], APIClient]) -> None:
    """The old password is what it rests on: a session that is saved after the report is as dead as the others."""
    thief = User.objects.get(pk=fan.pk)
    report(fan)
    late = APIClient(HTTP_X_SESSION_TOKEN=token_of(thief))
    assert late.get("/api/v1/me/").status_code == 401
    login = APIClient().post("/_allauth/app/v1/auth/login", {"email": fan.email, "password": PASSWORD})
    assert login.status_code == 400


def test_the_same_key_is_one_report_and_other_content_is_refused(fan: User, fund: Fund) -> None:
    order = fund(fan, 70)
    first, again = report(fan, key="k"), report(fan, key="k")
    assert first == again
    with pytest.raises(KeyReused):
        report(fan, f"order:{order.pk}", key="k")
    assert (Report.objects.count(), Freeze.objects.count(), SupportCase.objects.count()) == (1, 1, 1)


def test_a_second_report_adds_to_the_case(fan: User, fund: Fund) -> None:
    order = fund(fan, 70)
    first = report(fan)
    secure(fan)
    second = report(fan, f"order:{order.pk}")
    assert second.freeze == first.freeze
    assert [str(item) for item in first.freeze.case.items.all()] == [f"order:{order.pk}"]
    assert fresh(fan).recovery_since is not None
    steps = list(first.freeze.case.changes.order_by("number").values_list("step", flat=True))
    assert "items_added" in steps


def test_four_reports_at_once_are_one_freeze(fan: User, race: Race) -> None:
    sessions = iter(range(4))
    made = race(4, lambda: report(fan, key=f"k{next(sessions)}").freeze_id)
    assert len(set(made)) == 1
    assert (Freeze.objects.count(), SupportCase.objects.count(), Report.objects.count()) == (1, 1, 4)


def test_what_is_not_ones_own_doing_cannot_be_disputed(
    fan: User, creator: User, stranger: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 10)
    sent = send(fan, room, rose)
    for person, about in ((stranger, f"gift:{sent.id}"), (creator, f"gift:{sent.id}"), (fan, "order:x")):
        with pytest.raises(errors.UnknownSubject):
            report(person, about)
        assert fresh(person).recovery_since is None
        assert not books_frozen(person)
    assert SupportCase.objects.count() == 0


def books_frozen(person: User) -> bool:
    return Freeze.objects.filter(person=person).exists()


def test_no_gift_settles_after_the_answer(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    """Seven send as fast as they can while one reports: what settled did so before the report was answered."""
    fund(fan, 10_000)
    answered = threading.Event()
    turns = iter(range(8))
    before: list[int] = []

    def one() -> str:
        if next(turns) == 3:
            report(fan)
            before.append(SentGift.objects.count())
            answered.set()
            return "reported"
        for sent in range(200):
            was_answered = answered.is_set()
            try:
                send(fan, room, rose)
            except gift_errors.AccountFrozen:
                return f"stopped after {sent}"
            assert not was_answered, "a gift settled after the answer"
        return "never stopped"

    outcomes = run_race(8, one)
    assert outcomes.count("reported") == 1
    assert all(outcome.startswith(("stopped", "reported")) for outcome in outcomes)
    assert SentGift.objects.count() == before[0]
    assert books.balance(fan.ledger_id, "coins", "COIN") == 10_000 - 10 * before[0]
    assert books.imbalance() == {}


def test_a_replay_is_answered_though_money_is_stopped(fan: User, room: Room, rose: Gift, fund: Fund) -> None:
    fund(fan, 10)
    sent = send(fan, room, rose, key="once")
    report(fan)
    assert send(fan, room, rose, key="once") == sent


def test_cash_outs_that_were_not_begun_wait(
    payee: User,
    operator: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    approved: Callable[..., Payout],
    fakestripe: FakeStripe,
) -> None:
    give_diamonds(payee, 3 * ENOUGH_UNITS)
    passed, waiting = approved(payee), work(request_cash_out(payee))
    made = report(payee, f"payout:{waiting.id}")
    work_now(passed)
    passed.refresh_from_db()
    assert (passed.state, passed.wait_reason) == (PayoutState.APPROVED, "account_frozen")
    assert made_at_provider(fakestripe) == {}
    assert "account_frozen" in findings(waiting, now=business_clock.now())
    with pytest.raises(CreatorFrozen):
        approve_payout(
            payout_id=waiting.id, operator=operator, verified=True, reason="fine", now=business_clock.now()
        )
    with pytest.raises(AccountFrozen):
        request_cash_out(payee)
    assert diamonds(payee)["diamonds.reserved"] == 2 * ENOUGH_UNITS
    assert made.freeze.case.items.get().ref == str(waiting.id)


def test_a_report_and_a_worker_at_once_agree(
    payee: User, give_diamonds: GiveDiamonds, approved: Callable[..., Payout], fakestripe: FakeStripe
) -> None:
    """Whoever comes first: the payout was begun before the report was answered, or is not begun at all."""
    give_diamonds(payee)
    payout = approved(payee)
    turns = iter(range(2))
    seen: list[str] = []

    def one() -> None:
        if next(turns) == 0:
            report(payee)
            seen.append(Payout.objects.get(pk=payout.pk).state)
        else:
            work(payout)

    run_race(2, one)
    end = work_now(payout).state
    if seen == [PayoutState.APPROVED]:
        assert (end, made_at_provider(fakestripe)) == (PayoutState.APPROVED, {})
    assert books.imbalance() == {}


def test_reports_are_limited_and_the_money_stays_stopped(fan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("care.limits.REPORTS_A_DAY", 2)
    report(fan)
    report(fan)
    with pytest.raises(errors.TooManyReports):
        report(fan)
    assert Freeze.objects.get(person=fan).lifted_at is None


def test_the_page_offers_what_happened_and_stops_it(
    fan: User, room: Room, rose: Gift, fund: Fund, page_as: Callable[[User], Client]
) -> None:
    fund(fan, 100)
    sent = send(fan, room, rose)
    browser = page_as(fan)
    page = browser.get(f"/support/not-me/?about=gift:{sent.id}").text
    assert f'value="gift:{sent.id}" checked' in page
    answer = browser.post("/support/not-me/", {"about": [f"gift:{sent.id}"], "key": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (302, "/support/secure/")
    shown = browser.get("/support/secure/").text
    assert SupportCase.objects.get().reference in shown
    assert "Now choose a new password" in shown


def test_a_page_that_names_somebody_elses_gift_reports_nothing(
    stranger: User, fan: User, room: Room, rose: Gift, fund: Fund, page_as: Callable[[User], Client]
) -> None:
    fund(fan, 10)
    sent = send(fan, room, rose)
    browser = page_as(stranger)
    assert f"gift:{sent.id}" not in browser.get(f"/support/not-me/?about=gift:{sent.id}").text
    browser.post("/support/not-me/", {"about": [f"gift:{sent.id}"], "key": "k"})
    assert Report.objects.count() == 0


def test_a_link_from_a_mail_leads_through_the_sign_in_and_says_nothing(
    client: Client, fan: User, stranger: User, page_as: Callable[[User], Client]
) -> None:
    event = SecurityEvent.objects.create(user=fan, kind="signed_in", at=business_clock.wall())
    path = not_me_path(fan, f"sign_in:{event.pk}")
    for address in (path, "/support/not-me/?from=forged"):
        sent = client.get(address)
        assert (sent.status_code, sent["Location"].split("?")[0]) == (302, "/accounts/login/")
        assert fan.handle not in sent["Location"]
    assert f'value="sign_in:{event.pk}" checked' in page_as(fan).get(path).text
    others = page_as(stranger).get(path).text
    assert "was sent to another account" in others
    assert f"sign_in:{event.pk}" not in others
    assert about_in(path.split("=")[1], stranger) is None


def test_an_old_link_tells_nothing(fan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token = not_me_path(fan, "sign_in:1").split("=")[1]
    monkeypatch.setattr("accounts.not_me.MAX_AGE_S", -1)
    assert about_in(token, fan) is None
