"""What the database itself refuses, maturity, the emails, and what ledger_check would find."""

import itertools
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import User
from events import log
from ground import clock as business_clock
from payouts import selectors
from payouts.checks import check_payouts
from payouts.models import Payout, PayoutEvent, PayoutNotice
from payouts.services.maturity import mature_diamonds
from payouts.services.notices import send_owed_notices
from payouts.services.quote import business_days_after
from payouts.states import FOLLOWING, PayoutState
from tests.fixtures.payouts import ENOUGH_UNITS, GiveDiamonds, diamonds, work, work_now
from tests.fixtures.races import Race
from tests.fixtures.time import Clock


@pytest.mark.tampers
def test_the_database_knows_the_same_steps_as_the_enum(
    payee: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    superuser_connection: psycopg.Connection,
) -> None:
    give_diamonds(payee)
    payout = request_cash_out(payee)
    set_state = "UPDATE payouts_payout SET state = %s, reason = 'x' WHERE id = %s"
    for before, after in itertools.permutations(PayoutState, 2):
        superuser_connection.execute("SET session_replication_role = replica")
        superuser_connection.execute(set_state, [before, payout.id])
        superuser_connection.execute("SET session_replication_role = origin")
        try:
            superuser_connection.execute(set_state, [after, payout.id])
        except psycopg.errors.CheckViolation:
            assert after not in FOLLOWING[before], (before, after)
        else:
            assert after in FOLLOWING[before], (before, after)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payouts_payout SET net_minor = net_minor + 1, amount_minor = amount_minor + 1",
        "DELETE FROM payouts_payout",
        "UPDATE payouts_payoutevent SET reason = 'better'",
        "DELETE FROM payouts_payoutevent",
        "DELETE FROM payouts_payoutattempt",
        "UPDATE payouts_cashoutterms SET fee_fixed_minor = 0",
    ],
)
def test_history_and_amounts_are_not_rewritten(
    statement: str, payee: User, give_diamonds: GiveDiamonds, request_cash_out: Callable[..., Payout]
) -> None:
    give_diamonds(payee)
    request_cash_out(payee)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_diamonds_mature_on_their_day_whether_or_not_the_beat_ran(
    payee: User, give_diamonds: GiveDiamonds, request_cash_out: Callable[..., Payout], clock: Clock
) -> None:
    give_diamonds(payee, hold_days=7)
    day = business_clock.today() + timedelta(days=7)
    assert diamonds(payee) == {f"diamonds.pending/{day}": ENOUGH_UNITS}
    clock.advance(days=6)
    assert mature_diamonds(now=business_clock.now()) == 0
    clock.advance(days=1)
    assert selectors.earnings(payee, business_clock.now()).available_units == ENOUGH_UNITS
    request_cash_out(payee, 400_000)
    assert diamonds(payee) == {"diamonds.available": ENOUGH_UNITS - 400_000, "diamonds.reserved": 400_000}


def test_the_beat_moves_every_due_balance_once(
    payee: User, stranger: User, give_diamonds: GiveDiamonds, clock: Clock, race: Race
) -> None:
    give_diamonds(payee, hold_days=7)
    give_diamonds(stranger, hold_days=7)
    clock.advance(days=7)
    moved = race(2, lambda: mature_diamonds(now=business_clock.now()))
    assert sum(moved) == 2
    assert diamonds(payee) == diamonds(stranger) == {"diamonds.available": ENOUGH_UNITS}
    assert log.since(f"user:{payee.pk}", 0, 10)[-1].body == {"diamond_units": ENOUGH_UNITS}


def test_each_step_owes_one_email_and_sends_it_once(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    race: Race,
    mailoutbox: list[EmailMessage],
) -> None:
    give_diamonds(payee)
    payout = work(approved(payee))
    clock.advance(days=4)
    work_now(payout)
    sent = race(2, lambda: send_owed_notices(now=business_clock.now()))
    assert sum(sent) == PayoutNotice.objects.count() == 3
    messages = {message.subject: message for message in mailoutbox}
    assert set(messages) == {
        "We have your cash-out request", "Your cash-out is on its way to your bank", "Your cash-out has arrived",
    }  # fmt: skip
    arrived = messages["Your cash-out has arrived"]
    assert (arrived.to, len(mailoutbox)) == ([payee.email], 3)
    assert isinstance(arrived, EmailMultiAlternatives)
    ((html, _mimetype),) = arrived.alternatives
    assert "$64.25" in arrived.body
    assert "$64.25" in str(html)


def test_a_mail_server_that_is_down_loses_no_email(
    payee: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    clock: Clock,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_diamonds(payee)
    request_cash_out(payee)

    def nobody_there(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr("django.core.mail.EmailMultiAlternatives.send", nobody_there)
        assert send_owed_notices(now=business_clock.now()) == 0
    assert send_owed_notices(now=business_clock.now()) == 0  # not before its time
    clock.advance(minutes=10)
    assert (send_owed_notices(now=business_clock.now()), len(mailoutbox)) == (1, 1)


def test_listeners_hear_every_step_in_order(
    payee: User, give_diamonds: GiveDiamonds, approved: Callable[..., Payout]
) -> None:
    give_diamonds(payee)
    work(approved(payee))
    types = [event.type for event in log.since(f"user:{payee.pk}", 0, 50) if event.type.startswith("payout.")]
    steps = ["requested", "screening", "approved", "sending", "transferred", "sent"]
    assert types == [f"payout.{step}" for step in steps]


@pytest.mark.tampers
def test_a_state_that_the_books_do_not_support_is_found(
    payee: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    superuser_connection: psycopg.Connection,
) -> None:
    give_diamonds(payee)
    payout = request_cash_out(payee)
    assert check_payouts() == []
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("UPDATE payouts_payout SET state = 'paid'")
    assert check_payouts() == [
        f"cash-out {payout.id} is paid, but the books have ['reserve'] of it",
    ]


def test_banks_work_from_monday_to_friday() -> None:
    from datetime import date

    friday = date(2026, 11, 20)
    assert business_days_after(friday, 2) == date(2026, 11, 24)
    assert business_days_after(date(2026, 11, 21), 0) == date(2026, 11, 23)


def test_a_list_takes_as_many_queries_however_long(
    payee: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    verified_page_as: Callable[..., Client],
) -> None:
    from django.test.utils import CaptureQueriesContext

    give_diamonds(payee)
    browser = verified_page_as(payee)
    counts = []
    for _ in range(2):
        request_cash_out(payee, 200_000)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/studio/payouts/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert PayoutEvent.objects.count() == Payout.objects.count() == 2
