"""Pauses, caps on recharges, and where a recharge leads back to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0022_refund_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="return_to",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.CreateModel(
            name="SpendingHelp",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "words",
                    models.TextField(
                        default="If giving stops being fun, talk to somebody you trust, or to a counsellor: most countries have a free and confidential helpline for people who worry about what they spend.",
                        max_length=2000,
                    ),
                ),
                ("link", models.URLField(blank=True)),
            ],
            options={
                "verbose_name_plural": "spending help",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="wallet_spendinghelp_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="RechargeCap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(unique=True)),
                ("day_minor", models.BigIntegerField()),
                ("week_minor", models.BigIntegerField()),
                ("young_days", models.PositiveSmallIntegerField(default=7)),
                ("young_day_minor", models.BigIntegerField()),
                ("young_week_minor", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day_minor__gt", 0),
                            ("week_minor__gte", models.F("day_minor")),
                            ("young_day_minor__gt", 0),
                            ("young_day_minor__lte", models.F("day_minor")),
                            ("young_week_minor__gte", models.F("young_day_minor")),
                            ("young_week_minor__lte", models.F("week_minor")),
                        ),
                        name="wallet_rechargecap_sensible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpendingPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("cool_off", "Cool-off"), ("self_exclusion", "Self-exclusion")],
                        max_length=14,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("term_ends_at", models.DateTimeField()),
                ("end_wished_at", models.DateTimeField(null=True)),
                ("lifts_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spending_pauses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-id"], name="wallet_spendingpause_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["cool_off", "self_exclusion"])),
                        name="wallet_spendingpause_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("term_ends_at__gt", models.F("started_at")),
                            models.Q(
                                ("lifts_at", None),
                                ("lifts_at__gte", models.F("term_ends_at")),
                                _connector="OR",
                            ),
                        ),
                        name="wallet_spendingpause_never_early",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("end_wished_at", None), ("kind", "cool_off"), ("lifts_at__isnull", False)
                            ),
                            models.Q(("end_wished_at", None), ("kind", "self_exclusion"), ("lifts_at", None)),
                            models.Q(
                                ("end_wished_at__gte", models.F("term_ends_at")),
                                ("kind", "self_exclusion"),
                                ("lifts_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="wallet_spendingpause_ends_by_a_wish",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER wallet_rechargecap_append_only BEFORE UPDATE OR DELETE ON wallet_rechargecap"
            " FOR EACH ROW EXECUTE FUNCTION wallet_append_only()",
            "DROP TRIGGER wallet_rechargecap_append_only ON wallet_rechargecap",
        ),
    ]
