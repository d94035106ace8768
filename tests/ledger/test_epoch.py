"""Books that were dumped, and restored into a cluster whose transactions have not counted as far."""

import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from ground import clock
from ledger import books
from ledger.models import Block
from stack.environment import ROOT
from stack.keyring import Keyring
from stack.ports import free_port
from stack.postgres import OWNER, RUNTIME, SUPERUSER, Postgres
from stack.process import ask_to_stop, finish
from tests.ledger.journeys import fold, gift, post, recharge, seal_everything

pytestmark = pytest.mark.django_db(transaction=True)
ALICE, CARA = 11, 13
# Each turn is a subtransaction that writes, and takes an id.
AGE = """CREATE TEMP TABLE age (n int); DO $$ BEGIN
    FOR n IN 1 .. 20000 LOOP
        BEGIN INSERT INTO age VALUES (n); EXCEPTION WHEN division_by_zero THEN NULL; END;
    END LOOP;
END $$"""
FINDINGS = "SELECT ledger_findings() UNION ALL SELECT ledger_seal_findings()"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Postgres]:
    """Another PostgreSQL server, just made."""
    home = Path(os.environ["OVATION_WORKER_DATA"]) / "elsewhere"
    server = Postgres(home / "postgres", free_port(set()), Keyring(), home / "postgres.log", durable=False)
    server.prepare()
    process = server.start()
    try:
        server.make_roles_and_database()
        yield server
    finally:
        ask_to_stop(process, server.program().stop_signal)
        finish([process], 5)


@pytest.fixture
def restored(elsewhere: Postgres, superuser_connection: psycopg.Connection, superuser_url: str) -> str:
    """A sealed and folded history and an unsealed gift, restored over there; the new database's name."""
    superuser_connection.execute(AGE.encode())
    post(recharge(ALICE, 100), gift(ALICE, CARA, 10))
    seal_everything()
    fold()
    post(gift(ALICE, CARA, 20))
    name = "restored"
    elsewhere.execute(f"DROP DATABASE IF EXISTS {name}")
    elsewhere.make_database(name)
    dump = subprocess.run(
        [str(elsewhere.bin / "pg_dump"), "--exclude-schema=pristine", superuser_url],
        capture_output=True,
        check=True,
    )
    subprocess.run(
        [str(elsewhere.bin / "psql"), "-Xq1", "-v", "ON_ERROR_STOP=1", elsewhere.url(SUPERUSER, name)],
        input=dump.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return name


def start_epoch(elsewhere: Postgres, name: str, reason: str) -> str:
    """`manage.py ledger_epoch --start`, as the owner of the restored database; what it said."""
    addresses = {
        "DATABASE_URL": elsewhere.url(RUNTIME, name),
        "DATABASE_OWNER_URL": elsewhere.url(OWNER, name),
        "OVATION_DB_ROLE": "owner",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "ledger_epoch", "--start", reason],
        cwd=ROOT,
        env=os.environ | addresses,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def post_there(site: psycopg.Connection, coins: int) -> None:
    with site.transaction():
        site.execute(books._POST, [*books._arrays([gift(ALICE, CARA, coins)]), clock.now()])


def test_restored_books_wait_for_a_new_epoch(restored: str, elsewhere: Postgres) -> None:
    with psycopg.connect(elsewhere.url(RUNTIME, restored), autocommit=True) as site:
        for statement in (
            "SELECT ledger_seal(now(), 7)",
            "SELECT ledger_fold('USD', 10000, 12900, 6450, now())",
        ):
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="begin a new epoch"):
                site.execute(statement.encode())
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="begin a new epoch"):
            post_there(site, 1)
        (finding,) = site.execute(FINDINGS).fetchall()
        assert "no new epoch was begun" in finding[0]


def test_a_new_epoch_seals_what_was_left_and_goes_on(restored: str, elsewhere: Postgres) -> None:
    assert start_epoch(elsewhere, restored, "a dump of last night").endswith("UTC: a dump of last night\n")
    with psycopg.connect(elsewhere.url(RUNTIME, restored), autocommit=True) as site:
        blocks = site.execute("SELECT number, epoch, operations FROM ledger_block ORDER BY number").fetchall()
        assert blocks == [(1, 1, 2), (2, 2, 2)]  # the fold and the gift
        for coins in (1, 2):
            post_there(site, coins)
            site.execute("SELECT ledger_seal(now(), 7), ledger_fold('USD', 10000, 12900, 6450, now())")
        site.execute("SELECT ledger_seal(now(), 7)")
        assert site.execute(FINDINGS).fetchall() == []
        (sealed,) = site.execute("SELECT sum(operations) FROM ledger_block").fetchone() or (0,)
        assert site.execute("SELECT count(*) FROM ledger_operation").fetchone() == (sealed,)
        total = "SELECT credits FROM ledger_standing WHERE family = 'coins.redeemed'"
        assert site.execute(total).fetchone() == (33,)


def test_only_the_owner_begins_an_epoch_and_says_why() -> None:
    with pytest.raises(CommandError, match="This takes the tables' owner"):
        call_command("ledger_epoch", start="restored")
    with pytest.raises(CommandError, match="Say why"):
        call_command("ledger_epoch", start=" ")
    out = StringIO()
    call_command("ledger_epoch", stdout=out)
    assert out.getvalue() == "The books are in their first epoch.\n"


def test_a_writer_in_the_middle_is_waited_for(superuser_connection: psycopg.Connection) -> None:
    """An epoch in the books' own cluster is harmless; it begins when the last writer has ended."""
    post(recharge(ALICE, 100), gift(ALICE, CARA, 10))
    seal_everything()
    with psycopg.connect(os.environ["DATABASE_URL"]) as writer:
        writer.execute(books._POST, [*books._arrays([gift(ALICE, CARA, 5)]), clock.now()])
        superuser_connection.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            superuser_connection.execute("SELECT ledger_start_epoch('drill', now())")
    with superuser_connection.transaction(force_rollback=True):
        superuser_connection.execute("SELECT ledger_start_epoch('drill', now())")
        superuser_connection.execute(books._POST, [*books._arrays([gift(ALICE, CARA, 5)]), clock.now()])
        assert superuser_connection.execute(FINDINGS).fetchall() == []
    assert Block.objects.count() == 1
