"""The triggers that keep price books and what orders froze of them (wallet/sql/price_rules.sql)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0012_packages_in_books")]

    operations = [
        migrations.RunSQL((SQL / "price_rules.sql").read_text(), (SQL / "price_rules_undo.sql").read_text()),
    ]
