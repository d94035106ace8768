"""The picture beside a link on other networks: 1200 × 630, the house's stage, a face, two lines of words."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from PIL import Image, ImageColor, ImageDraw, ImageFont

from look import raster
from look.portraits import evening_of, figure, lamp_of, motif_shapes

SIZE: Final = (1200, 630)
FINE: Final = 2  # drawn so much larger, then made smaller: smooth edges
FACE_PX: Final = 300
HOUSE, INK, PALE, QUIET = "#170d20", "#1d1526", "#fbf6ff", "#d9cbe6"
CORAL, GOLD = "#ff764f", "#f4bd3f"
MARK: Final = (
    f'<g fill="none" stroke="{CORAL}" stroke-width="3.1" stroke-linecap="round">'
    '<path d="M5.02 8.31A13.4 13.4 0 1 0 26.98 8.31"/><path d="M7.6 13.4A8.9 8.9 0 1 0 24.4 13.4"/>'
    '<path d="M11.7 17.4A4.5 4.5 0 0 0 20.3 17.4"/>'
    f'<circle cx="16" cy="12.6" r="2.3" fill="{GOLD}" stroke="none"/></g>'
)
TEXT_LEFT, TEXT_WIDTH = 440, 690
FONTS: Final = Path(settings.BASE_DIR) / "static" / "fonts"
ELLIPSIS: Final = "…"


@dataclass(frozen=True)
class ShareCard:
    """What one card says and shows."""

    title: str  # falls back to `byline` where our fonts have none of its letters
    byline: str
    label: str  # a word above the title: "Creator", "Live now"
    face_seed: str
    face: bytes = b""  # an uploaded avatar; empty: the drawn portrait
    cover_seed: str = ""
    motif: str = ""  # with it, the cover's motif stands behind the words

    def png(self) -> bytes:
        """Draw the card."""
        picture = _stage(self.face_seed)
        if self.motif:
            _motif(picture, self.cover_seed, self.motif)
        picture.alpha_composite(_round_face(self), (100 * FINE, 165 * FINE))
        small = picture.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS, reducing_gap=2.0)
        _words(small, self)
        out = BytesIO()
        small.save(out, "PNG")  # optimize=True takes ten times as long to save a twentieth
        return out.getvalue()


def portrait(seed: str, edge_px: int) -> Image.Image:
    """The drawn portrait of `seed` in pixels (RGBA)."""
    ground, light, *_ = evening_of(seed)
    picture = Image.new("RGBA", (edge_px, edge_px), ground)
    _glow(picture, light, (lamp_of(seed) * edge_px // 100, edge_px // 12), round(edge_px * 1.05))
    raster.draw(picture, figure(seed), scale=edge_px / 96)
    return picture


def emblem(seed: str, motif: str, edge_px: int) -> Image.Image:
    """A motif under the stage light of `seed`, square (RGBA)."""
    ground, light, *_ = evening_of(seed, "cover")
    picture = Image.new("RGBA", (edge_px, edge_px), ground)
    _glow(picture, light, (edge_px // 2, edge_px // 8), edge_px)
    raster.draw(picture, motif_shapes(seed, motif), scale=edge_px / 360, left=-140 * edge_px / 360)
    return picture


def _stage(seed: str) -> Image.Image:
    width, height = SIZE[0] * FINE, SIZE[1] * FINE
    ground, light, *_ = evening_of(seed)
    picture = Image.new("RGBA", (width, height), HOUSE)
    shade = Image.linear_gradient("L").resize((width, height))
    picture.paste(Image.new("RGBA", (width, height), ground), mask=shade)
    _glow(picture, light, (250 * FINE, 120 * FINE), 620 * FINE)
    raster.draw(picture, MARK, scale=1.5 * FINE, left=58 * FINE, top=540 * FINE)
    return picture


def _glow(picture: Image.Image, colour: str, centre: tuple[int, int], radius: int) -> None:
    away = Image.radial_gradient("L").point(lambda value: max(0, 255 - value * 255 // 179))  # 179 at the edge
    mask = away.resize((2 * radius, 2 * radius), Image.Resampling.BILINEAR)
    lit = Image.new("RGBA", mask.size, ImageColor.getrgb(colour))
    picture.paste(lit, (centre[0] - radius, centre[1] - radius), mask)


def _motif(picture: Image.Image, seed: str, motif: str) -> None:
    layer = Image.new("RGBA", picture.size)
    raster.draw(layer, motif_shapes(seed, motif), scale=1.55 * FINE, left=330 * FINE, top=60 * FINE)
    layer.putalpha(layer.getchannel("A").point(lambda alpha: alpha * 22 // 100))
    picture.alpha_composite(layer)


def _round_face(card: ShareCard) -> Image.Image:
    edge = FACE_PX * FINE
    if card.face:
        with Image.open(BytesIO(card.face), formats=["WEBP"]) as uploaded:
            face = uploaded.convert("RGBA").resize((edge, edge), Image.Resampling.LANCZOS)
    else:
        face = portrait(card.face_seed, edge)
    ring = 8 * FINE
    framed = Image.new("RGBA", (edge, edge))
    pen = ImageDraw.Draw(framed)
    pen.ellipse((0, 0, edge - 1, edge - 1), fill=PALE)
    hole = Image.new("L", (edge, edge))
    ImageDraw.Draw(hole).ellipse((ring, ring, edge - 1 - ring, edge - 1 - ring), fill=255)
    framed.paste(face, mask=hole)
    return framed


def _words(picture: Image.Image, card: ShareCard) -> None:
    pen = ImageDraw.Draw(picture)
    title = _writable(card.title, _display(72)) or card.byline
    size, lines = _fitted(title)
    top = 315 - (len(lines) * size * 1.12 + 96) / 2
    pen.text((TEXT_LEFT, top), _writable(card.label, _text(26)).upper(), font=_text(26), fill=GOLD)
    top += 44
    for line in lines:
        pen.text((TEXT_LEFT, top), line, font=_display(size), fill=PALE)
        top += size * 1.12
    byline = _cut(_writable(card.byline, _text(34)), _text(34))
    pen.text((TEXT_LEFT, top + 16), byline, font=_text(34), fill=QUIET)
    pen.text((120, 541), "Ovation", font=_display(36), fill=PALE)


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title needs two lines at most; the last line is cut if none does."""
    for size in (84, 72, 60, 50):
        lines = _wrapped(title, size)
        if len(lines) <= 2:
            return size, lines
    return 50, [lines[0], _cut(" ".join(lines[1:]), _display(50))]


def _wrapped(text: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _display(size).getlength(longer) > TEXT_WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_cut(line, _display(size)) for line in lines]


def _cut(text: str, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(text) <= TEXT_WIDTH:
        return text
    while text and font.getlength(text + ELLIPSIS) > TEXT_WIDTH:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _writable(text: str, font: ImageFont.FreeTypeFont) -> str:
    """The text without what our fonts cannot write (they hold the Latin letters)."""
    none = bytes(font.getmask("\U000f0000"))
    return " ".join("".join(c for c in text if c == " " or bytes(font.getmask(c)) != none).split())


@cache
def _display(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / "bricolage-latin.woff2", size)


@cache
def _text(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / "inter-latin.woff2", size)
