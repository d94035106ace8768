"""Every address that the site answers, from Django's resolver, and how one of them becomes a path to send to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^()]*\)")


def every_route() -> dict[str, Any]:
    """Pattern as Django writes it, without anchors → the view that answers there; of two, the first."""
    found: dict[str, Any] = {}
    for pattern, view in _walk(get_resolver().url_patterns, ""):
        found.setdefault(pattern, view)
    return found


def arguments_of(route: str) -> list[str]:
    """The names of a route's arguments."""
    return [typed or written for typed, written in ARGUMENT.findall(route)]


def path_of(route: str, values: Mapping[str, object]) -> str:
    """The path of `route` with these arguments."""
    return "/" + ARGUMENT.sub(lambda found: str(values[found[1] or found[2]]), route)


def _walk(patterns: Sequence[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        route = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from _walk(entry.url_patterns, route)
