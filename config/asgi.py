"""The ASGI application: the gateway's few hot routes beside Django."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()

from config.start import refuse_demo_database  # noqa: E402  (models exist only after Django is set up)

refuse_demo_database()
