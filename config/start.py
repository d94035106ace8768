"""What a server process makes sure of before it serves."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from demo.models import DemoMark


def refuse_demo_database() -> None:
    """Stop a production process that stands on a database which a demo has filled.

    Raises:
        ImproperlyConfigured: the database holds demo people with published passwords.
    """
    if settings.PRODUCTION and DemoMark.objects.exists():
        raise ImproperlyConfigured(
            "OVATION_MODE=production does not start on this database: it holds the demo's people, whose passwords "
            "are published. Use an empty database."
        )
