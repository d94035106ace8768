"""The triggers that hold what a constraint cannot say (wallet/sql/order_rules.sql)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_tables")]

    operations = [
        migrations.RunSQL((SQL / "order_rules.sql").read_text(), (SQL / "order_rules_undo.sql").read_text()),
    ]
