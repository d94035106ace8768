"""A person closes their account: what hinders it, the days of grace, and the erasing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.utils import IntegrityError
from django.test import Client
from rest_framework.test import APIClient

from accounts.errors import HandleTaken
from accounts.models import OwedMail, SecurityEvent, User
from care.data_errors import ClosingHindered, OperatorsStay
from care.models import Closing
from care.services import closing, erasing, outside
from ground import clock as business_clock
from ledger import books
from live.models import Room
from live.services import end_room
from payouts.errors import CashOutInstead
from payouts.services.giving_up import give_up_diamonds
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.gifts import Fund
from tests.fixtures.payouts import GiveDiamonds
from tests.fixtures.races import Race
from tests.fixtures.time import Clock
from tests.fixtures.wallet import unpaid_order
from wallet.errors import OtherAmountLeft
from wallet.services.giving_up import give_up_coins

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/closing/"


def close(user: User) -> Closing:
    return closing.ask_for_closing(user=user, now=business_clock.now())


def codes(user: User) -> list[str]:
    return [one.code for one in closing.hindrances_of(user)]


def erase_now(row: Closing) -> Closing:
    """What beat and worker do once the days of grace are over."""
    erasing.erase(closing_id=row.pk, now=row.erase_at)
    outside.finish(closing_id=row.pk)
    row.refresh_from_db()
    return row


def test_closing_signs_out_everywhere_and_makes_unseen(
    fan: User, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(fan)
    browser = Client()
    browser.post("/accounts/login/", {"login": fan.email, "password": PASSWORD})
    signed_in = browser.session.session_key
    assert Session.objects.filter(pk=signed_in).exists()
    assert close(fan).state == "waiting"
    fan.refresh_from_db()
    assert fan.deactivated_at is not None
    assert client.get("/api/v1/me/").status_code == 401
    assert not Session.objects.filter(pk=signed_in).exists()
    assert Client().get("/@alice").status_code == 404
    assert OwedMail.objects.filter(kind="closing_requested").count() == 1


def test_signing_in_within_the_days_of_grace_takes_it_back(fan: User) -> None:
    row = close(fan)
    answer = Client().post("/accounts/login/", {"login": fan.email, "password": PASSWORD}, follow=True)
    assert "Your account stays" in answer.content.decode()
    row.refresh_from_db()
    fan.refresh_from_db()
    assert (row.state, row.due_at, fan.deactivated_at) == ("cancelled", None, None)
    erasing.erase(closing_id=row.pk, now=row.erase_at)
    fan.refresh_from_db()
    assert fan.email == "alice@example.com"


def test_a_password_alone_does_not_take_it_back_where_a_second_factor_is_due(creator: User) -> None:
    row = close(creator)
    Client().post("/accounts/login/", {"login": creator.email, "password": PASSWORD}, follow=True)
    row.refresh_from_db()
    creator.refresh_from_db()
    assert row.state == "waiting"
    assert creator.deactivated_at is not None


def test_before_its_day_nobody_is_erased(fan: User) -> None:
    row = close(fan)
    erasing.erase(closing_id=row.pk, now=row.erase_at - timedelta(seconds=1))
    row.refresh_from_db()
    assert row.state == "waiting"


def test_an_erased_person_is_an_empty_shell(fan: User) -> None:
    ledger_id = fan.ledger_id
    row = erase_now(close(fan))
    assert row.state == "erased"
    fan.refresh_from_db()
    assert (fan.display_name, fan.bio, fan.country, fan.birth_date) == ("Closed account", "", "", None)
    assert str(fan.email).endswith("@erased.invalid")
    assert not fan.has_usable_password()
    assert (fan.is_active, fan.ledger_id) == (False, ledger_id)
    assert SecurityEvent.objects.count() == 0
    assert OwedMail.objects.count() == 0
    assert fan.acceptances.count() == 4
    assert fan.acceptances.exclude(ip=None).count() == 0


def test_the_handle_is_kept_for_a_year_and_written_nowhere(fan: User, person: Callable[..., User]) -> None:
    erase_now(close(fan))
    with pytest.raises(HandleTaken):
        person("alice", email="other@example.com")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_kepthandle SET until = now() - interval '1 second'")
    assert person("alice", email="other@example.com").handle == "alice"


def test_coins_hinder_and_are_given_up_by_their_exact_number(fan: User, fund: Fund) -> None:
    fund(fan, 150)
    assert codes(fan) == ["unspent_coins"]
    with pytest.raises(ClosingHindered):
        close(fan)
    with pytest.raises(OtherAmountLeft):
        give_up_coins(user=fan, coins=149, key=str(uuid4()), now=business_clock.now())
    assert books.balance(fan.ledger_id, "coins", "COIN") == 150

    key = str(uuid4())
    for _ in range(2):
        assert give_up_coins(user=fan, coins=150, key=key, now=business_clock.now()) == 150
    assert codes(fan) == []
    totals = books.totals()
    assert (totals[("breakage", "COIN")], totals[("breakage", "USD")]) == (150, 193)
    assert Closing.objects.count() == 0


def test_of_four_who_give_up_at_once_one_does(fan: User, fund: Fund, race: Race) -> None:
    fund(fan, 100)

    def give_up() -> int:
        return give_up_coins(user=fan, coins=100, key=str(uuid4()), now=business_clock.now())

    outcomes = race(4, give_up)
    assert outcomes.count(OtherAmountLeft) == 3
    assert books.totals()[("breakage", "COIN")] == 100


def test_diamonds_hinder_and_only_too_few_are_given_up(
    creator: User, give_diamonds: GiveDiamonds, clock: Clock
) -> None:
    give_diamonds(creator, 12_300, hold_days=7)
    end_room(room_id=Room.objects.get().pk, creator=creator, now=business_clock.now())
    assert codes(creator) == ["pending_diamonds"]
    clock.advance(days=8)
    (left,) = closing.hindrances_of(creator)
    assert (left.code, left.amount, left.can_give_up) == ("unpaid_diamonds", 12_300, True)
    give_up_diamonds(user=creator, units=12_300, key="k", now=business_clock.now())
    assert codes(creator) == []
    totals = books.totals()
    assert (totals[("breakage", "DIAMOND")], totals[("breakage", "USD")]) == (12_300, 79)


def test_what_can_be_paid_out_is_not_given_up(creator: User, give_diamonds: GiveDiamonds) -> None:
    give_diamonds(creator)
    with pytest.raises(CashOutInstead):
        give_up_diamonds(user=creator, units=1_000_000, key="k", now=business_clock.now())
    assert ("breakage", "DIAMOND") not in books.totals()


def test_an_open_room_and_an_open_order_hinder(fan: User, creator: User, room: Room) -> None:
    unpaid_order(fan, 100)
    assert (codes(fan), codes(creator)) == (["open_order"], ["live_room"])


def test_operators_do_not_close_themselves(operator: User) -> None:
    with pytest.raises(OperatorsStay):
        close(operator)


def test_of_four_who_close_at_once_one_does(fan: User, race: Race) -> None:
    found = race(4, lambda: close(fan).pk)
    assert len(set(found)) == 1
    assert OwedMail.objects.count() == 1


def test_erasing_and_coming_back_at_once_end_in_one_of_the_two(fan: User, race: Race) -> None:
    row = close(fan)
    turns: list[Callable[[], Any]] = [
        lambda: erasing.erase(closing_id=row.pk, now=row.erase_at),
        lambda: closing.take_back(user=fan),
    ]
    race(2, lambda: turns.pop()())  # noqa: PLW0108 (each caller takes another one)
    row.refresh_from_db()
    fan.refresh_from_db()
    outcome = (row.state, fan.email == "alice@example.com", fan.deactivated_at)
    assert outcome in [("cancelled", True, None), ("erasing", False, None)]


def test_what_came_up_meanwhile_is_waited_for(fan: User, fund: Fund) -> None:
    row = close(fan)
    fund(fan, 10)
    for _ in range(2):
        erasing.erase(closing_id=row.pk, now=row.erase_at)
    row.refresh_from_db()
    fan.refresh_from_db()
    assert (row.state, row.hindrances, fan.email) == ("waiting", ["unspent_coins"], "alice@example.com")
    assert row.due_at == row.erase_at + timedelta(days=1)
    assert OwedMail.objects.filter(kind="closing_waits").count() == 1


def test_one_that_breaks_is_tried_again_and_changed_nothing(
    fan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = close(fan)

    def broken(**_: Any) -> None:
        raise OSError

    monkeypatch.setattr(erasing, "become_shell", broken)
    erasing.erase(closing_id=row.pk, now=row.erase_at)
    row.refresh_from_db()
    fan.refresh_from_db()
    assert (row.state, row.error, row.tries) == ("waiting", "OSError", 1)
    assert SecurityEvent.objects.filter(user=fan).count() == 1
    assert fan.email == "alice@example.com"
    monkeypatch.undo()
    assert row.due_at is not None
    erasing.erase(closing_id=row.pk, now=row.due_at)
    assert Closing.objects.get().state == "erasing"


def test_over_rest_it_needs_a_proof_and_settled_things(
    creator: User, fund: Fund, as_user: Callable[[User], APIClient], verified_client: Callable[..., APIClient]
) -> None:
    assert APIClient().post(URL).status_code == 401
    assert as_user(creator).post(URL).json()["code"] == "step_up_required"
    fund(creator, 10)
    client = verified_client(creator)
    refused = client.post(URL)
    assert (refused.status_code, refused.json()["code"]) == (409, "closing_hindered")
    assert [one["code"] for one in refused.json()["hindrances"]] == ["unspent_coins"]
    assert [one["can_give_up"] for one in client.get(URL).json()["hindrances"]] == [True]
    given = client.post(
        "/api/v1/forfeits/", {"unit": "COIN", "amount": 10}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert (given.status_code, given.json()) == (201, {"unit": "COIN", "amount": 10})
    done = client.post(URL)
    assert (done.status_code, done.json()["state"]) == (201, "waiting")
    assert client.get("/api/v1/me/").status_code == 401


RUNTIME_MAY_NOT = [
    "UPDATE accounts_acceptance SET ip = NULL WHERE user_id = {fan}",
    "UPDATE accounts_acceptance SET accepted_at = now() WHERE user_id = {fan}",
    "DELETE FROM accounts_acceptance WHERE user_id = {fan}",
    "SELECT accounts_forget_where_accepted({fan})",
    "SELECT accounts_forget_guardian({fan})",
    "SELECT wallet_forget_keys({fan})",
    "SELECT live_forget_words({fan})",
    "SELECT payouts_forget_words({fan})",
    "UPDATE wallet_order SET client_key = 'x' WHERE user_id = {fan}",
]


@pytest.mark.parametrize("statement", RUNTIME_MAY_NOT)
def test_the_runtime_role_forgets_nothing_of_who_is_here(fan: User, fund: Fund, statement: str) -> None:
    fund(fan, 10)
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute(statement.format(fan=fan.pk))
    assert fan.acceptances.count() == 4


def test_even_of_who_left_the_runtime_role_empties_nothing_itself(fan: User) -> None:
    close(fan)
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute("UPDATE accounts_acceptance SET ip = NULL WHERE user_id = %s", [fan.pk])
