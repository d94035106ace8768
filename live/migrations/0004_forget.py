"""What people said in chats is forgotten with them."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files

UNDO = "DROP FUNCTION live_forget_words"


def grant(apps, editor):
    editor.execute("REVOKE ALL ON FUNCTION live_forget_words(bigint) FROM PUBLIC")
    grant_runtime(editor, readable=[], functions=["live_forget_words(bigint)"])


class Migration(migrations.Migration):
    dependencies = [("live", "0006_comments"), ("accounts", "0026_forget_where_accepted")]

    operations = [
        run_files(Path(__file__).parents[1] / "sql", "forget.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
