"""`python -m config.migrate`: bring the schema up to date, in a process that alone holds the owner's rights."""

import gc
import os

import django
from django.core.management import call_command
from django.db import connection

from config.environment import DatabaseAddress


def migrate() -> None:
    """Migrate as the owner role, whose address no other process uses."""
    gc.disable()  # the rendered states of the migrations are a million objects, collected in vain a fifth of the time
    django.setup()
    owner = DatabaseAddress.parse("DATABASE_OWNER_URL")
    connection.settings_dict |= {
        "NAME": owner.name,
        "USER": owner.user,
        "PASSWORD": owner.password,
        "HOST": owner.host,
        "PORT": owner.port,
    }
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    migrate()
