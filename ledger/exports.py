"""Writing sealed blocks as JSON lines that examples/verify_ledger.py checks offline.

A line is written in one way only (compact, fields in this order, no escapes but the necessary), so that every byte
of an export counts. Sealed rows never change, so no transaction spans the export.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

FORMAT, VERSION = "ovation-ledger-export", 1
FETCHED_AT_ONCE = 500  # operations held in memory


def lines(first: int, last: int) -> Iterator[str]:
    """Yield the export of blocks `first` to `last`, which must exist, in constant memory."""
    yield _line({"format": FORMAT, "version": VERSION, "from": first, "to": last})
    for number in range(first, last + 1):
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(_BLOCK, [number])
            block = dict(zip(BLOCK_FIELDS, cursor.fetchone(), strict=True))
        yield _line(block)
        yield from _operations(number)


def _operations(number: int) -> Iterator[str]:
    """The block's operations in the order of its leaves."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_OPERATIONS, [number])
        while rows := cursor.fetchmany(FETCHED_AT_ONCE):
            for row in rows:
                yield _line(dict(zip(OPERATION_FIELDS, row, strict=True)))


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


BLOCK_FIELDS = (
    "block", "epoch", "previous_hash", "merkle_root", "first_watermark", "watermark", "operations", "transfers",
    "totals", "rate_version", "sealed_at", "hash",
)  # fmt: skip
OPERATION_FIELDS = (
    "operation", "holder", "key", "kind", "request_hash", "payer", "spends", "balance", "at", "lot", "origin",
    "transfers", "content_hash",
)  # fmt: skip
_BLOCK = """
    SELECT number, epoch, encode(previous_hash, 'hex'), encode(merkle_root, 'hex'), first_watermark::text::bigint,
           watermark::text::bigint, operations, transfers,
           (SELECT json_object_agg(unit, amount ORDER BY unit COLLATE "C")
            FROM jsonb_each(totals) AS total(unit, amount)),
           rate_version, (extract(epoch FROM sealed_at) * 1000000)::bigint, encode(hash, 'hex')
    FROM ledger_block WHERE number = %s
"""
_OPERATIONS = """
    SELECT o.id, o.holder, o.key, o.kind, encode(o.request_hash, 'hex'), o.payer_id, o.spends, o.balance,
           (extract(epoch FROM o.at) * 1000000)::bigint, o.lot_id, o.origin::json,
           (SELECT json_agg(json_build_array(t.unit, t.amount, t.debit_id, t.credit_id) ORDER BY t.position)
            FROM ledger_transfer t WHERE t.operation_id = o.id),
           encode(o.content_hash, 'hex')
    FROM ledger_block block
    JOIN ledger_journal row ON row.position = 0 AND row.xid >= block.first_watermark AND row.xid < block.watermark
    JOIN ledger_operation o ON o.id = row.operation_id
    WHERE block.number = %s
    ORDER BY o.id
"""
