"""How a committed test is cleaned up: past every trigger, over the superuser's connection, back to the first state.

The runtime role, which the tests run as, may not empty the ledger; nobody may, through the triggers. The rows that
were there before the first test (migrations, content types, the installation's defaults) are put back exactly.
"""

from pathlib import Path

import psycopg

REMEMBER = (Path(__file__).parent / "cleaning.sql").read_text()
# A connection of the test that is still inside a transaction would block the cleaning for ever.
LOCK_TIMEOUT_MS = 5_000


def remember(superuser: psycopg.Connection) -> None:
    """This will note every row that is there now as belonging to the first state."""
    superuser.execute(REMEMBER)
    superuser.execute("CALL pristine.remember()")


def restore(superuser: psycopg.Connection) -> list[str]:
    """This will bring every table back to the first state and name those that had changed."""
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
        return [row[0] for row in superuser.execute("SELECT pristine.restore()").fetchall()]
