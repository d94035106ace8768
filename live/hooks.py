"""What upper floors add to a room: a panel under the stage, and the readable facts of their own events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from events.log import Event
from ground.hooks import Hook
from live.models import Room

type EventKey = tuple[str, int]  # (stream, number)


@dataclass(frozen=True)
class Panel:
    """A template and the values it reads as `panel`."""

    template: str
    values: Mapping[str, Any]


room_panels: Hook[[HttpRequest, Room], Panel] = Hook()

# Bodies of events hold ids, amounts and codes. A reader gets a list of events and answers, for those of its own
# types, what a screen needs beside them (a gift's name, a message's text), in as few queries as it has tables.
event_readers: Hook[[Sequence[Event]], dict[EventKey, dict[str, Any]]] = Hook()
