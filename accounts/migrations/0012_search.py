"""Indexes by which creators are found by a piece of their handle or name, also when it is not spelled quite right."""

from django.db import migrations

INDEXES = """
    CREATE INDEX accounts_user_creator_handle ON accounts_user USING gin (handle gin_trgm_ops)
        WHERE creator_since IS NOT NULL;
    CREATE INDEX accounts_user_creator_name ON accounts_user USING gin (upper(display_name) gin_trgm_ops)
        WHERE creator_since IS NOT NULL;
"""
UNDO = "DROP INDEX accounts_user_creator_handle, accounts_user_creator_name;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_profile")]

    operations = [
        # stack/sql/roles.sql has made it already where the owner may not.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm;", migrations.RunSQL.noop),
        migrations.RunSQL(INDEXES, UNDO),
    ]
