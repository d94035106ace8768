"""Refunds, and what a storefront promises about them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0020_order_goes_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="withdrawal_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="storefront",
            name="refund_four_eyes_above_minor",
            field=models.PositiveIntegerField(
                default=10000,
                help_text="Above this amount a second operator must agree to an operator's refund.",
            ),
        ),
        migrations.AddField(
            model_name="storefront",
            name="refund_policy",
            field=models.CharField(
                choices=[
                    ("final", "Coins are final"),
                    ("withdrawal", "Withdrawal within some days"),
                    ("eu_withdrawal", "EU right of withdrawal"),
                ],
                default="final",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="storefront",
            name="withdrawal_days",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="For how many days buyers may give unspent coins back. 0: not at all."
            ),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "Order created"),
                    ("checkout_opened", "Payment page opened"),
                    ("provider_silent", "The payment provider did not answer; we try again"),
                    ("payment_failed", "A payment was declined"),
                    ("bank_checking", "Your bank is checking the payment"),
                    ("paid", "Payment received"),
                    ("credited", "Coins credited"),
                    ("fee_booked", "The provider's fee was booked"),
                    ("expired", "Expired without a payment"),
                    ("cancelled", "Cancelled"),
                    ("refused", "The payment provider refused the order"),
                    ("held", "Held: an operator looks at it"),
                    ("released", "An operator released it"),
                    ("rechecked", "Checked again on request"),
                    ("refund_asked", "A refund is on its way"),
                    ("refund_paid", "Refunded to your payment method"),
                    ("refund_failed", "A refund did not arrive; the coins are back"),
                    ("dispute_opened", "Your bank disputes the payment"),
                    ("dispute_won", "The dispute is over; the payment stands"),
                    ("dispute_lost", "The bank took the payment back"),
                    ("refund_proposed", "An operator proposed a refund"),
                    ("refund_rejected", "A proposed refund was not agreed to"),
                    ("case_opened", "A support case was opened"),
                    ("fraud_warning", "The bank warned that the payment may be fraud"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("buyer", "the buyer"),
                            ("operator", "an operator"),
                            ("provider", "made at the payment provider"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("key", models.CharField(max_length=200)),
                ("request_hash", models.BinaryField(max_length=32)),
                ("coins", models.PositiveIntegerField()),
                ("bonus_coins", models.PositiveIntegerField(default=0)),
                ("unrecovered_coins", models.PositiveIntegerField(default=0)),
                ("amount_minor", models.PositiveIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("withheld_minor", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for a second operator"),
                            ("pending", "on its way"),
                            ("succeeded", "paid back"),
                            ("failed", "failed"),
                            ("canceled", "canceled"),
                            ("rejected", "not agreed to"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("provider_id", models.CharField(max_length=255, null=True, unique=True)),
                ("failure_code", models.CharField(blank=True, max_length=100)),
                ("created_at", models.DateTimeField()),
                ("state_at", models.DateTimeField()),
                ("next_check_at", models.DateTimeField(null=True)),
                ("checks", models.PositiveIntegerField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="wallet.order"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "permissions": [("refund_order", "Can refund orders, and agree to others' refunds")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_check_at__isnull", False)),
                        fields=["next_check_at"],
                        name="wallet_refund_to_check",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "key"), name="wallet_refund_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["proposed", "pending", "succeeded", "failed", "canceled", "rejected"],
                            )
                        ),
                        name="wallet_refund_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="wallet_refund_amount_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("coins__gt", 0), ("origin", "provider"), _connector="OR"),
                        name="wallet_refund_coins_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("origin", "provider"), ("asked_by__isnull", False), _connector="OR"
                        ),
                        name="wallet_refund_asked_by",
                    ),
                ],
            },
        ),
    ]
