"""The suite runs with the rights of the site, and a committed test leaves nothing behind."""

import psycopg
import pytest
from django.db import connection

from accounts.models import User


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
