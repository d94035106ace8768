from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from backoffice import pulse
from backoffice.tasks import give_sign
from ground import clock
from ledger import seals

pytestmark = pytest.mark.django_db


def test_every_part_is_named(client: Client) -> None:
    give_sign()
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["parts"] == {
        "web": "ok",
        "database": "ok",
        "valkey": "ok",
        "worker and beat": "ok",
        "sealing": "ok",
    }
    assert answer.json()["sealing"] == {"unsealed": 0, "lag_s": 0}


def test_a_silent_worker_is_named_but_requests_are_still_answered(client: Client) -> None:
    cache.set(pulse.KEY, (clock.wall() - pulse.SILENT_AFTER - timedelta(seconds=1)).timestamp())
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["parts"]["worker and beat"] == "silent"


def test_a_seal_that_is_late_is_named_but_requests_are_still_answered(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "LATE_AFTER", timedelta(seconds=-1))
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["parts"]["sealing"]) == (200, "late")


def test_without_valkey_it_says_so_and_503(client: Client, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["parts"]["valkey"] == "ConnectionError"
    assert answer.json()["parts"]["worker and beat"] == "unknown"
