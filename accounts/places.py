"""Where an address is, from a file on this machine. Without the file nothing is said rather than guessed."""

from functools import cache
from typing import Any, cast

import maxminddb
from django.conf import settings


def place_of(ip: str | None) -> str:
    """“Berlin, Germany”, or “Germany”; empty when the operator gave no file or the file does not know."""
    reader = _reader(settings.OVATION_GEOIP_DATABASE)
    if not ip or reader is None:
        return ""
    try:
        found = reader.get(ip)
    except ValueError:  # an IPv6 address and a file of IPv4 only
        return ""
    facts = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    names = [_name(facts, "city"), _name(facts, "country")]
    return ", ".join(name for name in names if name)


@cache
def _reader(path: str) -> maxminddb.Reader | None:
    return maxminddb.open_database(path) if path else None


def _name(facts: dict[str, Any], part: str) -> str:
    return str(facts.get(part, {}).get("names", {}).get("en", ""))
