"""Bars as SVG, in the house's colours, light or dark as the reader's page, readable on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, ROW, BAR = 440, 42, 12  # at 390 px the text is still 12.4 px high
STYLE = """
  text { font: 14px Inter, system-ui, -apple-system, "Segoe UI", sans-serif; fill: #2d2536; }
  .figure { font-variant-numeric: tabular-nums; font-weight: 600; }
  .quiet { fill: #6d6577; font-size: 13px; font-weight: 400; }
  .ours { fill: #f97c52; } .other { fill: #b9b1c4; } .ground { fill: #efeaf3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f5f1f8; } .quiet { fill: #b3abbd; } .other { fill: #7d7489; } .ground { fill: #332a3d; }
  }
"""


@dataclass(frozen=True)
class Bar:
    """One line: what it is, how long the bar is, and the figure in words."""

    label: str
    value: float
    figure: str
    note: str = ""
    is_ours: bool = False


def bars(title: str, rows: Sequence[Bar]) -> str:
    """The chart as the text of an SVG file; the longest bar takes the whole width."""
    longest = max(row.value for row in rows)
    height = 34 + ROW * len(rows)
    words = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(f"{title}. {words}", {chr(34): "&quot;"})}">',
        f"<style>{STYLE}</style>",
        f'<text x="0" y="16" class="figure">{escape(title)}</text>',
    ]
    for number, row in enumerate(rows):
        lines += _row(34 + ROW * number, row, longest)
    return "\n".join([*lines, "</svg>", ""])


def _row(y: int, row: Bar, longest: float) -> list[str]:
    length = max(2.0, WIDTH * row.value / longest) if longest else 2.0
    colour = "ours" if row.is_ours else "other"
    note = f'<tspan class="quiet"> {escape(row.note)}</tspan>' if row.note else ""
    return [
        f'<text x="0" y="{y + 13}">{escape(row.label)}</text>',
        f'<text x="{WIDTH}" y="{y + 13}" text-anchor="end" class="figure">{escape(row.figure)}{note}</text>',
        f'<rect x="0" y="{y + 19}" width="{WIDTH}" height="{BAR}" rx="6" class="ground"/>',
        f'<rect x="0" y="{y + 19}" width="{length:.1f}" height="{BAR}" rx="6" class="{colour}"/>',
    ]
