"""Receipts have numbers without gaps, and keep who sold."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("wallet", "0014_exchange")]

    operations = [
        migrations.CreateModel(
            name="ReceiptSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("last_number", models.PositiveIntegerField(default=0)),
                (
                    "storefront",
                    models.OneToOneField(
                        on_delete=PROTECT, related_name="receipt_series", to="wallet.storefront"
                    ),
                ),
            ],
            options={"verbose_name_plural": "receipt series"},
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("seller_name", models.CharField(blank=True, max_length=120)),
                ("seller_address", models.TextField(blank=True)),
                ("seller_country", models.CharField(max_length=2)),
                ("seller_tax_id", models.CharField(blank=True, max_length=40)),
                ("order", models.OneToOneField(on_delete=PROTECT, related_name="receipt", to="wallet.order")),
                (
                    "storefront",
                    models.ForeignKey(on_delete=PROTECT, related_name="receipts", to="wallet.storefront"),
                ),
            ],
            options={
                "ordering": ["-issued_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("storefront", "number"), name="wallet_receipt_number_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(("number__gt", 0)), name="wallet_receipt_number_positive"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER wallet_receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_receipt "
            "FOR EACH STATEMENT EXECUTE FUNCTION wallet_append_only()",
            migrations.RunSQL.noop,
        ),
    ]
