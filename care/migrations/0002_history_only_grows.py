"""What was said and done in a case is evidence: rows are only added. Erasing a person empties their words, no more."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION care_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: history only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION care_only_erase_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words CONSTANT text := TG_ARGV[0];
BEGIN
    IF to_jsonb(NEW) ->> words <> '' OR to_jsonb(NEW) - words <> to_jsonb(OLD) - words THEN
        RAISE EXCEPTION 'a row of % does not change, but that its words are erased', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER care_casechange_permanent BEFORE DELETE OR TRUNCATE ON care_casechange
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
CREATE TRIGGER care_casechange_words BEFORE UPDATE ON care_casechange
    FOR EACH ROW EXECUTE FUNCTION care_only_erase_words('reason');
CREATE TRIGGER care_casemessage_permanent BEFORE DELETE OR TRUNCATE ON care_casemessage
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
CREATE TRIGGER care_casemessage_words BEFORE UPDATE ON care_casemessage
    FOR EACH ROW EXECUTE FUNCTION care_only_erase_words('body');
CREATE TRIGGER care_report_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON care_report
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
CREATE TRIGGER care_freeze_permanent BEFORE DELETE OR TRUNCATE ON care_freeze
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
"""

BACKWARD = """
DROP TRIGGER care_freeze_permanent ON care_freeze;
DROP TRIGGER care_report_append_only ON care_report;
DROP TRIGGER care_casemessage_words ON care_casemessage;
DROP TRIGGER care_casemessage_permanent ON care_casemessage;
DROP TRIGGER care_casechange_words ON care_casechange;
DROP TRIGGER care_casechange_permanent ON care_casechange;
DROP FUNCTION care_only_erase_words;
DROP FUNCTION care_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0001_cases")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
