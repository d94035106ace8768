"""Guardians: who was asked, who consented to what, and the mails owed to them."""

import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ground.sql import grant_runtime, shut_functions

# What guardians did is evidence: rows are only added. Whoever is erased loses what names them and their guardian, by
# the one function that the tables' owner runs; who, which day and what was set stays.
RECORDS = """
CREATE FUNCTION accounts_refuse_all_but_forgetting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    forgotten accounts_guardianrecord := OLD;
BEGIN
    forgotten.guardian_email := ''; forgotten.guardian_name := ''; forgotten.ip := NULL; forgotten.user_agent := '';
    IF NEW IS NOT DISTINCT FROM forgotten
       AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER accounts_guardianrecord_append_only BEFORE DELETE OR TRUNCATE ON accounts_guardianrecord
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER accounts_guardianrecord_unwritten BEFORE UPDATE ON accounts_guardianrecord
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_all_but_forgetting();
CREATE FUNCTION accounts_forget_guardian(minor bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM accounts_require_closed(minor);  -- of sql/forget.sql
    UPDATE accounts_guardianrecord SET guardian_email = '', guardian_name = '', ip = NULL, user_agent = ''
    WHERE guardianship_id IN (SELECT id FROM accounts_guardianship WHERE minor_id = minor);
END
$$;
"""
RECORDS_BACK = """
DROP FUNCTION accounts_forget_guardian(bigint);
DROP TRIGGER accounts_guardianrecord_unwritten ON accounts_guardianrecord;
DROP TRIGGER accounts_guardianrecord_append_only ON accounts_guardianrecord;
DROP FUNCTION accounts_refuse_all_but_forgetting();
"""


def grant(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    shut_functions(editor, "accounts_forget_guardian")
    grant_runtime(editor, readable=[], functions=["accounts_forget_guardian"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_age_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuardianAsk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("guardian_email", models.EmailField(blank=True, max_length=254)),
                ("nonce", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("is_used", models.BooleanField(default=False)),
                ("ip", models.GenericIPAddressField(blank=True, null=True)),
                ("user_agent", models.CharField(blank=True, max_length=300)),
                (
                    "minor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guardian_asks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="Guardianship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Consented"), ("revoked", "Taken back"), ("ended", "Of age")],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("guardian_email", models.EmailField(blank=True, max_length=254)),
                ("guardian_name", models.CharField(blank=True, max_length=120)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("legal_guardian", "Legal guardian"),
                            ("carer", "Foster parent or carer with parental responsibility"),
                        ],
                        max_length=16,
                    ),
                ),
                ("day_coins", models.BigIntegerField(blank=True, null=True)),
                ("week_coins", models.BigIntegerField(blank=True, null=True)),
                ("month_coins", models.BigIntegerField(blank=True, null=True)),
                ("gift_coins", models.BigIntegerField(blank=True, null=True)),
                ("since", models.DateTimeField()),
                ("link_number", models.PositiveIntegerField(default=1)),
                (
                    "minor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guardianship",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GuardianRecord",
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
                        choices=[
                            ("consented", "Consented"),
                            ("budget", "Changed the budget"),
                            ("revoked", "Took the consent back"),
                            ("restored", "Consented again"),
                            ("link", "Asked for a new link"),
                            ("ended", "Came of age"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("guardian_email", models.EmailField(blank=True, max_length=254)),
                ("guardian_name", models.CharField(blank=True, max_length=120)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("legal_guardian", "Legal guardian"),
                            ("carer", "Foster parent or carer with parental responsibility"),
                        ],
                        max_length=16,
                    ),
                ),
                ("budget", models.JSONField()),
                ("ip", models.GenericIPAddressField(blank=True, null=True)),
                ("user_agent", models.CharField(blank=True, max_length=300)),
                (
                    "guardianship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="accounts.guardianship",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="GuardianMail",
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
                        choices=[
                            ("ask", "Asks for consent"),
                            ("consented", "Confirms, with the management link"),
                            ("changed", "The budget was changed"),
                            ("revoked", "The consent was taken back"),
                            ("restored", "Consented again"),
                            ("link", "A new management link"),
                            ("ended", "The young person is of age"),
                        ],
                        max_length=12,
                    ),
                ),
                ("owed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ask",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="accounts.guardianask",
                    ),
                ),
                (
                    "guardianship",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="accounts.guardianship",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="guardianask",
            index=models.Index(fields=["minor", "-asked_at"], name="accounts_guardianask_minor"),
        ),
        migrations.AddIndex(
            model_name="guardianask",
            index=models.Index(fields=["guardian_email", "-asked_at"], name="accounts_guardianask_address"),
        ),
        migrations.AddIndex(
            model_name="guardianship",
            index=models.Index(fields=["guardian_email"], name="accounts_guardianship_address"),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("day_coins__isnull", False),
                    ("week_coins__isnull", False),
                    ("month_coins__isnull", False),
                    ("state", "ended"),
                    _connector="OR",
                ),
                name="accounts_guardianship_has_a_budget",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("day_coins", None), ("day_coins__gte", 0), _connector="OR"),
                    models.Q(("week_coins", None), ("week_coins__gte", 0), _connector="OR"),
                    models.Q(("month_coins", None), ("month_coins__gte", 0), _connector="OR"),
                    models.Q(("gift_coins", None), ("gift_coins__gte", 0), _connector="OR"),
                ),
                name="accounts_guardianship_coins_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="guardianmail",
            index=models.Index(
                condition=models.Q(("sent_at", None)), fields=["owed_at"], name="accounts_guardianmail_owed"
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ask__isnull", False), ("kind", "ask")),
                    models.Q(models.Q(("kind", "ask"), _negated=True), ("guardianship__isnull", False)),
                    _connector="OR",
                ),
                name="accounts_guardianmail_has_a_reason",
            ),
        ),
        migrations.RunSQL(RECORDS, RECORDS_BACK),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
