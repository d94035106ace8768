"""What accounts asks of the floors above."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import User
from ground.hooks import Hook

# The address of the creator's room that is live now, or None. `live` registers its answer.
live_room_url: Hook[[User], str | None] = Hook()

# What a guardian lets one gift of a young person cost: (who, before, from now on), None is no limit. `gifts` follows.
guardian_gift_limit: Hook[[User, int | None, int | None], None] = Hook()


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
    amount: int = 0  # what is in the way, in `unit`; 0 where there is no amount
    unit: str = ""
    can_give_up: bool = False  # the person may give `amount` up by typing it


@dataclass(frozen=True)
class StoredFile:
    """A file that a part of the house keeps for a person: in their export, and deleted when they are erased."""

    storage: str  # the alias in settings.STORAGES
    name: str  # the file's name there
    label: str = ""  # what it is called in the export; empty: it is not in it


# What a part of the house knows about a person, for their export.
export_parts: Hook[[User], Iterable[ExportPart]] = Hook()
# Files kept in the database, for the export: what each is called there, and how its content is read.
file_contents: Hook[[User], Iterable[tuple[str, Callable[[], bytes]]]] = Hook()
# The files it keeps for them.
stored_files: Hook[[User], Iterable[StoredFile]] = Hook()
# The payment provider's ids of what is about a person: its copies of them are exported, and emptied at the erasing.
provider_ids: Hook[[User], Iterable[str]] = Hook()
# What still stands between a person and the closing of their account.
closing_hindrances: Hook[[User], Iterable[Hindrance]] = Hook()
# Erase what a part of the house knows about a person, in the closing's transaction; calling it twice does no harm.
erase_person: Hook[[User], None] = Hook()
# Of these ids of security events, those that something still refers to: they outlast the time that others are kept.
needed_events: Hook[[Sequence[int]], Iterable[int]] = Hook()
# A mail that could not be sent for long: (row's id, words). The floor above tells the operators.
mail_stuck: Hook[[int, str], None] = Hook()
