"""gifts_send, the guards of what was sent, and what the runtime role may do with them."""

from pathlib import Path

from django.db import migrations

from ground.sql import grant_runtime, run_files, shut_functions

UNDO = """
DROP TRIGGER gifts_giftprice_append_only ON gifts_giftprice;
DROP TRIGGER gifts_sentgift_append_only ON gifts_sentgift;
DROP FUNCTION gifts_refuse_change, gifts_set_creator_budget, gifts_budget_told, gifts_budgets_told,
    gifts_post_in_rounds, gifts_pick, gifts_rounds, gifts_count_spent, gifts_refuse_over_budgets,
    gifts_renew_budgets, gifts_have_budgets;
DROP FUNCTION gifts_send, gifts_post, gifts_answer, gifts_write, gifts_tell, gifts_ask, gifts_look, gifts_creator_code,
    gifts_request_hashes;
DROP TYPE gifts_posted, gifts_settled, gifts_question, gifts_found, gifts_wishes;
"""
READABLE = ["gifts_sentgift", "gifts_creatorbudget"]
FUNCTIONS = ["gifts_send", "gifts_set_creator_budget"]


def grant(apps, editor):
    shut_functions(editor, "gifts_")
    grant_runtime(editor, readable=READABLE, functions=FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("gifts", "0001_tables"),
        ("accounts", "0001_people"),
        ("ledger", "0002_functions"),
        ("events", "0002_append"),
        ("live", "0001_tables"),
    ]

    operations = [
        run_files(Path(__file__).parents[1] / "sql", "send.sql", "budgets.sql", "guards.sql", undo=UNDO),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
