"""A frozen holder: every account, those that are being opened at that very moment too."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import connection, transaction

from ground import clock
from ledger import books
from ledger.books import COIN, DIAMOND, Ref
from ledger.models import Account
from ledger.retry import in_transaction
from tests.fixtures.broken import broken
from tests.fixtures.meanwhile import meanwhile
from tests.fixtures.races import Race
from tests.ledger.journeys import gift, post, recharge

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, CARA = 11, 13
NEW = ("diamonds.available", DIAMOND)


def freeze() -> None:
    books.freeze(ALICE, frozen=True)


def open_new() -> None:
    books.open_accounts(ALICE, [NEW])


def frozen_accounts() -> dict[str, bool]:
    return dict(Account.objects.filter(holder=ALICE).values_list("code", "frozen"))


def test_everything_a_holder_has_is_frozen_and_thawed() -> None:
    post(recharge(ALICE, 10))
    open_new()
    freeze()
    books.open_accounts(ALICE, [("coins.held", COIN)])
    assert frozen_accounts() == {"coins": True, NEW[0]: True, "coins.held": True}
    books.freeze(ALICE, frozen=False)
    assert set(frozen_accounts().values()) == {False}


def test_somebody_without_any_account_can_be_frozen() -> None:
    freeze()
    assert frozen_accounts() == {"coins": True}
    assert post(recharge(ALICE, 5), gift(ALICE, CARA, 5))[1].status == "frozen"


@pytest.mark.parametrize(("first", "second"), [(open_new, freeze), (freeze, open_new)])
def test_an_account_opened_while_its_holder_is_frozen_is_frozen(
    first: Callable[[], None], second: Callable[[], None]
) -> None:
    post(recharge(ALICE, 10))
    meanwhile(first, second)
    assert frozen_accounts() == {"coins": True, NEW[0]: True}


@pytest.mark.parametrize(
    ("function", "lock"),
    [
        ("ledger_freeze", "PERFORM pg_advisory_xact_lock(hashtext('ledger_open'), ledger_opening_lock(of_holder));"),
        ("ledger_open", "pg_advisory_xact_lock_shared(hashtext('ledger_open'), number)"),
    ],
)  # fmt: skip
def test_without_the_common_lock_it_would_be_born_free(
    function: str, lock: str, superuser_connection: psycopg.Connection
) -> None:
    """The broken variants: the test above rests on both sides of the lock."""
    post(recharge(ALICE, 10))
    with broken(superuser_connection, function, lock, "1" if function == "ledger_open" else ""):
        meanwhile(open_new, freeze)
    assert frozen_accounts() == {"coins": True, NEW[0]: False}


def test_a_first_gift_to_a_creator_who_is_being_frozen_arrives_frozen(race: Race) -> None:
    fans = list(range(100, 112))
    post(*(recharge(fan, 5) for fan in fans))
    turns = iter(range(13))

    def one() -> str:
        turn = next(turns)
        if turn == 6:
            in_transaction(lambda: books.freeze(CARA, frozen=True))
            return "frozen"
        fan = fans[turn - (turn > 6)]
        return in_transaction(lambda: books.post([gift(fan, CARA, 5)], now=clock.now())[0].status)

    # Who opens her account while it is being frozen may meet a deadlock, and is run again.
    answers = race(13, one)
    assert sorted(answers) == ["frozen", *["posted"] * 12]
    assert set(Account.objects.filter(holder=CARA).values_list("frozen", flat=True)) == {True}


def test_a_batch_that_opens_many_accounts_holds_few_locks() -> None:
    fans = list(range(1_000, 1_500))
    with transaction.atomic():
        books.post([recharge(fan, 5) for fan in fans], now=clock.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            (held,) = cursor.fetchone() or (0,)
    assert held == 64


def test_posting_to_accounts_that_are_there_takes_no_lock_on_opening() -> None:
    post(recharge(ALICE, 10), gift(ALICE, CARA, 1))
    with transaction.atomic():
        books.post([gift(ALICE, CARA, 1)], now=clock.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            assert cursor.fetchone() == (0,)


def test_a_hold_class_set_on_an_account_that_another_opens_is_kept() -> None:
    meanwhile(lambda: books.open_accounts(ALICE, [("coins", COIN)]), lambda: books.set_hold(ALICE, 21))
    with transaction.atomic():
        (coins,) = books.lock([Ref(ALICE, "coins")])
    assert coins.hold_days == 21
