"""People who close their account: unseen at once, their handle kept from others for a year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_search"), ("accounts", "0020_recovery")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="deactivated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="KeptHandle",
            fields=[
                ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
        ),
    ]
