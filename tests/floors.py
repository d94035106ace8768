"""Who may import whom: a folder imports only from folders on lines below its own, and only at the top of a file.

`python -m tests.floors` prints what breaks this; test_architecture.py makes it a failing test.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From top to bottom. Folders on one line do not know each other.
FLOORS = (
    ("config",),
    ("demo",),
    ("backoffice", "gateway"),
    ("care",),
    ("payouts",),
    ("gifts",),
    ("wallet", "live"),
    ("accounts", "provider"),
    ("ledger", "events", "look"),
    ("ground",),
)
# Programs of their own beside the house: they import nothing of it, and nothing of it imports them.
APART = ("fakestripe", "stack", "examples")
# Above all of it, like the tests: they may import everything, and nobody imports them.
ABOVE = ("prove", "benchmarks")
LEVEL = {folder: number for number, floor in enumerate(FLOORS) for folder in floor}
OUTSIDERS_WITHOUT_DJANGO = ("stack", "fakestripe")


def violations() -> list[str]:
    """This will name every import that goes up, sideways, next door, or hides inside a function."""
    found: list[str] = []
    for folder in (*LEVEL, *APART, *ABOVE):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(), str(path))
            found += _wrong_ways(folder, path, tree)
            found += _hidden(path, tree)
    return found


def folders_without_a_floor() -> list[str]:
    """This will name Python folders of the checkout that nobody has given a place."""
    known = {*LEVEL, *APART, *ABOVE, "tests", "docs"}
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    return sorted(folders - known)


def _wrong_ways(folder: str, path: Path, tree: ast.Module) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {folder} imports {module}"
        for line, module in _imports(tree)
        if not _may_import(folder, module)
    ]


def _may_import(folder: str, module: str) -> bool:
    target = module.split(".")[0]
    if folder in OUTSIDERS_WITHOUT_DJANGO and target == "django":
        return False
    if target == folder or target not in {*LEVEL, *APART, *ABOVE}:
        return True
    if target in ABOVE or folder in ABOVE:
        return folder in ABOVE
    if target in APART or folder in APART:
        return False
    return LEVEL[target] > LEVEL[folder]


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module


def _hidden(path: Path, tree: ast.Module) -> list[str]:
    # Django allows models to be imported only once every app is loaded, and calls AppConfig.ready() then.
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not (path.name == "apps.py" and node.name == "ready")
    ]
    lines = {
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return [f"{path.relative_to(ROOT)}:{line}: an import inside a function" for line in sorted(lines)]


if __name__ == "__main__":
    broken = [
        *violations(),
        *(f"{folder}/ has no floor in tests/floors.py" for folder in folders_without_a_floor()),
    ]
    print("\n".join(broken))  # noqa: T201 (this is the report)
    sys.exit(1 if broken else 0)
