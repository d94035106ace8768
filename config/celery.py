"""The Celery application. `celery -A config worker` and `celery -A config beat` run it."""

import os
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ovation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_to_start_on_demo_data(**_: Any) -> None:
    """Worker and beat stand on the same database as the web, so they ask the same question."""
    import_module("config.start").refuse_demo_database()
