"""Acceptances stay append-only but for one thing: where from is forgotten when a person is erased."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files, shut_functions

UNDO = """
DROP FUNCTION accounts_forget_where_accepted;
DROP FUNCTION accounts_require_closed;
DROP TRIGGER accounts_acceptance_append_only ON accounts_acceptance;
DROP TRIGGER accounts_acceptance_unwritten ON accounts_acceptance;
DROP FUNCTION accounts_refuse_rewriting;
CREATE TRIGGER accounts_acceptance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_acceptance
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""


def grant(apps, editor):
    shut_functions(editor, "accounts_require_closed")
    shut_functions(editor, "accounts_forget_where_accepted")
    grant_runtime(editor, readable=[], functions=["accounts_forget_where_accepted(bigint)"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_leaving")]

    operations = [
        run_files(Path(__file__).parents[1] / "sql", "forget.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
