"""Orders can be refunded and disputed, and know how much of them went back."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0003_forget"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="order",
            name="wallet_order_state",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="wallet_order_paid_at",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="wallet_order_credited_at",
        ),
        migrations.RemoveIndex(
            model_name="order",
            name="wallet_order_to_check",
        ),
        migrations.AddField(
            model_name="order",
            name="refunded_coins",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="refunded_minor",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("created", "created"),
                    ("awaiting_payment", "waiting for payment"),
                    ("declined", "payment declined"),
                    ("paid", "paid, coins on their way"),
                    ("credited", "coins credited"),
                    ("expired", "expired"),
                    ("cancelled", "cancelled"),
                    ("refunded", "refunded"),
                    ("disputed", "disputed at the bank"),
                ],
                default="created",
                max_length=20,
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
                    ("fraud_warning", "The bank warned that the payment may be fraud"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["created", "awaiting_payment", "declined", "paid"]),
                    models.Q(("fee_minor", None), ("state__in", ["credited", "refunded", "disputed"])),
                    _connector="OR",
                ),
                fields=["next_check_at"],
                name="wallet_order_to_check",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "created",
                            "awaiting_payment",
                            "declined",
                            "paid",
                            "credited",
                            "expired",
                            "cancelled",
                            "refunded",
                            "disputed",
                        ],
                    )
                ),
                name="wallet_order_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["paid", "credited", "refunded", "disputed"]), _negated=True),
                    ("paid_at__isnull", False),
                    _connector="OR",
                ),
                name="wallet_order_paid_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("credited_at__isnull", False), ("state__in", ["credited", "refunded", "disputed"])
                    ),
                    models.Q(
                        models.Q(("state__in", ["credited", "refunded", "disputed"]), _negated=True),
                        ("credited_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="wallet_order_credited_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded_coins__lte", models.F("coins")),
                    ("refunded_minor__lte", models.F("gross_minor")),
                ),
                name="wallet_order_refunded_at_most_all",
            ),
        ),
    ]
