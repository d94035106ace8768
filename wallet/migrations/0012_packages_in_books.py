"""Packages live in price books only, and orders always name the version they were sold at."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def in_book():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="packages", to="wallet.pricebook"
    )


def sold_at():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="wallet.pricebook"
    )


class Migration(migrations.Migration):
    dependencies = [("wallet", "0011_first_books")]

    operations = [
        migrations.RunSQL(
            "DROP TRIGGER wallet_package_guard ON wallet_package; DROP FUNCTION wallet_package_guard();",
            migrations.RunSQL.noop,
        ),
        migrations.AlterModelOptions("package", {"ordering": ["book", "coins"]}),
        migrations.RemoveConstraint("package", "wallet_package_version_once"),
        migrations.RemoveConstraint("package", "wallet_package_one_open_version"),
        migrations.RemoveConstraint("package", "wallet_package_ends_later"),
        migrations.RemoveField("package", "storefront"),
        migrations.RemoveField("package", "starts_at"),
        migrations.RemoveField("package", "ends_at"),
        migrations.AlterField("package", "book", in_book()),
        migrations.AddConstraint(
            "package", models.UniqueConstraint(fields=("book", "code"), name="wallet_package_code_once")
        ),
        migrations.RemoveConstraint("storefront", "wallet_storefront_prices_positive"),
        migrations.RemoveField("storefront", "base_price_micro"),
        migrations.AddConstraint(
            "storefront",
            models.CheckConstraint(
                condition=Q(("settlement_rate_micro__gt", 0)), name="wallet_storefront_rate_positive"
            ),
        ),
        migrations.AddConstraint(
            "storefront",
            models.CheckConstraint(
                condition=Q(("tax_mode__in", ["inclusive", "exclusive"])), name="wallet_storefront_tax_mode"
            ),
        ),
        migrations.AddConstraint(
            "storefront",
            models.CheckConstraint(
                condition=Q(("minimum_age", None)) | Q(("minimum_age__gte", 13), ("minimum_age__lte", 30)),
                name="wallet_storefront_minimum_age",
            ),
        ),
        migrations.AlterField("order", "price_book", sold_at()),
        migrations.AlterField("order", "price_minor", models.PositiveIntegerField()),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=Q(("gross_minor", F("price_minor")), ("tax_mode", "inclusive"))
                | Q(("net_minor", F("price_minor")), ("tax_mode", "exclusive")),
                name="wallet_order_price",
            ),
        ),
    ]
