"""Money at the provider: one append-only log of entries (Stripe's balance transactions) and the balances
they make.

Each entry belongs to one account and one currency. An entry whose `available_on` lies ahead is pending
until a timer settles it. Balances are kept beside the log; `audit` proves that they are its sums.
"""

import sqlite3

from fakestripe.clock import DAY_S
from fakestripe.errors import ApiError, no_such
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import Query, list_of
from fakestripe.shapes import Json
from fakestripe.work import PLATFORM, Call, Route, Work

FEE_PER_MILLE = 29  # 2.9 % of the charge …
FEE_FIXED_MINOR = 30  # … and 30 cents
TOLD_AFTER_S = 3_600
REPORTED_AS = {"payment": "charge", "payment_refund": "refund", "transfer_refund": "transfer_reversal",
               "payout_failure": "payout_reversal", "payout_cancel": "payout_reversal",
               "refund_failure": "refund_failure"}  # fmt: skip


def charge_fee(amount: int) -> int:
    """Answer the provider's fee on a card charge, in minor units, half a cent rounded up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_MINOR


def book(
    work: Work,
    *,
    account: str,
    type_: str,
    amount: int,
    currency: str,
    source: str,
    fee: int = 0,
    available_on: int | None = None,
    description: str | None = None,
) -> str:
    """Write one entry, move the balance, and answer the entry's id (`txn_…`). `amount` is signed, in minor
    units."""
    entry_id = new_id("txn")
    available_on = max(work.now, available_on or work.now)
    net = amount - fee
    work.store.db.execute(
        "INSERT INTO entries (id, account, currency, type, amount, fee, net, source, description, created,"
        " available_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (entry_id, account, currency, type_, amount, fee, net, source, description, work.now, available_on),
    )
    if available_on > work.now:
        _move(work, account, currency, available=0, pending=net)
        work.later(available_on, "settle", entry_id)
    else:
        _move(work, account, currency, available=net, pending=0)
    return entry_id


def settle(work: Work, entry_id: str) -> None:
    """Make a pending entry available (a timer), and soon tell the account so."""
    (row,) = work.store.select("SELECT account, currency, net FROM entries WHERE id = ?", (entry_id,))
    _move(work, row["account"], row["currency"], available=row["net"], pending=-row["net"])
    if not work.store.has_timer("balance_available", row["account"]):
        work.later(work.now + TOLD_AFTER_S, "balance_available", row["account"])


def tell_available(work: Work, account: str) -> None:
    """Announce what an account can use now (a timer): once for all that became available within the hour."""
    emit(work, "balance.available", balance_of(work, account), account=account)


def _move(work: Work, account: str, currency: str, *, available: int, pending: int) -> None:
    work.store.db.execute(
        "INSERT INTO balances (account, currency, available, pending) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account, currency) DO UPDATE SET available = available + excluded.available,"
        " pending = pending + excluded.pending",
        (account, currency, available, pending),
    )


def available(work: Work, account: str, currency: str) -> int:
    rows = work.store.select(
        "SELECT available FROM balances WHERE account = ? AND currency = ?", (account, currency)
    )
    return int(rows[0]["available"]) if rows else 0


def demand_available(work: Work, account: str, currency: str, amount: int, message: str) -> None:
    """Raise `balance_insufficient` unless the account can spend `amount` now."""
    if available(work, account, currency) < amount:
        raise ApiError(message, code="balance_insufficient")


def settles_at(work: Work) -> int:
    """Answer when card money taken now becomes available."""
    return work.now + work.settings.settle_days * DAY_S


def top_up(work: Work, *, amount: int, currency: str, account: str = PLATFORM) -> str:
    """Pay the operator's own money in, available at once."""
    return book(
        work, account=account, type_="topup", amount=amount, currency=currency, source=new_id("tu"),
        description="Top-up",
    )  # fmt: skip


def audit(work: Work) -> list[str]:
    """Name every balance that is not the sum of its entries."""
    rows = work.store.select(
        "SELECT b.account, b.currency, b.available + b.pending AS held,"
        " (SELECT COALESCE(SUM(net), 0) FROM entries e WHERE e.account = b.account AND e.currency ="
        " b.currency)"
        " AS summed FROM balances b"
    )
    return [
        f"{row['account']} {row['currency']}: balance {row['held']}, entries {row['summed']}"
        for row in rows
        if row["held"] != row["summed"]
    ]


def journal(work: Work, *, after: int, limit: int) -> Json:
    """Answer the money log as the independent oracle: rows after a number, and totals per account."""
    rows = work.store.select("SELECT * FROM entries WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    totals: dict[str, Json] = {}
    for row in work.store.select("SELECT * FROM balances ORDER BY account, currency"):
        totals.setdefault(row["account"], {})[row["currency"]] = {
            "available": row["available"],
            "pending": row["pending"],
            "net": row["available"] + row["pending"],
        }
    return {
        "platform": PLATFORM,
        "rows": [dict(row) for row in rows],
        "totals": totals,
        "findings": audit(work),
        "last_seq": rows[-1]["seq"] if rows else after,
    }


def as_transaction(work: Work, row: sqlite3.Row) -> Json:
    """Answer an entry as Stripe's balance_transaction."""
    fees = [{"amount": row["fee"], "application": None, "currency": row["currency"],
             "description": "Processing fee", "type": "stripe_fee"}]  # fmt: skip
    return {
        "id": row["id"],
        "object": "balance_transaction",
        "amount": row["amount"],
        "available_on": row["available_on"],
        "balance_type": "payments",
        "created": row["created"],
        "currency": row["currency"],
        "description": row["description"],
        "exchange_rate": None,
        "fee": row["fee"],
        "fee_details": fees if row["fee"] else [],
        "net": row["net"],
        "reporting_category": _reported_as(row),
        "source": row["source"],
        "status": "available" if row["available_on"] <= work.now else "pending",
        "type": row["type"],
    }


def _reported_as(row: sqlite3.Row) -> str:
    if row["type"] == "adjustment":  # here only disputes adjust
        return "dispute" if row["amount"] < 0 else "dispute_reversal"
    return REPORTED_AS.get(row["type"]) or str(row["type"])


def transaction(work: Work, entry_id: str) -> Json | None:
    rows = work.store.select("SELECT * FROM entries WHERE id = ?", (entry_id,))
    return as_transaction(work, rows[0]) if rows else None


# Operations


def retrieve_balance(call: Call) -> Json:
    return balance_of(call, call.account)


def balance_of(work: Work, account: str) -> Json:
    rows = work.store.select("SELECT * FROM balances WHERE account = ? ORDER BY currency", (account,))
    amounts: dict[str, list[Json]] = {}
    for state in ("available", "pending"):
        amounts[state] = [
            {"amount": row[state], "currency": row["currency"], "source_types": {"card": row[state]}}
            for row in rows
        ] or [{"amount": 0, "currency": "usd", "source_types": {"card": 0}}]
    return {"object": "balance", "livemode": False, **amounts}


def list_transactions(call: Call) -> Json:
    query = Query(call.store, "entries").where("account = ?", call.account)
    for name in ("currency", "type", "source"):
        if (wanted := call.params.get(name)) is not None:
            query.where(f"{name} = ?", wanted)
    if payout := call.params.get("payout"):
        query.where("source = ?", payout)
    query.dates("created", call.params.get("created"))
    rows, has_more = query.page(call.params)
    return list_of([as_transaction(call, row) for row in rows], "/v1/balance_transactions", has_more=has_more)


def retrieve_transaction(call: Call) -> Json:
    rows = call.store.select(
        "SELECT * FROM entries WHERE id = ? AND account = ?", (call.path["id"], call.account)
    )
    if not rows:
        raise no_such("balance transaction", call.path["id"])
    return as_transaction(call, rows[0])


ROUTES: list[Route] = [
    ("get", "/v1/balance", retrieve_balance),
    ("get", "/v1/balance_transactions", list_transactions),
    ("get", "/v1/balance_transactions/{id}", retrieve_transaction),
]
