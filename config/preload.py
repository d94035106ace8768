"""What web, worker and beat all import, for the process that `dev.py up` forks them from (stack/forks.py).

Nothing here may start a thread or open a connection. `config.asgi` is left to the web process: building its
middleware reads the collected static files, which a first start has not collected yet.
"""

import os
from importlib import import_module

import django
from django.apps import apps
from django.urls import get_resolver
from django.utils.module_loading import module_has_submodule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SHARED = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.worker.strategy",
    "gateway.app",
    "uvicorn.lifespan.on",
    "uvicorn.main",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)

django.setup()
for name in SHARED:
    import_module(name)
for app in apps.get_app_configs():
    if app.module is not None and module_has_submodule(app.module, "tasks"):
        import_module(f"{app.name}.tasks")
assert get_resolver().url_patterns  # the addresses import every view
