"""Tables of exchange rates, for showing prices in the buyer's own currency."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0013_price_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("base", models.CharField(max_length=3)),
                ("source", models.CharField(max_length=100)),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("recorded_by", None)),
                        fields=("on", "source"),
                        name="wallet_exchangetable_fetched_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(("base__regex", "^[A-Z]{3}$")), name="wallet_exchangetable_base"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("rate_micro", models.BigIntegerField()),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="wallet.exchangetable",
                    ),
                ),
            ],
            options={
                "ordering": ["currency"],
                "constraints": [
                    models.UniqueConstraint(fields=("table", "currency"), name="wallet_exchangerate_once"),
                    models.CheckConstraint(
                        condition=Q(("rate_micro__gt", 0)), name="wallet_exchangerate_positive"
                    ),
                    models.CheckConstraint(
                        condition=Q(("currency__regex", "^[A-Z]{3}$")), name="wallet_exchangerate_currency"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION wallet_append_only()"
                for table in ("wallet_exchangetable", "wallet_exchangerate")
            ],
            migrations.RunSQL.noop,
        ),
    ]
