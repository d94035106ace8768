"""Settings of the Django yardsticks: their own small project on a database of their own, nothing of ours in it."""

import os

from psycopg.conninfo import conninfo_to_dict

_address = conninfo_to_dict(os.environ["YARDSTICK_URL"])

SECRET_KEY = "only-for-a-yardstick"  # noqa: S105
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "mptt",
    "hordak",
    "benchmarks.yardsticks.plain",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _address["dbname"],
        "USER": _address["user"],
        "PASSWORD": _address["password"],
        "HOST": _address["host"],
        "PORT": _address["port"],
        "CONN_MAX_AGE": None,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
