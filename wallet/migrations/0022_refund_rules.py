"""The triggers that hold what a refund's constraints cannot say (wallet/sql/refund_rules.sql)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0021_refunds")]

    operations = [
        migrations.RunSQL(
            (SQL / "refund_rules.sql").read_text(), (SQL / "refund_rules_undo.sql").read_text()
        ),
    ]
