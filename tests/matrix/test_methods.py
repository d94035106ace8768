"""What no row names is refused: every route × the methods that its rows leave out, asked by who may most."""

from collections.abc import Iterator

import pytest

from tests.matrix import rows_admin, rows_allauth, rows_api, rows_headless, rows_pages
from tests.matrix.asking import ask, written
from tests.matrix.conftest import World
from tests.matrix.policies import Row
from tests.matrix.test_matrix import ROWS, TRACES, _path

OF_FORMS, OF_PROGRAMS = ("GET", "POST"), ("PUT", "PATCH", "DELETE")
REFUSED = (401, 403, 404, 405)
PARTS = {
    "pages": rows_pages.ROWS,
    "api": rows_api.ROWS,
    "headless": rows_headless.ROWS,
    "allauth": rows_allauth.ROWS,
    "admin": [
        row for number, row in enumerate(rows_admin.ROWS) if number % 3 == 0
    ],  # its pages are made alike
}
# allauth reads what was sent before it looks at the method; the admin's lists answer a POST without an action, and
# its pages of history any POST, as they answer a GET. None of them may write anything.
ALSO: dict[str, tuple[int, ...]] = {"headless": (400, 409), "admin": (200, 302)}


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("part", PARTS)
def test_a_method_that_no_row_names_is_refused(part: str, world: World) -> None:
    before, wrong = written(), []
    for row, method in _unnamed(PARTS[part], all_of_programs=part in ("api", "headless")):
        path = _path(row, world, "superuser", own=True) or _path(row, world, "superuser", own=False)
        assert path is not None, row.route
        answer = ask(method, path, token=world.cast.tokens["superuser"])
        if answer.status_code not in REFUSED + ALSO.get(part, ()):
            wrong.append(f"{method} {path}: {answer.status_code}")
    changed = {table for table, rows in written().items() if rows != before.get(table, 0)}
    assert (wrong, changed - TRACES) == ([], set())


def _unnamed(rows: list[Row], *, all_of_programs: bool) -> Iterator[tuple[Row, str]]:
    """Each route once, with each method that none of its rows has; pages with one of the programs' in turn."""
    named: dict[str, set[str]] = {}
    for row in ROWS:
        named.setdefault(row.route, set()).update(row.methods.split())
    for number, row in enumerate({row.route: row for row in rows if not row.calls_outside}.values()):
        of_programs = OF_PROGRAMS if all_of_programs else (OF_PROGRAMS[number % 3],)
        for method in (*OF_FORMS, *of_programs):
            if method not in named[row.route]:
                yield row, method
