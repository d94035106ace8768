"""Blocks, epochs, and the functions that seal and check them."""

from pathlib import Path

from django.db import migrations, models

import ledger.models
from ground.sql import grant_runtime, run_files, shut_functions

READABLE = ["ledger_block", "ledger_epoch"]
FUNCTIONS = ["ledger_seal", "ledger_seal_lag"]
# What ledger_check reads and recomputes with, and what a starting process asks.
CHECKING = [
    "ledger_seal_findings", "ledger_chain_findings", "ledger_block_findings", "ledger_block_totals_findings",
    "ledger_sealed_now", "ledger_block_hash", "ledger_block_text", "ledger_leaf", "ledger_leaf_marks", "ledger_merkle_root",
    "ledger_is_displaced", "ledger_epoch_shift", "ledger_shift",
]  # fmt: skip

UNDO = """
ALTER TABLE ledger_journal ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
DROP TRIGGER ledger_journal_in_its_cluster ON ledger_journal;
DROP TRIGGER ledger_epoch_append_only ON ledger_epoch;
DROP TRIGGER ledger_block_append_only ON ledger_block;
DROP FUNCTION ledger_seal_findings, ledger_block_totals_findings, ledger_block_findings, ledger_sealed_now,
    ledger_chain_findings;
DROP FUNCTION ledger_seal_lag, ledger_seal, ledger_window, ledger_block_end, ledger_block_hash, ledger_block_text,
    ledger_leaf_marks, ledger_merkle_root, ledger_leaf;
DROP FUNCTION ledger_start_epoch, ledger_refuse_displaced, ledger_watermark, ledger_is_displaced, ledger_epoch_shift, ledger_shift;
"""


def grant(apps, editor):
    shut_functions(editor, "ledger_")
    grant_runtime(editor, readable=READABLE, functions=FUNCTIONS + CHECKING)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("shift", models.BigIntegerField()),
                ("watermark", ledger.models.TransactionId()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("previous_hash", models.BinaryField()),
                ("merkle_root", models.BinaryField()),
                ("first_watermark", ledger.models.TransactionId()),
                ("watermark", ledger.models.TransactionId()),
                ("operations", models.BigIntegerField()),
                ("transfers", models.BigIntegerField()),
                ("totals", models.JSONField()),
                ("rate_version", models.BigIntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("hash", models.BinaryField()),
                ("leaf_marks", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="ledger_block_number_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("operations__gte", 1), ("transfers__gte", models.F("operations"))
                        ),
                        name="ledger_block_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("watermark__gt", models.F("first_watermark"))),
                        name="ledger_block_goes_on",
                    ),
                ],
            },
        ),
        run_files(Path(__file__).parents[1] / "sql", "epochs.sql", "seal.sql", "seal_checks.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
