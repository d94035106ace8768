"""Gifts that are not welcome, and gifts without a name."""

from pathlib import Path

from django.db import migrations, models

from ground.sql import run_files, shut_functions


def shut(apps, editor):
    shut_functions(editor, "gifts_")


class Migration(migrations.Migration):
    dependencies = [
        ("gifts", "0002_functions"),
        ("accounts", "0013_social"),
    ]

    operations = [
        migrations.AddField("sentgift", "is_anonymous", models.BooleanField(db_default=False, default=False)),
        run_files(
            Path(__file__).parents[1] / "sql",
            "privacy.sql",
            undo="DROP FUNCTION gifts_refuse_unwelcome, gifts_anonymous;",
        ),
        migrations.RunPython(shut, migrations.RunPython.noop),
    ]
