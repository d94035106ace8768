"""Empty: the squashed 0001 already makes the schema that dj-stripe's own migration of this name ends with."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("djstripe", "0002_2_10")]
    operations = []
