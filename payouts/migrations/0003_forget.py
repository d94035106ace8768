"""The words in the history of cash-outs are forgotten with the creator."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files

UNDO = """
DROP FUNCTION payouts_forget_words;
DROP TRIGGER payouts_payoutevent_append_only ON payouts_payoutevent;
DROP TRIGGER payouts_payoutevent_unwritten ON payouts_payoutevent;
DROP FUNCTION payouts_refuse_rewriting;
CREATE TRIGGER payouts_payoutevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payouts_payoutevent
FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();
"""


def grant(apps, editor):
    editor.execute("REVOKE ALL ON FUNCTION payouts_forget_words(bigint) FROM PUBLIC")
    grant_runtime(editor, readable=[], functions=["payouts_forget_words(bigint)"])


class Migration(migrations.Migration):
    dependencies = [("payouts", "0002_guards"), ("accounts", "0026_forget_where_accepted")]

    operations = [
        run_files(Path(__file__).parents[1] / "sql", "forget.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
