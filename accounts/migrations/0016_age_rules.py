"""Drafts and announcements of legal documents, what an acceptance remembers, age rules, reasons of freezes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What started, or was accepted, stays. What is announced can only get another start, or become a draft again.
DOCUMENTS = """
CREATE FUNCTION accounts_keep_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.starts_at <= clock_timestamp() OR EXISTS (SELECT FROM accounts_acceptance WHERE document_id = OLD.id) THEN
        RAISE EXCEPTION 'document % has started or was accepted', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.starts_at IS NOT NULL
       AND to_jsonb(OLD) - 'starts_at' IS DISTINCT FROM to_jsonb(NEW) - 'starts_at' THEN
        RAISE EXCEPTION 'document % is announced', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER accounts_legaldocument_kept BEFORE UPDATE OR DELETE ON accounts_legaldocument
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_document();
CREATE TRIGGER accounts_legaldocument_not_emptied BEFORE TRUNCATE ON accounts_legaldocument
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""
DOCUMENTS_BACK = """
DROP TRIGGER accounts_legaldocument_not_emptied ON accounts_legaldocument;
DROP TRIGGER accounts_legaldocument_kept ON accounts_legaldocument;
DROP FUNCTION accounts_keep_document();
"""

RULES = """
CREATE TRIGGER accounts_agerule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_agerule
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""
RULES_BACK = "DROP TRIGGER accounts_agerule_append_only ON accounts_agerule;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgeRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2)),
                ("follows_default", models.BooleanField(default=False)),
                ("account_age", models.PositiveSmallIntegerField(default=18)),
                ("buy_age", models.PositiveSmallIntegerField(default=18)),
                ("gift_age", models.PositiveSmallIntegerField(default=18)),
                ("cash_out_age", models.PositiveSmallIntegerField(default=18)),
                ("guardian_from", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("last_user_id", models.BigIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="SpendingFreeze",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="acceptance",
            name="how",
            field=models.CharField(
                choices=[("accepted", "Accepted"), ("told", "Told, no acceptance needed")],
                db_default="accepted",
                default="accepted",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="user_agent",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="legaldocument",
            name="drafted_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="legaldocument",
            name="needs_acceptance",
            field=models.BooleanField(
                default=True,
                help_text="Off: people are told and need not accept again. For changes that take nothing from them.",
            ),
        ),
        migrations.AddField(
            model_name="legaldocument",
            name="summary",
            field=models.TextField(
                blank=True,
                help_text="What changes, in plain words: it stands in the mail, in the banner's page and above the text.",
                max_length=2000,
            ),
        ),
        migrations.AlterField(
            model_name="legaldocument",
            name="starts_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="legaldocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("starts_at", None)),
                fields=("kind",),
                name="accounts_legaldocument_one_draft",
            ),
        ),
        migrations.AddField(
            model_name="agerule",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="announcement",
            name="document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="announcement",
                to="accounts.legaldocument",
            ),
        ),
        migrations.AddField(
            model_name="announcement",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="spendingfreeze",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="spending_freezes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="agerule",
            index=models.Index(fields=["country", "-id"], name="accounts_agerule_newest"),
        ),
        migrations.AddConstraint(
            model_name="agerule",
            constraint=models.CheckConstraint(
                condition=models.Q(("cash_out_age__gte", 18)), name="accounts_agerule_cash_out_is_for_adults"
            ),
        ),
        migrations.AddConstraint(
            model_name="agerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("account_age__range", (13, 30)),
                    ("buy_age__range", (13, 30)),
                    ("gift_age__range", (13, 30)),
                    ("cash_out_age__lte", 30),
                ),
                name="accounts_agerule_ages_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="agerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("guardian_from", None), ("guardian_from__range", (13, 17)), _connector="OR"
                ),
                name="accounts_agerule_guardian_from_13_to_17",
            ),
        ),
        migrations.AddConstraint(
            model_name="agerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("follows_default", False), models.Q(("country", ""), _negated=True), _connector="OR"
                ),
                name="accounts_agerule_default_stands",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None), ("finished_at__gte", models.F("made_at")), _connector="OR"
                ),
                name="accounts_announcement_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="spendingfreeze",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("user", "reason"),
                name="accounts_spendingfreeze_once_a_reason",
            ),
        ),
        migrations.RunSQL(DOCUMENTS, DOCUMENTS_BACK),
        migrations.RunSQL(RULES, RULES_BACK),
    ]
