"""What buyers named their orders by is forgotten with them."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files

UNDO = "DROP FUNCTION wallet_forget_keys"


def grant(apps, editor):
    editor.execute("REVOKE ALL ON FUNCTION wallet_forget_keys(bigint) FROM PUBLIC")
    grant_runtime(editor, readable=[], functions=["wallet_forget_keys(bigint)"])


class Migration(migrations.Migration):
    dependencies = [("wallet", "0002_rules"), ("accounts", "0026_forget_where_accepted")]

    operations = [
        run_files(Path(__file__).parents[1] / "sql", "forget.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
