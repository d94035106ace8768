#!/usr/bin/env python3
"""Verify an export of Ovation's books offline, with nothing but Python (3.8 or newer).

    python3 verify_ledger.py export.jsonl [--expect-hash HASH]...

An export is made by `manage.py ledger_export`: JSON lines, a header, then each block followed by its operations. This
script recomputes every operation's content hash, every block's Merkle root, totals and hash, and the chain of blocks.
Each problem is one line that names the row. Exit code 0: everything holds; 1: something does not; 2: not run.

A whole export can be forged anew from its first block on. What cannot be forged is a block hash that somebody noted
earlier: name it with --expect-hash, and everything up to that block is proven to be what it was then.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

FORMAT, VERSION = "ovation-ledger-export", 1
LARGEST_AMOUNT = 10**15
MOST_PRINTED = 200
HEADER = {"format": "text", "version": "whole", "from": "whole", "to": "whole"}
BLOCK = {
    "block": "whole", "epoch": "whole", "previous_hash": "hash", "merkle_root": "hash", "first_watermark": "whole",
    "watermark": "whole", "operations": "whole", "transfers": "whole", "totals": "totals", "rate_version": "whole",
    "sealed_at": "whole", "hash": "hash",
}  # fmt: skip
OPERATION = {
    "operation": "whole", "holder": "whole", "key": "text", "kind": "text", "request_hash": "hex", "payer": "whole?",
    "spends": "flag", "balance": "whole?", "at": "whole", "lot": "whole?", "origin": "origin?",
    "transfers": "transfers", "content_hash": "hash",
}  # fmt: skip
UNIT = re.compile(r"COIN|DIAMOND|[A-Z]{3}")
HASH = re.compile(r"[0-9a-f]{64}")
HEX = re.compile(r"([0-9a-f]{2})*")


# What the hashes are taken over. docs/ledger.md, "Sealing", says the same in words.


def content_hash(operation: dict[str, Any]) -> str:
    """SHA-256 over an operation's canonical text. Free text carries its length in characters."""
    key, kind = operation["key"], operation["kind"]
    fields = [
        operation["operation"],
        operation["holder"],
        f"{len(key)}:{key}",
        f"{len(kind)}:{kind}",
        operation["request_hash"],
        _or_empty(operation["payer"]),
        "true" if operation["spends"] else "false",
        _or_empty(operation["balance"]),
        operation["at"],
        _or_empty(operation["lot"]),
        "" if operation["origin"] is None else json.dumps(operation["origin"]),  # [[1, 2, 3], [4, 5, 6]]
    ]
    moved = [f"{unit} {amount} {debit}>{credit}" for unit, amount, debit, credit in operation["transfers"]]
    return hashlib.sha256("|".join([*map(str, fields), *moved]).encode()).hexdigest()


def block_hash(block: dict[str, Any]) -> str:
    """SHA-256 over a block's canonical text: all its fields but the hash itself."""
    totals = ",".join(f"{unit} {amount}" for unit, amount in sorted(block["totals"].items()))
    fields = ["block"] + [totals if name == "totals" else block[name] for name in BLOCK if name != "hash"]
    return hashlib.sha256("|".join(map(str, fields)).encode()).hexdigest()


class MerkleTree:
    """The root over leaves as they come (RFC 6962): leaves are hashed behind a byte 0, nodes behind a byte 1."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []  # whole subtrees from left to right: height, hash

    def add(self, leaf: str) -> None:
        """Add the next leaf, a content hash."""
        height, node = 0, hashlib.sha256(b"\0" + bytes.fromhex(leaf)).digest()
        while self.peaks and self.peaks[-1][0] == height:
            node = _node(self.peaks.pop()[1], node)
            height += 1
        self.peaks.append((height, node))

    def root(self) -> str:
        """The root over all leaves so far."""
        root = b""
        for _, peak in reversed(self.peaks):
            root = _node(peak, root) if root else peak
        return root.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _or_empty(value: int | None) -> str:
    return "" if value is None else str(value)


# Reading a line. Every byte counts: there is one way to write a row, and any other is a problem.


class Unreadable(Exception):
    """A line that is not a row of an export."""


def read_row(line: bytes) -> dict[str, Any]:
    """The row on a line.

    Raises:
        Unreadable: it is no JSON, not written in the one way, or not of the shape of a header, block or operation.
    """
    if not line.endswith(b"\n"):
        raise Unreadable("the file ends in the middle of this line")
    try:
        text = line[:-1].decode("utf-8")
        row: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON ({error})") from None
    shape = next(
        (s for s in (OPERATION, BLOCK, HEADER) if isinstance(row, dict) and list(row) == list(s)), None
    )
    if shape is None:
        raise Unreadable("it has not the fields of a header, a block or an operation")
    for name, kind in shape.items():
        if not _fits(row[name], kind):
            raise Unreadable(f"{name} is not what it must be: {_shown(row[name])}")
    if json.dumps(row, ensure_ascii=False, separators=(",", ":")) != text:
        raise Unreadable("it is not written in the one way an export is written")
    return row


def _fits(value: Any, kind: str) -> bool:
    if kind == "whole?":
        return value is None or type(value) is int
    if kind == "whole":
        return type(value) is int
    if kind == "flag":
        return type(value) is bool
    if kind == "origin?":
        return value is None or (isinstance(value, list) and all(map(_is_range, value)))
    if kind == "transfers":
        return isinstance(value, list) and bool(value) and all(map(_is_transfer, value))
    if kind == "totals":
        return isinstance(value, dict) and list(value) == sorted(value) and all(map(_is_total, value.items()))
    pattern = {"hash": HASH, "hex": HEX}.get(kind)
    return isinstance(value, str) and (pattern is None or bool(pattern.fullmatch(value)))


def _is_transfer(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4 and isinstance(value[0], str) and _are_whole(value[1:])


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and _are_whole(value)


def _is_total(item: tuple[Any, Any]) -> bool:
    return isinstance(item[0], str) and _are_whole([item[1]])


def _are_whole(values: Iterable[Any]) -> bool:
    return all(type(value) is int for value in values)


def _shown(value: Any) -> str:
    """A value for a person to read: ASCII, on one line, not endless."""
    text = json.dumps(value)
    return text if len(text) <= 120 else text[:117] + "..."


# Going through the rows.


class OpenBlock:
    """The block whose operations are being read, and what they add up to."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.tree = MerkleTree()
        self.operations = self.transfers = self.unreadable = self.last_id = 0
        self.totals: dict[str, int] = {}

    def take(self, operation: dict[str, Any]) -> None:
        """Count an operation in."""
        self.operations += 1
        self.transfers += len(operation["transfers"])
        for unit, amount, _, _ in operation["transfers"]:
            self.totals[unit] = self.totals.get(unit, 0) + amount
        self.tree.add(operation["content_hash"])

    def problems(self) -> Iterator[str]:
        """What does not agree with what the block says, now that all its operations were read."""
        said = self.row
        if self.unreadable:
            yield f"its operations cannot be checked, {self.unreadable} of its lines cannot be read"
            return
        if self.operations != said["operations"]:
            yield f"it says {said['operations']} operations, {self.operations} follow"
        if self.transfers != said["transfers"]:
            yield f"it says {said['transfers']} transfers, its operations have {self.transfers}"
        if self.totals != said["totals"]:
            yield "it says it moved {}, its operations moved {}".format(
                _shown(said["totals"]),
                _shown(self.totals),
            )
        if self.tree.root() != said["merkle_root"]:
            yield "its Merkle root is not that of its operations"


class Verifier:
    """Takes the lines one by one; `problems` names what is wrong, a line each."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.header: dict[str, Any] = {}
        self.block: OpenBlock | None = None
        self.block_is_lost = False  # its line could not be read
        self.last: dict[str, Any] | None = None  # the block row before, if it could be read
        self.first_number = self.next_number = 0  # 0: no block yet
        self.operations = self.transfers = 0
        self.totals: dict[str, int] = {}
        self.units: dict[int, str] = {}  # of each account
        self.hashes: dict[str, int] = {}  # block numbers

    def verify(self, lines: Iterable[bytes]) -> None:
        """Go through the whole export."""
        for number, line in enumerate(lines, 1):
            try:
                row = read_row(line)
            except Unreadable as problem:
                self._lose(number, line, str(problem))
                continue
            if "operation" in row:
                self._take_operation(number, row)
            elif "block" in row:
                self._take_block(number, row)
            else:
                self._take_header(number, row)
        self._close_block()
        said = (self.header.get("from"), self.header.get("to"))
        if self.header and said != (self.first_number, self.next_number - 1):
            there = f"{self.first_number} to {self.next_number - 1}" if self.first_number else "none"
            self._say(1, "", f"it says blocks {said[0]} to {said[1]}, here are {there}")

    def _take_header(self, number: int, row: dict[str, Any]) -> None:
        if number != 1 or (row["format"], row["version"]) != (FORMAT, VERSION):
            self._say(number, "", f"a header must be the first line, and name {FORMAT} {VERSION}")
            return
        self.header = row

    def _take_block(self, number: int, row: dict[str, Any]) -> None:
        self._close_block()
        name = f"block {row['block']}"
        if block_hash(row) != row["hash"]:
            self._say(number, name, "its hash is not the hash of what it says")
        if number == 1:
            self._say(number, name, "an export begins with a header")
        if self.next_number and row["block"] != self.next_number:
            self._say(number, name, f"block {self.next_number} must be here")
        for problem in self._chain_problems(row):
            self._say(number, name, problem)
        self.block, self.block_is_lost, self.last, self.next_number = (
            OpenBlock(row),
            False,
            row,
            row["block"] + 1,
        )
        self.first_number = self.first_number or row["block"]
        self.hashes[row["hash"]] = row["block"]

    def _chain_problems(self, row: dict[str, Any]) -> Iterator[str]:
        before = self.last
        if row["block"] == 1:
            before = {"hash": "0" * 64, "watermark": 0, "epoch": 1}
        if row["watermark"] <= row["first_watermark"]:
            yield "it ends where it begins"
        if before and row["previous_hash"] != before["hash"]:
            yield "the hash it names is not that of the block before it"
        if before and row["first_watermark"] != before["watermark"]:
            yield "it does not begin where the block before it ends"
        if before and row["epoch"] < before["epoch"]:
            yield "its epoch is older than that of the block before it"

    def _take_operation(self, number: int, row: dict[str, Any]) -> None:
        name = f"operation {row['operation']}, key {_shown(row['key'])}"
        if content_hash(row) != row["content_hash"]:
            self._say(number, name, "its content is not what was sealed (content hash)")
        for transfer in row["transfers"]:
            for problem in self._transfer_problems(*transfer):
                self._say(number, name, problem)
            self.totals[transfer[0]] = self.totals.get(transfer[0], 0) + transfer[1]
        self.operations += 1
        self.transfers += len(row["transfers"])
        if self.block is None:
            if not self.block_is_lost:
                self._say(number, name, "it stands in no block")
            return
        if row["operation"] <= self.block.last_id:
            self._say(number, name, f"it does not come after operation {self.block.last_id}")
        self.block.last_id = row["operation"]
        self.block.take(row)

    def _transfer_problems(self, unit: str, amount: int, debit: int, credit: int) -> Iterator[str]:
        if not UNIT.fullmatch(unit):
            yield f"no such unit: {_shown(unit)}"
        if not 0 < amount <= LARGEST_AMOUNT:
            yield f"a transfer of {amount} {unit}"
        if debit == credit:
            yield f"a transfer from account {debit} to itself"
        for account in (debit, credit):
            known = self.units.setdefault(account, unit)
            if known != unit:
                yield f"a transfer of {unit} touches account {account}, which holds {known}"

    def _close_block(self) -> None:
        if self.block is not None:
            for problem in self.block.problems():
                self.problems.append(f"block {self.block.row['block']}: {problem}")
        self.block = None

    def _lose(self, number: int, line: bytes, problem: str) -> None:
        """Note a line that cannot be read, and go on so that nothing else is blamed for it."""
        text = line.decode("utf-8", "replace")
        begins_block = '"merkle_root"' in text or '"previous_hash"' in text
        block = re.match(r'\{"block":(\d+)', text)
        operation = re.match(r'\{"operation":(\d+),"holder":-?\d+,"key":("(?:[^"\\]|\\.)*")', text)
        there = int(block.group(1)) if block else self.next_number
        name = f"block {there}" if begins_block else ""
        if operation:
            name = f"operation {operation.group(1)}, key {operation.group(2)}"
        self._say(number, name, problem)
        if self.block is not None and (operation or not begins_block):
            self.block.unreadable += 1
        if begins_block:
            self._close_block()
            self.last, self.next_number, self.block_is_lost = None, there + 1, True
            self.first_number = self.first_number or there

    def _say(self, number: int, name: str, problem: str) -> None:
        self.problems.append(f"line {number}{f' ({name})' if name else ''}: {problem}")


def main(arguments: list[str] | None = None) -> int:
    """Verify the file named on the command line; the exit code."""
    parser = argparse.ArgumentParser(description="Verify an export of Ovation's books.")
    parser.add_argument("export", help="a file made by manage.py ledger_export, or - for standard input")
    parser.add_argument(
        "--expect-hash", action="append", default=[], help="a block hash that you noted earlier"
    )
    options = parser.parse_args(arguments)
    verifier = Verifier()
    try:
        with sys.stdin.buffer if options.export == "-" else open(options.export, "rb") as lines:
            verifier.verify(lines)
    except OSError as error:
        parser.error(str(error))
    problems = verifier.problems
    if not verifier.hashes and not problems:
        problems.append("there is no block in this file")
    for expected in options.expect_hash:
        if expected not in verifier.hashes:
            problems.append(f"no block here has the hash {expected}")
    for problem in problems[:MOST_PRINTED]:
        print(problem)
    if problems:
        print(f"NOT VERIFIED: {len(problems)} problem{'' if len(problems) == 1 else 's'}")
        return 1
    print(_summary(verifier, options.expect_hash))
    return 0


def _summary(verifier: Verifier, expected: list[str]) -> str:
    last = verifier.last
    assert last is not None
    moved = ", ".join(f"{amount} {unit}" for unit, amount in sorted(verifier.totals.items()))
    lines = [
        f"VERIFIED: blocks {verifier.first_number} to {last['block']}, {verifier.operations} operations, "
        f"{verifier.transfers} transfers",
        f"moved: {moved}",
    ]
    if verifier.first_number > 1:
        lines.append(f"block {verifier.first_number} is taken as given: the blocks before it are not here")
    lines += [f"block {verifier.hashes[known]} has the hash you noted" for known in expected]
    lines.append(f"hash of block {last['block']}, to note for later: {last['hash']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
