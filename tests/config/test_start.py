import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from config.start import refuse_demo_database
from demo.models import DemoMark

pytestmark = pytest.mark.django_db


def test_production_does_not_start_on_a_database_that_a_demo_has_filled(settings: Settings) -> None:
    settings.PRODUCTION = True
    refuse_demo_database()
    DemoMark.objects.create()

    with pytest.raises(ImproperlyConfigured, match="demo's people"):
        refuse_demo_database()


def test_the_demo_itself_starts_on_it(settings: Settings) -> None:
    DemoMark.objects.create()

    refuse_demo_database()
