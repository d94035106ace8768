"""Illegal steps and changed history are refused by the database itself (payouts/sql/guards.sql)."""

from pathlib import Path

from django.db import migrations

UNDO = """
DROP TRIGGER payouts_cashoutterms_append_only ON payouts_cashoutterms;
DROP TRIGGER payouts_payoutevent_append_only ON payouts_payoutevent;
DROP TRIGGER payouts_payoutattempt_permanent ON payouts_payoutattempt;
DROP TRIGGER payouts_payout_permanent ON payouts_payout;
DROP FUNCTION payouts_refuse_change;
DROP TRIGGER payouts_payout_guard ON payouts_payout;
DROP FUNCTION payouts_guard_payout;
"""


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_tables")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "sql" / "guards.sql").read_text(), UNDO),
    ]
