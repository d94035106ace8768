"""docs/personal-data.md has every column that could be about a person; a new one without a line fails here."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from accounts import hooks
from accounts.models import User

PAGE = Path(settings.BASE_DIR) / "docs" / "personal-data.md"
TEXTS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.GenericIPAddressField,
    models.FileField,
    models.BinaryField,
)
FATES = ("emptied", "deleted", "replaced", "stays: ")
NOT_A_REASON = 7  # letters; "no: x" explains nothing


class Line:
    """One row of a table of the page."""

    def __init__(self, cells: list[str]) -> None:
        self.model, columns, self.export, self.fate = cells
        self.columns = [column.strip() for column in columns.split(",")]


@cache
def lines() -> tuple[Line, ...]:
    rows = re.findall(
        r"^\| ([a-z]+\.[A-Za-z_*]+) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(), re.MULTILINE
    )
    return tuple(Line(list(cells)) for cells in rows)


def columns_of_the_database() -> Iterator[tuple[str, str]]:
    """(model, column) of everything that can hold words; dj-stripe's 74 models count as one."""
    for model in apps.get_models(include_auto_created=True):
        app = model._meta.app_label
        for field in model._meta.concrete_fields:
            if isinstance(field, TEXTS) or field.name == "birth_date":
                yield ("djstripe.*" if app == "djstripe" else f"{app}.{model.__name__}"), field.name


def listed() -> list[tuple[str, str]]:
    return [(line.model, column) for line in lines() for column in line.columns]


def test_every_column_has_a_line() -> None:
    whole = {model for model, column in listed() if column == "*"}
    wanted = {(model, column) for model, column in columns_of_the_database() if model not in whole}
    missing = sorted(f"{model}.{column}" for model, column in wanted - set(listed()))
    assert missing == [], "add these to docs/personal-data.md, to their app's export and to its erasing"


def test_no_line_is_about_a_column_that_is_not_there() -> None:
    there = set(columns_of_the_database())
    models_there = {model for model, _ in there}
    gone = [
        pair for pair in listed() if pair not in there and not (pair[1] == "*" and pair[0] in models_there)
    ]
    assert gone == []


def test_no_column_has_two_lines() -> None:
    pairs = listed()
    assert sorted({pair for pair in pairs if pairs.count(pair) > 1}) == []


def test_every_line_says_what_becomes_of_it_and_why() -> None:
    for line in lines():
        assert line.fate.startswith(FATES), (line.model, line.fate)
        if line.export.startswith("no:"):
            assert len(line.export) > NOT_A_REASON, (line.model, line.columns)


def reachable() -> set[str]:
    """Models with a foreign key to a person, or to such a model; and people themselves."""
    found: set[type[models.Model]] = {User}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in found
            and any(
                field.is_relation and field.related_model in found for field in model._meta.concrete_fields
            )
        }
        if not more:
            return {model._meta.label for model in found if model._meta.app_label != "djstripe"}
        found |= more


def test_what_hangs_on_a_person_is_listed_column_by_column() -> None:
    assert {line.model for line in lines() if line.columns == ["*"]} & reachable() == set()


@pytest.mark.django_db
def test_every_part_that_is_named_exists_and_every_part_is_named(fan: User) -> None:
    parts = {part.name for found in hooks.export_parts.call_all(fan) for part in found} | {"payment-provider"}
    named = {
        name.strip()
        for line in lines()
        if not line.export.startswith("no:")
        for name in line.export.split(",")
    }
    assert named - parts == set()
    without_words = {  # numbers, ids and times only
        "balances",
        "books",
        "gifts-sent",
        "gifts-received",
        "likes",
        "following",
        "followers",
        "blocked",
        "comment-likes",
        "money-stopped",
    }
    assert parts - named == without_words
