"""Everything between a migrated database and a start: `python -m config.prepare`. Each step is safe to repeat."""

import os

import django
from django.conf import settings
from django.core.management import call_command


def prepare() -> None:
    """Fill the demo, install the defaults, collect the static files."""
    django.setup()
    if settings.OVATION_MODE == "demo":
        call_command("seed_demo", verbosity=0)  # its past begins before the defaults would
    call_command("install_defaults", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare()
