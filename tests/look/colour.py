"""Colours as browsers compute them: tokens.css read as text, OKLCH to sRGB, WCAG contrast."""

import math
import re
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[2] / "static/css/tokens.css"
THEMES = ("light", "dark")
Rgb = tuple[float, float, float]


def tokens(theme: str) -> dict[str, Rgb]:
    """Every opaque colour of tokens.css in `theme`, as sRGB in 0…1."""
    declared = re.findall(r"--([\w-]+):\s*((?:light-dark|oklch)\(.*?\));", TOKENS.read_text())
    colours = {name: _in_theme(value, theme) for name, value in declared}
    return {name: srgb(value) for name, value in colours.items() if "/" not in value}


def _in_theme(value: str, theme: str) -> str:
    both = re.findall(r"oklch\([^)]*\)", value)
    return str(both[0] if theme == "light" or len(both) == 1 else both[1])


def srgb(oklch: str) -> Rgb:
    """One `oklch(L% C H)` in sRGB, cut to the gamut (CSS Color 4, section 10; matrices by B. Ottosson)."""
    lightness, chroma, hue = (float(part.rstrip("%")) for part in oklch[6:-1].split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    lightness /= 100
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (_encode(min(1.0, max(0.0, part))) for part in linear)
    return red, green, blue


def of_hex(text: str) -> Rgb:
    """`#ff764f` in 0…1."""
    red, green, blue = (int(text[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The WCAG 2 contrast of two colours, 1…21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _encode(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
