"""What was taken back from a lot is found by its lot (ledger/lots.py)."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_seal")]

    operations = [
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(
                fields=["lot_id"], name="ledger_operation_lot", condition=Q(lot_id__isnull=False)
            ),
        ),
    ]
