"""Where an address is: from the operator's file, or not said at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from rest_framework.test import APIClient

from accounts import places, services
from accounts.models import User
from config.environment import geoip_database
from ground import clock as business_clock
from tests.fixtures.places import write_places

BERLIN = {"city": {"names": {"en": "Berlin"}}, "country": {"names": {"en": "Germany"}}}


@pytest.fixture
def berlin(tmp_path: Path, settings: Any) -> None:
    """A file that knows 127.0.0.0/8, where tests come from."""
    settings.OVATION_GEOIP_DATABASE = str(write_places(tmp_path / "places.mmdb", "127.0.0.0/8", BERLIN))


def test_a_known_address_has_city_and_country(berlin: None) -> None:
    assert places.place_of("127.0.0.1") == "Berlin, Germany"


@pytest.mark.parametrize("ip", ["192.0.2.1", "2001:db8::1", "", None])
def test_an_unknown_address_has_no_place(berlin: None, ip: str | None) -> None:
    assert places.place_of(ip) == ""


def test_a_country_alone_is_said_alone(tmp_path: Path, settings: Any) -> None:
    path = write_places(tmp_path / "countries.mmdb", "127.0.0.0/8", {"country": BERLIN["country"]})
    settings.OVATION_GEOIP_DATABASE = str(path)
    assert places.place_of("127.0.0.1") == "Germany"


def test_without_a_file_nothing_is_said(settings: Any) -> None:
    assert settings.OVATION_GEOIP_DATABASE == ""
    assert places.place_of("127.0.0.1") == ""


@pytest.mark.parametrize("content", [None, b"not a database"])
def test_a_file_that_is_none_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    path = tmp_path / "places.mmdb"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setitem(os.environ, "OVATION_GEOIP_DATABASE", str(path))
    with pytest.raises(ImproperlyConfigured, match="MaxMind"):
        geoip_database("OVATION_GEOIP_DATABASE")


@pytest.mark.django_db
def test_the_place_stands_with_the_event(
    berlin: None, fan: User, as_user: Callable[[User], APIClient], mailoutbox: list[Any]
) -> None:
    program = as_user(fan)
    program.put("/api/v1/me/anti-phishing-phrase/", {"phrase": "blue giraffe"})
    newest = program.get("/api/v1/me/security-events/").json()["results"][0]
    assert (newest["kind"], newest["place"]) == ("phrase_changed", "Berlin, Germany")
    services.send_owed_mails(now=business_clock.now())
    assert "Place: Berlin, Germany" in mailoutbox[0].body
