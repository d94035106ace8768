"""The triggers that keep what offers promised (wallet/sql/offer_rules.sql)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0040_offers")]

    operations = [
        migrations.RunSQL((SQL / "offer_rules.sql").read_text(), (SQL / "offer_rules_undo.sql").read_text()),
    ]
