"""Our settings for the WSGI yardstick: one address, a connection kept by every thread."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES

ROOT_URLCONF = "benchmarks.yardsticks.wsgi_view"
DATABASES["default"] |= {"CONN_MAX_AGE": None, "OPTIONS": {}}
