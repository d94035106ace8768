from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_mails")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="recovery_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
