"""Price books: everything a storefront sells, as dated versions; tax modes; what an order froze of both."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

TAX_MODES = [("inclusive", "Prices include the tax"), ("exclusive", "The tax is added at checkout")]


def person():
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0060_payer_risk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceBook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, verbose_name="ID", auto_created=True
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("base_price_micro", models.BigIntegerField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("made_by", person()),
                (
                    "storefront",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_books",
                        to="wallet.storefront",
                    ),
                ),
                ("withdrawn_by", person()),
            ],
            options={
                "ordering": ["storefront", "-starts_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("storefront", "number"), name="wallet_pricebook_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=Q(("withdrawn_at", None)),
                        fields=("storefront", "starts_at"),
                        name="wallet_pricebook_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(("base_price_micro__gt", 0), ("number__gt", 0)),
                        name="wallet_pricebook_positive",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "package",
            "book",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packages",
                to="wallet.pricebook",
            ),
        ),
        migrations.AddField(
            "storefront",
            "tax_mode",
            models.CharField(choices=TAX_MODES, default="inclusive", max_length=10),
        ),
        migrations.AddField("storefront", "is_tax_automatic", models.BooleanField(default=False)),
        migrations.AddField(
            "storefront", "tax_code", models.CharField(blank=True, default="txcd_10000000", max_length=20)
        ),
        migrations.AddField(
            "storefront", "minimum_age", models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.AddField(
            "storefront",
            "seller_name",
            models.CharField(blank=True, default="", max_length=120),
            preserve_default=False,
        ),
        migrations.AddField(
            "storefront",
            "seller_address",
            models.TextField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            "storefront",
            "seller_tax_id",
            models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            "order",
            "price_book",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="wallet.pricebook",
            ),
        ),
        migrations.AddField("order", "price_minor", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "order", "tax_mode", models.CharField(choices=TAX_MODES, default="inclusive", max_length=10)
        ),
        migrations.AddField(
            "order",
            "tax_name",
            models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField("order", "tax_basis_points", models.PositiveIntegerField(default=0)),
        migrations.AddField("order", "is_tax_automatic", models.BooleanField(default=False)),
        migrations.AddField(
            "order",
            "buyer_country",
            models.CharField(blank=True, default="", max_length=2),
            preserve_default=False,
        ),
    ]
