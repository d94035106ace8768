"""The functions, views and guards of the books, and what the runtime role may do with them."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files, shut_functions

READABLE = [
    "ledger_account",
    "ledger_limit",
    "ledger_operation",
    "ledger_journal",
    "ledger_total",
    "ledger_fold_run",
    "ledger_transfer",
    "ledger_side",
    "ledger_standing",
]
# The runtime role's whole vocabulary: it may call these and read, and never write a table of the books itself.
FUNCTIONS = [
    "ledger_post", "ledger_open", "ledger_lock", "ledger_freeze", "ledger_limit", "ledger_pause", "ledger_set_hold", "ledger_rest",
    "ledger_fold", "ledger_period",
]  # fmt: skip
# What ledger_check reads and recomputes with.
FINDINGS = [
    f"ledger_{kind}_findings"
    for kind in ("content", "reference", "counter", "spent", "standing", "ceiling", "total", "fold", "unit")
]
CHECKING = [
    "ledger_findings", *FINDINGS,
    "ledger_last_fold", "ledger_folded", "ledger_transfer_text", "ledger_content_hash", "ledger_floor",
]  # fmt: skip

UNDO = """
DROP TRIGGER ledger_account_name_form ON ledger_account;
DROP FUNCTION ledger_refuse_name;
DROP TRIGGER ledger_account_permanent ON ledger_account;
DROP TRIGGER ledger_fold_run_append_only ON ledger_fold_run;
DROP TRIGGER ledger_journal_append_only ON ledger_journal;
DROP TRIGGER ledger_operation_append_only ON ledger_operation;
DROP FUNCTION ledger_findings, ledger_unit_findings, ledger_fold_findings, ledger_total_findings,
    ledger_ceiling_findings, ledger_standing_findings, ledger_spent_findings, ledger_counter_findings,
    ledger_reference_findings, ledger_content_findings;
DROP FUNCTION ledger_refuse_change, ledger_fold, ledger_begin_fold, ledger_fold_money, ledger_share_parts,
    ledger_parts_per_minor, ledger_unfolded, ledger_last_fold, ledger_post_changes, ledger_add_totals, ledger_folded,
    ledger_floor;
DROP TYPE ledger_moved;
DROP FUNCTION ledger_pause, ledger_limit, ledger_spent_since;
DROP VIEW ledger_standing, ledger_side, ledger_transfer;
DROP FUNCTION ledger_post, ledger_write_balances, ledger_lock_late, ledger_write_journal, ledger_write_operations,
    ledger_numbered_text, ledger_one_unit, ledger_refuse_units,
    ledger_decide, ledger_verdict, ledger_repeated_keys, ledger_lookup, ledger_content_hash, ledger_transfer_text;
DROP FUNCTION ledger_rest, ledger_set_hold, ledger_freeze, ledger_lock, ledger_take, ledger_renew_ceilings,
    ledger_write_ceilings, ledger_period, ledger_lock_named, ledger_lock_ids, ledger_open, ledger_opening_lock, ledger_missing,
    ledger_lock_rank;
DROP TYPE ledger_decided, ledger_known, ledger_asked, ledger_taken, ledger_named;
ALTER TABLE ledger_account RESET (
    fillfactor, autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor, autovacuum_analyze_threshold
);
ALTER TABLE ledger_total RESET (fillfactor);
"""


def grant(apps, editor):
    shut_functions(editor, "ledger_")
    grant_runtime(editor, readable=READABLE, functions=FUNCTIONS + CHECKING)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]

    operations = [
        run_files(
            Path(__file__).parents[1] / "sql",
            "storage.sql",
            "accounts.sql",
            "post.sql",
            "fold.sql",
            "ceilings.sql",
            "checks.sql",
            "guards.sql",
            undo=UNDO,
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
