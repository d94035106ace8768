"""The house stands as docs/architecture.md draws it."""

import ast

from tests import floors


def test_no_folder_imports_from_its_own_floor_or_above() -> None:
    assert floors.violations() == []


def test_every_folder_has_a_floor() -> None:
    assert floors.folders_without_a_floor() == []


def test_a_step_up_sideways_or_next_door_is_seen() -> None:
    refused = [
        ("ledger", "wallet.models"),
        ("wallet", "live"),
        ("gifts", "fakestripe"),
        ("stack", "django.conf"),
        ("config", "benchmarks.harness"),
    ]
    assert [pair for pair in refused if floors._may_import(*pair)] == []
    assert floors._may_import("gifts", "wallet.models")
    assert floors._may_import("benchmarks", "stack.services")


def test_an_import_inside_a_function_is_seen() -> None:
    tree = ast.parse("def f():\n    import os\n")
    assert floors._hidden(floors.ROOT / "ground" / "x.py", tree) == [
        "ground/x.py:2: an import inside a function"
    ]
