"""What fans asked of their budgets."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gifts", "0003_privacy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BudgetChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("day", "Day"),
                            ("week", "Week"),
                            ("month", "Month"),
                            ("gift", "One gift"),
                            ("creator", "One creator"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "period",
                    models.CharField(
                        blank=True,
                        choices=[("day", "Day"), ("week", "Week"), ("month", "Month")],
                        max_length=5,
                    ),
                ),
                ("coins_before", models.BigIntegerField(null=True)),
                ("coins", models.BigIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("takes_force_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for its day"),
                            ("in_force", "Took force"),
                            ("taken_back", "Taken back"),
                            ("replaced", "Another change came after it"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["takes_force_at"],
                        name="gifts_budgetchange_due",
                    ),
                    models.Index(fields=["fan", "-id"], name="gifts_budgetchange_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending")),
                        fields=("fan", "scope", "creator", "period"),
                        name="gifts_budgetchange_one_pending",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("creator__isnull", False),
                                ("period__in", ["day", "week", "month"]),
                                ("scope", "creator"),
                            ),
                            models.Q(
                                models.Q(("scope", "creator"), _negated=True),
                                ("creator", None),
                                ("period", ""),
                            ),
                            _connector="OR",
                        ),
                        name="gifts_budgetchange_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("takes_force_at__gte", models.F("asked_at"))),
                        name="gifts_budgetchange_not_before_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("state", "pending")),
                            models.Q(
                                models.Q(("state", "pending"), _negated=True), ("settled_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="gifts_budgetchange_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetTold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("day", "Day"),
                            ("week", "Week"),
                            ("month", "Month"),
                            ("gift", "One gift"),
                            ("creator", "One creator"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "period",
                    models.CharField(
                        choices=[("day", "Day"), ("week", "Week"), ("month", "Month")], max_length=5
                    ),
                ),
                ("ends_at", models.DateTimeField()),
                (
                    "creator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fan", "scope", "creator", "period", "ends_at"),
                        name="gifts_budgettold_once_a_period",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
