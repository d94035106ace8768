"""Exports, and the script that a stranger verifies them with."""

import ast
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ledger.books import COIN, PLATFORM, LotPart, Operation, Ref, Transfer, request_hash
from ledger.models import Block
from stack.environment import ROOT
from tests.ledger.journeys import fold_everything, gift, post, recharge, seal_everything

pytestmark = pytest.mark.django_db(transaction=True)
ALICE, BOB, CARA = 11, 12, 13
SCRIPT = ROOT / "examples/verify_ledger.py"
_SPEC = spec_from_file_location("verify_ledger", SCRIPT)  # the folder is no package: each file stands alone
assert _SPEC is not None
assert _SPEC.loader is not None
verify_ledger: Any = module_from_spec(_SPEC)
_SPEC.loader.exec_module(verify_ledger)
NEEDS_CARE = 'ключ "gift"\n| 1 COIN 5>6 \\ 𝄞\x7f\u2028'


@pytest.fixture
def exported() -> bytes:
    """Three blocks with every kind of content: spenders and none, many transfers, a fold, text that needs care."""
    post(recharge(ALICE, 100), gift(ALICE, CARA, 30, key=NEEDS_CARE))
    seal_everything()
    post(gift(ALICE, CARA, 1), recharge(BOB, 7), gift(ALICE, BOB, 2, key="gift:second"))
    fold_everything()
    seal_everything()
    hops = [Transfer(COIN, Ref(PLATFORM, "coins.issued"), Ref(BOB, "coins"), n) for n in (1, 2, 10**15)]
    post(Operation(PLATFORM, "many:1", "many", request_hash("many"), hops))
    origin = [LotPart(1, 0, 30), LotPart(3, 7, 1)]
    post(Operation(BOB, "back:1", "back", request_hash("back"), hops[:1], lot=1, origin=origin))
    seal_everything()
    return export()


def export(**blocks: int) -> bytes:
    out = StringIO()
    call_command("ledger_export", stdout=out, **blocks)
    return out.getvalue().encode()


def problems(exported: bytes) -> list[str]:
    verifier = verify_ledger.Verifier()
    verifier.verify(_lines(exported))
    found: list[str] = verifier.problems
    return found


def _lines(exported: bytes) -> Iterator[bytes]:
    """As a file in binary mode gives them: only a line feed ends a line."""
    *whole, rest = exported.split(b"\n")
    yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def run_script(exported: bytes, *arguments: str) -> tuple[int, str]:
    """The script as a stranger runs it: isolated from our code and packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), "-", *arguments], input=exported, capture_output=True
    )
    return done.returncode, done.stdout.decode()


def test_an_export_verifies_and_says_what_it_proved(exported: bytes) -> None:
    code, said = run_script(exported)
    last = Block.objects.order_by("number").last()
    assert last is not None  # three, or more where a transaction of the other test process held one back
    assert (code, said.splitlines()[0]) == (
        0,
        f"VERIFIED: blocks 1 to {last.number}, 8 operations, 19 transfers",
    )
    assert "moved: 1000000000000144 COIN, 3300 DIAMOND, 183 USD" in said
    assert said.splitlines()[-1] == (
        f"hash of block {last.number}, to note for later: {bytes(last.hash).hex()}"
    )


def test_the_script_stands_alone_and_runs_on_old_pythons() -> None:
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert {str(name).split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_a_part_of_the_chain_verifies_by_itself(exported: bytes) -> None:
    assert problems(export(first=2, last=3)) == []
    code, said = run_script(export(first=2, last=2))
    assert (code, said.splitlines()[0]) == (0, "VERIFIED: blocks 2 to 2, 4 operations, 10 transfers")
    assert "block 2 is taken as given: the blocks before it are not here" in said


def test_a_hash_noted_earlier_is_found_or_missed(exported: bytes) -> None:
    noted = bytes(Block.objects.get(number=2).hash).hex()
    code, said = run_script(exported, "--expect-hash", noted)
    assert (code, "block 2 has the hash you noted" in said) == (0, True)
    code, said = run_script(exported, "--expect-hash", "0" * 64)
    assert (code, said.splitlines()[0]) == (1, f"no block here has the hash {'0' * 64}")


def test_no_blocks_no_export(exported: bytes) -> None:
    for first, last in ((0, 1), (3, 2), (1, 4)):
        with pytest.raises(CommandError, match="sealed are 1 to 3"):
            export(first=first, last=last)


def test_an_export_into_a_file_is_the_same(exported: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    call_command("ledger_export", file=str(path), stderr=StringIO())
    assert path.read_bytes() == exported


def test_the_script_hashes_what_the_database_hashes(exported: bytes) -> None:
    rows = [json.loads(line) for line in exported.splitlines()]
    operations = [row for row in rows if "operation" in row]
    assert {row["kind"] for row in operations} == {"recharge", "gift", "fold", "many", "back"}
    assert NEEDS_CARE in {row["key"] for row in operations}
    for row in operations:
        assert verify_ledger.content_hash(row) == row["content_hash"]


# ── Any byte ──


def test_no_byte_can_change_unseen_and_each_names_its_line(exported: bytes) -> None:
    """Each byte of the export, changed to one near it, to one that means something in JSON, or to any other."""
    draw = random.Random(20261122)
    line = 1
    for position, byte in enumerate(exported):
        near = (byte ^ 1, byte ^ 0x20, draw.randrange(256), draw.choice(b'0123456789abcdef "\\,:{}\n\r'))
        other = draw.choice([one for one in near if one != byte])
        changed = exported[:position] + bytes([other]) + exported[position + 1 :]
        assert_line_is_named(changed, line, position)
        line += byte == ord("\n")


def assert_line_is_named(changed: bytes, line: int, position: int) -> None:
    """The first problem is about the line with the changed byte."""
    found = problems(changed)
    assert found, position
    assert found[0].startswith((f"line {line} ", f"line {line}:")), (position, found)


def test_no_line_can_go_come_twice_or_change_places(exported: bytes) -> None:
    lines = list(_lines(exported))
    for n, line in enumerate(lines):
        others = lines[:n] + lines[n + 1 :]
        assert problems(b"".join(others)), n
        assert problems(b"".join([*lines[:n], line, *lines[n:]])), n
        assert n == 0 or problems(b"".join([*others[: n - 1], line, *others[n - 1 :]])), n


def test_an_export_cannot_end_early(exported: bytes) -> None:
    for length in range(0, len(exported), 7):
        code = bool(problems(exported[:length])) if length else run_script(b"")[0]
        assert code, length


def test_a_changed_row_is_named_with_its_key(exported: bytes) -> None:
    changed = exported.replace(b'"key":"gift:second","kind":"gift"', b'"key":"gift:secone","kind":"gift"')
    code, said = run_script(changed)
    assert code == 1
    assert re.fullmatch(
        r'line 8 \(operation \d+, key "gift:secone"\): its content is not what was sealed \(content hash\)\n'
        r"NOT VERIFIED: 1 problem\n",
        said,
    )


def test_what_a_forger_states_anew_breaks_the_block(exported: bytes) -> None:
    """An operation changed together with its content hash."""
    lines = list(_lines(exported))
    row = json.loads(lines[7])
    row["balance"] += 1
    row["content_hash"] = verify_ledger.content_hash(row)
    lines[7] = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    assert problems(b"".join(lines)) == ["block 2: its Merkle root is not that of its operations"]


def test_the_example_in_the_docs_is_true() -> None:
    page = (ROOT / "docs/ledger.md").read_text()
    (example,) = re.findall(r"```jsonl\n(.*?)```", page, re.DOTALL)
    assert problems(example.encode()) == []
    changed = example.replace('"balance":70', '"balance":71')
    code, said = run_script(changed.encode())
    assert (code, f"```\n{said}```" in page) == (1, True)
