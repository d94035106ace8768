"""The embedded servers: loopback, passwords, three roles, and root's two ways to run PostgreSQL."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from stack import binaries, keyring
from stack.ports import free_port
from stack.services import Ports, Services


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "REDIS_URL"):
            patch.delenv(name)
        taken: set[int] = set()
        data = tmp_path_factory.mktemp("servers") / "data"
        services = Services(data, Ports(free_port(taken), free_port(taken)), keyring.load(data))
        try:
            services.start()
            yield services
        finally:
            services.stop()


def test_only_a_password_opens_the_database(services: Services) -> None:
    right = services.environment()["DATABASE_URL"]
    with psycopg.connect(right) as connection:
        assert connection.execute("SELECT current_user, current_setting('fsync')").fetchone() == (
            "ovation_app",
            "on",
        )
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(right.replace(":", ":x", 2).replace(":x//", "://"))


def test_the_roles_have_no_more_rights_than_they_need(services: Services) -> None:
    with psycopg.connect(services.superuser_url()) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles "
            "WHERE rolname LIKE 'ovation%' ORDER BY 1"
        ).fetchall()
    assert roles == [
        ("ovation_app", False, False, False, False),
        ("ovation_owner", False, False, False, False),
    ]
    with psycopg.connect(services.environment()["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE note (id int)")
        owner.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    with psycopg.connect(services.environment()["DATABASE_URL"]) as runtime:
        runtime.execute("INSERT INTO note VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute("SELECT one()")


def test_the_schemas_identity_changes_with_every_migration(services: Services) -> None:
    postgres = services.postgres
    assert postgres is not None
    assert postgres.schema_identity() == ""
    with psycopg.connect(services.environment()["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz)")
        owner.execute("INSERT INTO django_migrations VALUES (1, 'gifts', '0001_tables', now())")
    first = postgres.schema_identity()
    assert first != ""
    assert postgres.schema_identity() == first
    with psycopg.connect(services.environment()["DATABASE_OWNER_URL"]) as owner:
        owner.execute("INSERT INTO django_migrations VALUES (2, 'gifts', '0002_functions', now())")
    assert postgres.schema_identity() not in ("", first)


def test_valkey_needs_its_password_keeps_its_data_and_evicts_nothing(services: Services) -> None:
    address = services.environment()["REDIS_URL"]
    with redis.Redis.from_url(address) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.set("kept", "yes")
    with pytest.raises(redis.AuthenticationError), redis.Redis(port=services.valkey.port) as stranger:  # type: ignore[union-attr]
        stranger.ping()
    services.stop()
    services.start()
    with redis.Redis.from_url(address) as client:
        assert client.get("kept") == b"yes"


def test_a_given_address_replaces_the_embedded_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ovation_app:secret@127.0.0.1:1/ovation")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    services = Services(tmp_path, Ports(1, 1), keyring.load(tmp_path))
    assert (services.postgres, services.valkey) == (None, None)
    assert services.start() == []
    assert services.environment() == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_it_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(binaries, "user_namespaces_work", lambda: False)
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders let nobody through
        data = Path(folder)
        services = Services(data, Ports(free_port(set()), free_port(set())), keyring.load(data))
        try:
            services.start()
            assert (data / "postgres").stat().st_uid == binaries.NOBODY
            assert (data / "secrets.json").stat().st_mode & 0o077 == 0
        finally:
            services.stop()
