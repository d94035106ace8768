"""What the database refuses, whoever asks, and what ledger_check sees when somebody got past it."""

import json
import os
from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from ledger import checks, hooks
from ledger.models import Operation
from tests.ledger.journeys import fold_everything, gift, post, recharge

ALICE, CARA = 11, 13
APPEND_ONLY = {
    "ledger_operation": "holder",
    "ledger_journal": "position",
    "ledger_fold_run": "id",
    "ledger_block": "number",
    "ledger_epoch": "number",
}
CHANGES = ["UPDATE {} SET {} = 1", "DELETE FROM {}", "TRUNCATE {}"]
WRITES = [
    "INSERT INTO ledger_account (holder, code, unit) VALUES (1, 'coins', 'COIN')",
    "UPDATE ledger_account SET credits = 1000",
    "SELECT id FROM ledger_account FOR UPDATE",
    "INSERT INTO ledger_operation (holder, key) VALUES (1, 'k')",
    "INSERT INTO ledger_journal (operation_id) VALUES (1)",
    "UPDATE ledger_total SET credits = 0",
    "SELECT ledger_take((array[1], array['coins'], array['COIN'], NULL)::ledger_named, now())",
    "SELECT ledger_add_totals('{}', '{}', '{}', '{}')",
    "INSERT INTO ledger_block (number) VALUES (1)",
    "UPDATE ledger_limit SET amount = 1000",
    "DELETE FROM ledger_limit",
    "SELECT ledger_write_ceilings(array[1])",
    "SELECT ledger_start_epoch('because', now())",
]
OPEN_FUNCTIONS = {
    *("ledger_post", "ledger_open", "ledger_lock", "ledger_freeze", "ledger_set_hold", "ledger_fold"),
    *("ledger_limit", "ledger_rest", "ledger_seal", "ledger_seal_lag", "events_append"),
}


@pytest.fixture
def owner() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        yield owner


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", CHANGES)
def test_history_is_closed_to_the_runtime_role(table: str, change: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(change.format(table, APPEND_ONLY[table]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", CHANGES)
def test_history_is_closed_to_its_owner_too(table: str, change: str, owner: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="the books only grow"):
        owner.execute(change.format(table, APPEND_ONLY[table]).encode())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["DELETE FROM ledger_account", "TRUNCATE ledger_account"])
def test_no_account_ever_goes_away(change: str, owner: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="the books only grow"):
        owner.execute(change.encode())


@pytest.mark.django_db
@pytest.mark.parametrize("statement", WRITES)
def test_the_runtime_role_writes_through_the_functions_alone(statement: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_every_function_with_its_owners_rights_has_a_fixed_search_path() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, coalesce(array_to_string(proconfig, ';'), '') FROM pg_proc"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        rows = cursor.fetchall()
    assert {name for name, _ in rows} >= OPEN_FUNCTIONS
    assert [name for name, settings in rows if "search_path=public, pg_temp" not in settings] == []


@pytest.mark.django_db
def test_an_overdraft_is_refused_by_the_table_itself() -> None:
    """Behind the door stands the CHECK; here it is asked directly, by the table's owner."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("SELECT ledger_open(array[77], array['coins'], array['COIN'])")
        with pytest.raises(psycopg.errors.CheckViolation, match="not_overdrawn"):
            owner.execute("UPDATE ledger_account SET debits = 1 WHERE holder = 77")
        owner.rollback()


def check_command() -> tuple[int, dict[str, object]]:
    """The command's exit code and the one line it printed."""
    out = StringIO()
    try:
        call_command("ledger_check", stdout=out)
    except SystemExit as stop:
        return int(str(stop.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def a_little_history() -> int:
    """Three operations and a fold; answers the gift's id."""
    (_, sent) = post(recharge(ALICE, 100), gift(ALICE, CARA, 30))
    post(gift(ALICE, CARA, 5))
    fold_everything()
    assert sent.operation_id is not None
    return sent.operation_id


@pytest.mark.django_db(transaction=True)
def test_the_check_finds_nothing_in_books_that_are_right() -> None:
    a_little_history()
    code, line = check_command()
    assert (code, line["ok"], line["findings"]) == (0, True, [])
    assert line["operations"] == Operation.objects.count()


TAMPERED = {
    "an amount": "UPDATE ledger_journal SET amount = amount + 1 WHERE operation_id = {id}",
    "an amount and its counters": """
        UPDATE ledger_journal SET amount_2 = amount_2 + 1 WHERE operation_id = {id};
        UPDATE ledger_account SET credits = credits + 1 WHERE holder = 13""",
    "an account": "UPDATE ledger_journal SET debit_id = credit_2_id WHERE operation_id = {id}",
    "the time": "UPDATE ledger_operation SET at = at + interval '1 day' WHERE id = {id}",
    "the stored answer": "UPDATE ledger_operation SET balance = balance + 1 WHERE id = {id}",
    "a row taken away": "DELETE FROM ledger_journal WHERE operation_id = {id}",
    "an operation taken away": "DELETE FROM ledger_operation WHERE id = {id}",
}


@pytest.mark.tampers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", TAMPERED)
def test_the_check_names_an_operation_changed_behind_the_triggers(
    what: str, superuser_connection: psycopg.Connection
) -> None:
    operation_id = a_little_history()
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute(TAMPERED[what].format(id=operation_id).encode())
    code, line = check_command()
    assert (code, line["ok"]) == (1, False)
    assert any(f"operation {operation_id}" in finding for finding in line["findings"])  # type: ignore[attr-defined]


COUNTERS = {
    "UPDATE ledger_account SET credits = credits + 1 WHERE holder = 11": "account",
    "UPDATE ledger_account SET spent = spent - 1 WHERE holder = 11": "were spent",
    "UPDATE ledger_total SET credits = credits + 1 WHERE family = 'revenue.share'": "total revenue.share",
    "UPDATE ledger_total SET credits = credits - 1 WHERE family = 'coin.float'": "fold",
}


@pytest.mark.tampers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("statement", "named"), COUNTERS.items())
def test_the_check_names_a_changed_counter(
    statement: str, named: str, superuser_connection: psycopg.Connection
) -> None:
    a_little_history()
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute(statement.encode())
    assert any(named in finding for finding in checks.run().findings)


@pytest.mark.django_db
def test_upper_floors_add_their_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks.checks, "_functions", [lambda: ["order 7 was paid and never credited"]])
    assert checks.run().findings == ["order 7 was paid and never credited"]


def test_an_account_that_is_left_for_last_cannot_pay(superuser_connection: psycopg.Connection) -> None:
    """Its balance was read without its lock: nothing may rest on it, not even on what this very batch brings."""
    with pytest.raises(psycopg.errors.AssertFailure, match="left for last is debited"):
        superuser_connection.execute(
            """
            SELECT * FROM ledger_post(
                (array[11, 0], array['coins', 'coins.redeemed'], array['COIN', 'COIN'], array[true, false]),
                (array[11, 11], array['in', 'out'], array['recharge', 'gift'], array['a', 'b']::bytea[],
                 array[NULL, NULL]::integer[], array[false, false], NULL, NULL, NULL, array[1, 1],
                 array[2, 1], array[1, 2], array[10, 5]), now())
            """
        )
    assert superuser_connection.execute("SELECT count(*) FROM ledger_operation").fetchone() == (0,)
