"""The ASGI application: the gateway's few hot routes beside Django."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_asgi_application()

from gateway.app import Gateway  # noqa: E402 - it imports models, which Django has to load first

application = Gateway(django)
