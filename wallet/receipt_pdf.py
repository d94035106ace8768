"""A receipt as a PDF in our own look (receipt_look/), drawn by typst: nothing is fetched, no system font is used."""

import json
from functools import cache
from pathlib import Path

import typst
from django.http import HttpResponse

from wallet.receipts import ReceiptFacts

LOOK = Path(__file__).resolve().parent / "receipt_look"
LAST_DRAWN = 0x24F  # our fonts draw Latin with all its accents


def drawn(facts: ReceiptFacts) -> bytes:
    """The receipt as a tagged PDF (PDF/UA-1); the same facts give the same bytes."""
    compiler = typst.Compiler(LOOK / "receipt.typ", root=LOOK, font_paths=_fonts(), ignore_system_fonts=True)
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"facts": json.dumps(_words(facts))},
        pdf_standards="ua-1",
        timestamp=int(facts.issued_at.timestamp()),
    )
    assert isinstance(pdf, bytes), "one file"
    return pdf


def pdf_answer(facts: ReceiptFacts) -> HttpResponse:
    """The file, to save under its number."""
    answer = HttpResponse(drawn(facts), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{facts.file_name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _words(facts: ReceiptFacts) -> dict[str, object]:
    return {
        "title": f"Receipt {facts.code}",
        "heading": "Receipt",
        "subtitle": f"{facts.coins:,} coins, paid on {facts.paid_at:%-d %B %Y}",
        "number": facts.code,
        "seller": [_drawable(line) for line in facts.seller],
        "buyer": [_drawable(facts.buyer[0]) or f"@{facts.buyer_handle}", *facts.buyer[1:]],
        "lines": [{"kind": line.kind, "words": line.words, "amount": line.amount} for line in facts.lines],
        "rows": [[name, value] for name, value in facts.rows],
        "footer": f"Issued electronically; valid without a signature. {facts.policy}",
        "address": facts.code,
    }


def _drawable(text: str) -> str:
    """Text that our fonts can draw; what they cannot is left out rather than drawn as boxes."""
    return "".join(letter for letter in text if ord(letter) <= LAST_DRAWN).strip()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[LOOK / "fonts"])
