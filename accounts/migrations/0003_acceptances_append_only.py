"""Acceptances are evidence: rows are added, never changed or taken away."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER accounts_acceptance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_acceptance
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

BACKWARD = """
DROP TRIGGER accounts_acceptance_append_only ON accounts_acceptance;
DROP FUNCTION accounts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_second_factor_and_consent")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
