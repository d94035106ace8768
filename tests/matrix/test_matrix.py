"""The authorization matrix: every route × every role × own and other's object; what no row names fails the suite."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, product

import pytest
from django.apps import apps

from tests.matrix import rows_admin, rows_allauth, rows_api, rows_headless, rows_pages
from tests.matrix.asking import Verdict, ask, verdict, written
from tests.matrix.conftest import World
from tests.matrix.people import ROLES
from tests.matrix.policies import STAFF, Row
from tests.matrix.routes import arguments_of, every_route, path_of
from tests.undone import undone

ROWS = list(
    chain.from_iterable(part.ROWS for part in (rows_pages, rows_api, rows_headless, rows_allauth, rows_admin))
)
# The admin's list of an app, and its answer to unknown addresses: their patterns list every app.
CATCH_ALL = re.compile(r"admin/(\^?)\(\?P<(app_label|url)>")
# What any request may leave behind, also a refused one: the session it came with, and when it was last seen.
TRACES = {"django_session", "usersessions_usersession"}

NO_SUCH = "0"  # for a model of which the world has none


@dataclass(frozen=True)
class Cell:
    """One request of the matrix, and what the row promises of it."""

    method: str
    path: str
    role: str
    own: bool
    token: str | None = field(repr=False)
    expected: Verdict

    def answered(self) -> Verdict:
        with undone():
            return verdict(ask(self.method, self.path, token=self.token))


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    routes = {route for route in every_route() if not CATCH_ALL.match(route)}
    named = {row.route for row in ROWS}
    assert routes - named == set(), "deny by default: say in tests/matrix/rows_*.py who may"
    assert named - routes == set(), "these rows name nothing that is served"


def test_no_two_rows_speak_of_the_same() -> None:
    named = [(row.route, method) for row in ROWS for method in row.methods.split()]
    assert len(named) == len(set(named))


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.methods} /{row.route}")
def test_each_role_is_answered_as_the_row_says(row: Row, world: World) -> None:
    """First those whom the row refuses, who must not have written anything."""
    cells = list(_cells(row, world))
    refused = [cell for cell in cells if cell.expected is not Verdict.YES]
    before = written()
    wrong = [cell for cell in refused if cell.answered() is not cell.expected]
    changed = (
        {table for table, rows in written().items() if rows != before.get(table, 0)} - TRACES - row.writes
    )
    allowed = [] if row.calls_outside else [cell for cell in cells if cell.expected is Verdict.YES]
    assert wrong + [cell for cell in allowed if cell.answered() is not Verdict.YES] == []
    assert changed == set()


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.is_step_up], ids=lambda row: f"{row.methods} /{row.route}"
)
def test_a_password_alone_is_asked_for_the_second_factor(row: Row, world: World) -> None:
    path = _path(row, world, "creator", own=True)
    assert path is not None
    cells = [
        Cell(method, path, "creator", own=True, token=world.cast.stale["creator"], expected=Verdict.STEP_UP)
        for method in row.methods.split()
    ]
    before = written()
    assert [cell for cell in cells if cell.answered() is not Verdict.STEP_UP] == []
    assert {table for table, rows in written().items() if rows != before.get(table, 0)} <= TRACES


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("role", STAFF)
def test_no_staff_enters_the_back_office_by_a_password_alone(role: str, world: World) -> None:
    for row in rows_admin.ROWS:
        path = _path(row, world, role, own=True)
        if path is None or row.route in ("admin/login/", "admin/logout/"):
            continue
        with undone():
            assert verdict(ask("GET", path, token=world.cast.stale[role])) is Verdict.GATE, path


def _cells(row: Row, world: World) -> Iterator[Cell]:
    """Every role with an object of its own, and with Zoe's where the address names somebody's."""
    names_somebodys = bool(_names(row) & world.zoes.keys())
    for role, own in product(ROLES, (True, False) if names_somebodys else (True,)):
        path = _path(row, world, role, own)
        if path is None or (names_somebodys and own and role == "anonymous"):
            continue
        for method in row.methods.split():
            cell = Cell(method, path, role, own, world.cast.tokens.get(role), row.policy(role, own))
            if not _is_led_away(cell):
                yield cell


def _is_led_away(cell: Cell) -> bool:
    """Whether Django's admin finds that there is no such object before it asks who may change it."""
    finds_out = (f"/{NO_SUCH}/change/", f"/{NO_SUCH}/history/")
    return cell.expected is Verdict.NO and cell.path.endswith(finds_out)


def _names(row: Row) -> set[str]:
    return {str(row.at.get(name, name)) for name in arguments_of(row.route)}


def _path(row: Row, world: World, role: str, own: bool) -> str | None:
    """Where to ask; None: the role has no such thing of its own."""
    things: Mapping[str, object] = world.own.get(role, {}) if own else world.zoes
    values: dict[str, object] = {}
    for name in arguments_of(row.route):
        wanted = row.at.get(name, name)
        found = _found(str(wanted), things, world) if isinstance(wanted, str) else wanted
        if found is None:
            return None
        values[name] = found
    return world.picture if "folder" in values else path_of(row.route, values)


def _found(name: str, things: Mapping[str, object], world: World) -> object | None:
    if name.startswith("first "):
        first = apps.get_model(name.removeprefix("first "))._default_manager.first()
        return NO_SUCH if first is None else first.pk
    if name in things or name in world.zoes:
        return things.get(name)
    return name
