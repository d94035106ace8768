"""What happened in a dispute is evidence: rows are only added. Erasing a person empties words, no more."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER care_disputestep_permanent BEFORE DELETE OR TRUNCATE ON care_disputestep
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
CREATE TRIGGER care_disputestep_words BEFORE UPDATE ON care_disputestep
    FOR EACH ROW EXECUTE FUNCTION care_only_erase_words('body');
CREATE TRIGGER care_disputemovement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON care_disputemovement
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
CREATE TRIGGER care_dispute_permanent BEFORE DELETE OR TRUNCATE ON care_dispute
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
CREATE TRIGGER care_disputedgift_permanent BEFORE DELETE OR TRUNCATE ON care_disputedgift
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
CREATE TRIGGER care_fraudwarning_permanent BEFORE DELETE OR TRUNCATE ON care_fraudwarning
    FOR EACH STATEMENT EXECUTE FUNCTION care_refuse_change();
"""

BACKWARD = """
DROP TRIGGER care_fraudwarning_permanent ON care_fraudwarning;
DROP TRIGGER care_disputedgift_permanent ON care_disputedgift;
DROP TRIGGER care_dispute_permanent ON care_dispute;
DROP TRIGGER care_disputemovement_append_only ON care_disputemovement;
DROP TRIGGER care_disputestep_words ON care_disputestep;
DROP TRIGGER care_disputestep_permanent ON care_disputestep;
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0020_disputes")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
