"""What accounts asks of the floors above."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import User
from ground.hooks import Hook

# The address of the creator's room that is live now, or None. `live` registers its answer.
live_room_url: Hook[[User], str | None] = Hook()


@dataclass(frozen=True)
class Panel:
    """A part of a person's public page: a template and the values it reads as `panel`."""

    template: str
    values: Mapping[str, object]


# What upper floors show on a person's public page, below who they are; nothing: no panel.
profile_panels: Hook[[HttpRequest, User], Iterable[Panel]] = Hook()


@dataclass(frozen=True)
class ExportPart:
    """One file of a person's export: rows with the same keys, values that JSON knows."""

    name: str  # "orders", "gifts-sent": the file's name without its ending
    about: str  # one sentence for the person who opens it
    rows: Iterable[Mapping[str, object]]


@dataclass(frozen=True)
class Hindrance:
    """What must be settled before an account closes."""

    code: str  # "unspent_coins", "open_dispute" …
    message: str  # what is open, in words
    next_step: str
    url: str = ""  # where it is done


# What a part of the house knows about a person, for their export.
export_parts: Hook[[User], Iterable[ExportPart]] = Hook()
# What still stands between a person and the closing of their account.
closing_hindrances: Hook[[User], Iterable[Hindrance]] = Hook()
# Erase what a part of the house knows about a person, in the closing's transaction; calling it twice does no harm.
erase_person: Hook[[User], None] = Hook()
# A mail that could not be sent for long: (row's id, words). The floor above tells the operators.
mail_stuck: Hook[[int, str], None] = Hook()
