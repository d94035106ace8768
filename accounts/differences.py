"""What changed between two versions of a legal document, in a form that people can read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

WORD = re.compile(r"\s+|[^\s]+")
ALIKE = 0.4  # paragraphs that share this much are one that was changed


@dataclass(frozen=True)
class Run:
    """Words that stayed, came or went: `kind` is "same", "added" or "removed"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Passage:
    """One paragraph, heading or point. `kind` is "same", "added", "removed" or "changed"."""

    kind: str
    shape: str  # "heading", "point", "text"
    runs: list[Run] = field(default_factory=list)


def differences(old: str, new: str) -> list[Passage]:
    """Every passage of `new` in order, with what went between them where it stood."""
    before, after = _passages(old), _passages(new)
    found: list[Passage] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_whole("same", text) for text in after[k:m]]
        else:
            found += _changed(before[i:j], after[k:m])
    return found


def only_changes(passages: list[Passage], around: int = 1) -> list[Passage | None]:
    """The changed passages with `around` unchanged ones beside them; None stands for what is left out."""
    near = {
        n + step
        for n, passage in enumerate(passages)
        if passage.kind != "same"
        for step in range(-around, around + 1)
    }
    shown: list[Passage | None] = []
    for n, passage in enumerate(passages):
        if n in near:
            shown.append(passage)
        elif not shown or shown[-1] is not None:
            shown.append(None)
    return shown


def _changed(before: list[str], after: list[str]) -> Iterator[Passage]:
    """Pairs what was reworded, in order; the rest came or went."""
    start = 0
    for text in after:
        match = next((n for n in range(start, len(before)) if _ratio(before[n], text) >= ALIKE), None)
        if match is None:
            yield _whole("added", text)
            continue
        yield from (_whole("removed", gone) for gone in before[start:match])
        yield Passage("changed", _shape(text), list(_runs(before[match], text)))
        start = match + 1
    yield from (_whole("removed", gone) for gone in before[start:])


def _runs(old: str, new: str) -> Iterator[Run]:
    before, after = WORD.findall(_bare(old)), WORD.findall(_bare(new))
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run("same", "".join(after[k:m]))
            continue
        if i < j:
            yield Run("removed", "".join(before[i:j]))
        if k < m:
            yield Run("added", "".join(after[k:m]))


def _ratio(old: str, new: str) -> float:
    if _shape(old) != _shape(new):
        return 0
    return SequenceMatcher(None, WORD.findall(old), WORD.findall(new), autojunk=False).ratio()


def _passages(body: str) -> list[str]:
    """Headings, points and paragraphs, each on one line, with their marks."""
    found: list[str] = []
    for part in body.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.strip().split("\n") if line.strip()]
        if lines and all(line.startswith(("- ", "## ")) for line in lines):
            found += lines
        elif lines:
            found.append(" ".join(lines))
    return found


def _shape(text: str) -> str:
    return "heading" if text.startswith("## ") else "point" if text.startswith("- ") else "text"


def _bare(text: str) -> str:
    return text.removeprefix("## ").removeprefix("- ")


def _whole(kind: str, text: str) -> Passage:
    return Passage(kind, _shape(text), [Run(kind, _bare(text))])
