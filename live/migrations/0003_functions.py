"""live_say and live_like, and what the runtime role may do with what they write."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files, shut_functions

UNDO = """
ALTER TABLE live_fanlikes RESET (fillfactor);
ALTER TABLE live_roomlikes RESET (fillfactor, autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor);
DROP FUNCTION live_like, live_say, live_tell_messages, live_creators;
"""


def grant(apps, editor):
    shut_functions(editor, "live_")
    grant_runtime(
        editor,
        readable=["live_message", "live_roomlikes", "live_fanlikes"],
        functions=["live_say", "live_like"],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0002_likes"),
        ("accounts", "0013_social"),
        ("events", "0002_append"),
    ]

    operations = [
        run_files(Path(__file__).parents[1] / "sql", "say.sql", "like.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
