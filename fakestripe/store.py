"""State in one SQLite file (WAL): Stripe's objects as JSON rows, timers, and one transaction at a time.

The program is one thread, so a transaction is never interleaved with another. A committed transaction
survives SIGKILL. Money has tables of its own (money.py); webhook deliveries too (webhooks.py).
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fakestripe.shapes import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL,
    hidden TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_list ON objects (kind, account, seq);
CREATE INDEX IF NOT EXISTS objects_intent ON objects (body ->> '$.payment_intent')
    WHERE kind IN ('charge', 'refund', 'checkout.session');
CREATE INDEX IF NOT EXISTS objects_charge ON objects (body ->> '$.charge') WHERE kind = 'refund';
CREATE INDEX IF NOT EXISTS objects_transfer_group ON objects (body ->> '$.transfer_group')
    WHERE kind = 'transfer';
CREATE INDEX IF NOT EXISTS objects_transfer ON objects (body ->> '$.transfer')
    WHERE kind = 'transfer_reversal';
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    due_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS timers_due ON timers (due_at, id);
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    type TEXT NOT NULL,
    amount INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    net INTEGER NOT NULL CHECK (net = amount - fee),
    source TEXT NOT NULL,
    description TEXT,
    created INTEGER NOT NULL,
    available_on INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_account ON entries (account, seq);
CREATE INDEX IF NOT EXISTS entries_source ON entries (source);
CREATE TRIGGER IF NOT EXISTS entries_no_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the money log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS entries_no_delete BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the money log is append-only'); END;
CREATE TABLE IF NOT EXISTS balances (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    available INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, currency)
);
CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (next_at, id) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS idempotency_created ON idempotency (created);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS violations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL,
    place TEXT NOT NULL,
    message TEXT NOT NULL
);
"""
TABLES = (
    "meta", "objects", "timers", "entries", "balances", "idempotency", "deliveries", "violations",
)  # fmt: skip


class Store:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block does, or nothing of it."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did if it raises, inside a transaction that goes on."""
        self.db.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO step")
            self.db.execute("RELEASE step")
            raise
        self.db.execute("RELEASE step")

    def erase(self) -> None:
        """Drop every row of every table, the append-only money log included (tests start afresh)."""
        for table in TABLES:
            self.db.execute(f"DROP TABLE IF EXISTS {table}")
        self.db.executescript(SCHEMA)

    # Objects

    def put(self, kind: str, body: Json, *, account: str, hidden: Json | None = None) -> Json:
        """Insert or replace one object; `hidden` holds what the API never shows (None keeps it)."""
        self.db.execute(
            "INSERT INTO objects (id, kind, account, created, body, hidden) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body,"
            " hidden = CASE WHEN ? THEN excluded.hidden ELSE objects.hidden END",
            (
                body["id"],
                kind,
                account,
                body.get("created", 0),
                json.dumps(body, separators=(",", ":")),
                json.dumps(hidden or {}),
                hidden is not None,
            ),
        )
        return body

    def get(self, kind: str, object_id: str, *, account: str | None = None) -> Json | None:
        """Answer the object, or None when `account` (if given) has none of that kind with that id."""
        row = self.db.execute(
            "SELECT body, account FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
        ).fetchone()
        if row is None or (account is not None and row["account"] != account):
            return None
        body: Json = json.loads(row["body"])
        return body

    def hidden(self, object_id: str) -> Json:
        row = self.db.execute("SELECT hidden FROM objects WHERE id = ?", (object_id,)).fetchone()
        found: Json = json.loads(row["hidden"]) if row else {}
        return found

    def owner(self, object_id: str) -> str | None:
        """Answer the account that owns the object with this id."""
        row = self.db.execute("SELECT account FROM objects WHERE id = ?", (object_id,)).fetchone()
        return str(row["account"]) if row else None

    def kind_of(self, object_id: str) -> str | None:
        row = self.db.execute("SELECT kind FROM objects WHERE id = ?", (object_id,)).fetchone()
        return str(row["kind"]) if row else None

    def delete(self, object_id: str) -> None:
        self.db.execute("DELETE FROM objects WHERE id = ?", (object_id,))

    def select(self, sql: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        return self.db.execute(sql, parameters).fetchall()

    # Small facts and timers

    def fact(self, name: str, default: str = "") -> str:
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row["value"]) if row else default

    def set_fact(self, name: str, value: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    def add_timer(self, due_at: int, kind: str, subject: str) -> None:
        self.db.execute(
            "INSERT INTO timers (due_at, kind, subject) VALUES (?, ?, ?)", (due_at, kind, subject)
        )

    def has_timer(self, kind: str, subject: str) -> bool:
        return bool(self.select("SELECT 1 FROM timers WHERE kind = ? AND subject = ?", (kind, subject)))

    def next_timer(self, now: int) -> sqlite3.Row | None:
        """Answer the earliest timer that is due."""
        row: sqlite3.Row | None = self.db.execute(
            "SELECT * FROM timers WHERE due_at <= ? ORDER BY due_at, id LIMIT 1", (now,)
        ).fetchone()
        return row

    def drop_timer(self, timer_id: int) -> None:
        self.db.execute("DELETE FROM timers WHERE id = ?", (timer_id,))
