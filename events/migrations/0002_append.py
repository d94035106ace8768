"""The one way to write an event, the guards behind it, and the runtime role's rights."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files, shut_functions

UNDO = """
DROP TRIGGER events_stream_permanent ON events_stream;
DROP TRIGGER events_event_append_only ON events_event;
DROP FUNCTION events_refuse_change, events_append;
ALTER TABLE events_stream RESET (fillfactor, autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor);
"""


def grant(apps, editor):
    shut_functions(editor, "events_")
    grant_runtime(editor, readable=["events_stream", "events_event"], functions=["events_append"])


class Migration(migrations.Migration):
    dependencies = [("events", "0001_tables")]

    operations = [
        run_files(Path(__file__).parents[1] / "sql", "append.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
