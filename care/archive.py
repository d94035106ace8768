"""A person's data as one ZIP: JSON and CSV of each part, the files they uploaded, and a page that reads it offline.

Everything is streamed: memory stays the same however much there is. What must be written side by side goes through
temporary files, because a ZIP takes one member at a time.
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from shutil import copyfileobj
from typing import IO, Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

from accounts.hooks import ExportPart

SHOWN_ROWS = 200  # of a part on the page; all of them are in its CSV and JSON
TICK_ROWS = 500
# A spreadsheet takes a text that begins like this for a formula, and others' names may be in it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class WrittenPart:
    """One part as it stands in the ZIP."""

    name: str
    about: str
    rows: int

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("-", " ").capitalize()


class Archive:
    """The ZIP while it is written to `target`. A context manager: what it keeps beside goes at the end."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._tables = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed by __exit__)
        self._parts: list[WrittenPart] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tables.close()
        self._zip.close()

    def add_part(self, part: ExportPart, tick: Callable[[int], None]) -> None:
        """Write all rows of a part; `tick` hears how many more were written, now and then."""
        rows = iter(part.rows)
        first = next(rows, None)
        everything: Iterable[Mapping[str, object]] = rows if first is None else chain([first], rows)
        columns = [] if first is None else list(first)
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as table:
            written = self._write(part.name, columns, everything, table, tick)
            if columns:
                table.seek(0)
                self._copy(f"data/{part.name}.csv", table)
        self._parts.append(WrittenPart(part.name, part.about, written))

    def add_file(self, name: str, content: IO[bytes]) -> None:
        """Write one file under `files/`."""
        with self._zip.open(f"files/{name}", "w", force_zip64=True) as member:
            copyfileobj(content, member)

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the page and the note beside it, and close the ZIP."""
        words = {**facts, "parts": self._parts, "shown": SHOWN_ROWS}
        head, tail = render_to_string("care/export/index.html", words).split("<!-- tables -->")
        with self._zip.open("index.html", "w", force_zip64=True) as member:
            member.write(head.encode())
            self._tables.seek(0)
            while text := self._tables.read(65_536):
                member.write(text.encode())
            member.write(tail.encode())
        self._zip.writestr("README.txt", render_to_string("care/export/readme.txt", words))

    def _write(
        self,
        name: str,
        columns: list[str],
        rows: Iterable[Mapping[str, object]],
        table: IO[str],
        tick: Callable[[int], None],
    ) -> int:
        """JSON into the ZIP, CSV into `table`, the first rows into the page; how many rows it were."""
        sheet = csv.DictWriter(table, columns)
        sheet.writeheader()
        count = 0
        self._begin_table(name, columns)
        with self._zip.open(f"data/{name}.json", "w", force_zip64=True) as member:
            member.write(b"[")
            for count, row in enumerate(rows, 1):
                member.write((",\n" if count > 1 else "\n").encode() + as_json(row).encode())
                sheet.writerow({column: as_cell(value) for column, value in row.items()})
                if count <= SHOWN_ROWS:
                    self._tables.write(_line(row.values()))
                if count % TICK_ROWS == 0:
                    tick(TICK_ROWS)
            member.write(b"\n]\n")
        tick(count % TICK_ROWS)
        self._end_table(name, columns, count)
        return count

    def _begin_table(self, name: str, columns: list[str]) -> None:
        title = WrittenPart(name, "", 0).title
        self._tables.write(format_html('<section id="{}"><h2>{}</h2>', name, title))
        if columns:
            heads = format_html_join("", '<th scope="col">{}</th>', ((c.replace("_", " "),) for c in columns))
            self._tables.write(
                format_html("<div class=scroll><table><thead><tr>{}</tr></thead><tbody>", heads)
            )

    def _end_table(self, name: str, columns: list[str], count: int) -> None:
        if not columns:
            self._tables.write("<p>Nothing is kept here.</p></section>")
            return
        self._tables.write("</tbody></table></div>")
        rest = f"The first {SHOWN_ROWS} of {count:,} rows. " if count > SHOWN_ROWS else ""
        link = f"data/{name}"
        words = '<p>{}All of it: <a href="{}.csv">CSV</a>, <a href="{}.json">JSON</a>.</p></section>'
        self._tables.write(format_html(words, rest, link, link))

    def _copy(self, name: str, text: IO[str]) -> None:
        with self._zip.open(name, "w", force_zip64=True) as member:
            copyfileobj(text, io.TextIOWrapper(member, encoding="utf-8", newline="", write_through=True))


def as_json(row: Mapping[str, object]) -> str:
    """One row as JSON: times as ISO 8601, ids as text."""
    return json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)


def as_cell(value: object) -> str:
    """One value as a cell that no spreadsheet takes for a formula."""
    text = _words(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return str(value)


def _line(values: Iterable[object]) -> str:
    return format_html("<tr>{}</tr>\n", format_html_join("", "<td>{}</td>", ((_words(v),) for v in values)))
