"""The suite runs with the rights of the site, and a committed test leaves nothing behind."""

import socket

import psycopg
import pytest
from django.db import connection

from accounts.models import User
from ledger import books, checks
from tests import cleaning
from tests.fixtures.database import _check_books
from tests.fixtures.network import OutsideReached


def _one(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_tests_run_as_the_runtime_role_with_triggers_on() -> None:
    assert _one("SELECT current_user") == "ovation_app"
    assert _one("SHOW session_replication_role") == "origin"
    assert (
        _one("SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
        is False
    )


@pytest.mark.django_db(transaction=True)
def test_a_committed_row_is_there_for_other_connections(superuser_connection: psycopg.Connection) -> None:
    User.objects.create(handle="alice", email="alice@example.org")
    assert superuser_connection.execute("SELECT handle FROM accounts_user").fetchall() == [("alice",)]


@pytest.mark.django_db(transaction=True)
def test_a_committed_row_is_gone_in_the_next_test() -> None:
    assert User.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_runtime_role_cannot_change_the_schema() -> None:
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied for schema public"):
        cursor.execute("CREATE TABLE mine (id int)")


@pytest.mark.django_db(transaction=True)
def test_a_row_that_was_there_first_is_put_back(superuser_connection: psycopg.Connection) -> None:
    before = superuser_connection.execute("SELECT * FROM django_content_type ORDER BY id").fetchall()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_content_type SET model = 'changed' WHERE id = %s", [before[0][0]])
    assert cleaning.restore(superuser_connection) == ["django_content_type"]
    assert superuser_connection.execute("SELECT * FROM django_content_type ORDER BY id").fetchall() == before


@pytest.mark.tampers
@pytest.mark.django_db(transaction=True)
def test_books_left_wrong_are_noticed(superuser_connection: psycopg.Connection) -> None:
    books.open_accounts(41, [("coins", "COIN")])
    assert checks.run().ok
    with superuser_connection.transaction():
        superuser_connection.execute("SET LOCAL session_replication_role = replica")
        superuser_connection.execute("UPDATE ledger_account SET credits = 5 WHERE holder = 41")
    assert not checks.run().ok
    with pytest.raises(AssertionError):
        _check_books()


def test_another_machine_cannot_be_reached() -> None:
    with pytest.raises(OutsideReached), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))
    with pytest.raises(OutsideReached):
        socket.getaddrinfo("example.org", 443)
