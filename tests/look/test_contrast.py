"""Text stays readable in both themes: every pair that a page uses has at least 4.5 : 1."""

import pytest

from look.states import MAIL_COLOURS, Tone
from tests.look.colour import THEMES, contrast, of_hex, srgb, tokens

SURFACES = ("house", "stage", "raised", "lifted")
MEANINGS = ("spot", "gold", "gem", "good", "warn", "bad")
ON_FILLS = [
    ("text-on-spot", "spot"),
    ("text-on-spot", "spot-hover"),
    ("text-on-spot", "gold"),
    ("text-on-bad", "bad-fill"),
]
PAIRS = [
    *((text, surface) for text in ("text", "text-quiet") for surface in SURFACES),
    *((f"{meaning}-text", surface) for meaning in MEANINGS for surface in SURFACES),
    *((f"{meaning}-text", f"{meaning}-soft") for meaning in MEANINGS),
    *(("text", f"{meaning}-soft") for meaning in MEANINGS),
    *(("text", wash) for wash in ("wash", "wash-gold", "picked")),
    *ON_FILLS,
]  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_reads_on_its_ground(theme: str, text: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
def test_focus_and_edges_of_controls_are_seen(theme: str, surface: str) -> None:
    colours = tokens(theme)
    assert contrast(colours["focus"], colours[surface]) >= 3
    assert contrast(colours["line-strong"], colours[surface]) >= 3


@pytest.mark.parametrize("tone", MAIL_COLOURS)
def test_mail_chips_read(tone: Tone) -> None:
    text, ground = MAIL_COLOURS[tone]
    assert contrast(of_hex(text), of_hex(ground)) >= 4.5


def test_the_conversion_knows_white_black_and_a_published_red() -> None:
    assert contrast(srgb("oklch(100% 0 0)"), srgb("oklch(0% 0 0)")) == pytest.approx(21, abs=0.01)
    assert srgb("oklch(62.8% 0.2577 29.23)") == pytest.approx((1, 0, 0), abs=0.01)
