"""Portraits and covers drawn from a seed: the same seed always gives the same drawing, no photo of anyone."""

import hashlib
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from look.covers import MOTIFS

# (ground, ground end, figure, figure shade, accent): stage light on one of eight evenings
EVENINGS: Final = (
    ("#2b1745", "#ff7a52", "#ffd9c2", "#f7a883", "#f4bd3f"),
    ("#0f2f57", "#45c4ef", "#d8f4ff", "#8bd0f0", "#ffd166"),
    ("#3a1152", "#b06cf5", "#f0dcff", "#c79af3", "#6fe0c9"),
    ("#4a1230", "#f2557f", "#ffdce3", "#f59aae", "#ffcf5c"),
    ("#103a35", "#37c08c", "#d5f7e6", "#7fd8b3", "#ff8a5b"),
    ("#40210d", "#f0a02e", "#ffeccb", "#f3c57c", "#7ab8ff"),
    ("#1b1f5e", "#7f8cff", "#dfe3ff", "#a7b0fb", "#ff9d7a"),
    ("#33123f", "#e85fc0", "#ffdcf4", "#eea1d8", "#8be0ff"),
)
HAIR: Final = (
    "M26 45C22 20 74 20 70 45 66 34 56 33 48 33S30 34 26 45Z",
    "M24 58C16 18 80 18 72 58 70 46 66 38 58 35 46 42 34 40 30 42 27 46 25 52 24 58Z",
    "M27 42C24 24 38 17 48 18 62 16 74 25 69 43 64 33 58 37 50 31 42 37 33 33 27 42Z",
    "M28 40C26 30 32 22 40 24 42 16 56 15 58 23 68 21 72 31 68 41 60 33 36 32 28 40Z",
    "M22 66C16 14 80 14 74 66 69 60 68 50 66 42 56 40 44 34 40 30 36 38 31 40 30 44 29 52 27 60 22 66Z",
    "M29 38C32 18 64 18 67 38 60 30 36 30 29 38Z",
)
MASKS: Final = (
    '<path d="M33 47c5-4 11-4 15 0 4-4 10-4 15 0 0 8-10 10-15 4-5 6-15 4-15-4Z" fill="{accent}"/>',
    '<g fill="none" stroke="{ink}" stroke-width="2.4"><circle cx="40" cy="48" r="6.5"/>'
    '<circle cx="56" cy="48" r="6.5"/><path d="M46.5 48h3"/></g>',
    "",
    "",
    '<path d="M61 28l2.4 5 5.6.8-4 4 1 5.5-5-2.6-5 2.6 1-5.5-4-4 5.6-.8Z" fill="{accent}"/>',
    '<path d="M34 60.5c3 2 6 2 6 0M56 60.5c3 2 6 2 6 0" stroke="{accent}" stroke-width="4" stroke-linecap="round"/>',
)
MOUTHS: Final = (
    '<path d="M42 59q6 6 12 0" fill="none" stroke="{ink}" stroke-width="2.6" stroke-linecap="round"/>',
    '<path d="M42 58q6 8 12 0Z" fill="{ink}"/>',
    '<path d="M44 60h8" stroke="{ink}" stroke-width="2.6" stroke-linecap="round"/>',
)


def avatar_svg(seed: str) -> str:
    """Draw the portrait of `seed`: a figure in stage light, 96 × 96."""
    dice = hashlib.sha256(f"avatar:{seed}".encode()).digest()
    ground, light, *_ = EVENINGS[dice[0] % len(EVENINGS)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
        f'<defs><radialGradient id="g" cx=".{lamp_of(seed):02d}" cy=".08" r="1.05"><stop stop-color="{light}"/>'
        f'<stop offset="1" stop-color="{ground}"/></radialGradient></defs>'
        f'<path d="M0 0h96v96H0z" fill="url(#g)"/>{figure(seed)}</svg>'
    )


def evening_of(seed: str, kind: str = "avatar") -> tuple[str, str, str, str, str]:
    """The five colours under which `seed` is drawn; `kind` "avatar" or "cover"."""
    return EVENINGS[hashlib.sha256(f"{kind}:{seed}".encode()).digest()[0] % len(EVENINGS)]


def lamp_of(seed: str) -> int:
    """Where the light over a portrait stands, in percent from the left."""
    return 22 + hashlib.sha256(f"avatar:{seed}".encode()).digest()[6] % 52


def figure(seed: str) -> str:
    """The shapes of the portrait of `seed`, without the light behind it."""
    dice = hashlib.sha256(f"avatar:{seed}".encode()).digest()
    _, _, skin, shade, accent = EVENINGS[dice[0] % len(EVENINGS)]
    hair_colour = EVENINGS[(dice[1] + 3) % len(EVENINGS)][dice[2] % 2]
    ink = "#1d1526"
    extra = MASKS[dice[4] % len(MASKS)].format(accent=accent, ink=ink)
    mouth = MOUTHS[dice[5] % len(MOUTHS)].format(ink=ink)
    return (
        f'<path d="M14 104c2-22 14-31 34-31s32 9 34 31Z" fill="{accent}"/>'
        f'<path d="M41 66h14v9c0 7-14 7-14 0Z" fill="{shade}"/>'
        f'<ellipse cx="48" cy="50" rx="19.5" ry="21" fill="{skin}"/>'
        f'<path d="M58 30c12 8 12 32-3 40 16-2 16-34 3-40Z" fill="{shade}"/>'
        f'<path d="{HAIR[dice[3] % len(HAIR)]}" fill="{hair_colour}"/>'
        f'<circle cx="40" cy="49" r="2.6" fill="{ink}"/><circle cx="56" cy="49" r="2.6" fill="{ink}"/>'
        f"{mouth}{extra}"
    )


def cover_svg(seed: str, motif: str = "") -> str:
    """Draw a 16:9 stage cover for `seed`: one of the motifs in covers.py under that evening's light."""
    dice = hashlib.sha256(f"cover:{seed}".encode()).digest()
    ground, light, *_ = EVENINGS[dice[0] % len(EVENINGS)]
    drawing = motif_shapes(seed, motif)
    lamp = 235 + dice[2] % 170
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360" '
        'preserveAspectRatio="xMidYMid slice"><defs>'
        f'<linearGradient id="h" x2="0" y2="1"><stop stop-color="#170d20"/><stop offset="1" stop-color="{ground}"/>'
        f'</linearGradient><radialGradient id="l" cx=".5" cy="0" r="1"><stop stop-color="{light}" stop-opacity=".9"/>'
        f'<stop offset="1" stop-color="{light}" stop-opacity="0"/></radialGradient><radialGradient id="w">'
        f'<stop stop-color="{light}" stop-opacity=".5"/><stop offset="1" stop-color="{light}" stop-opacity="0"/>'
        "</radialGradient></defs>"
        '<path d="M0 0h640v360H0z" fill="url(#h)"/>'
        f'<circle cx="{lamp}" cy="190" r="330" fill="url(#w)"/>'
        f'<path d="M{lamp - 24}-10h48l190 380H{lamp - 214}z" fill="url(#l)" opacity=".7"/>'
        f'<ellipse cx="{lamp}" cy="330" rx="210" ry="34" fill="{light}" opacity=".5"/>'
        f"{drawing}</svg>"
    )


def motif_shapes(seed: str, motif: str = "") -> str:
    """The shapes of the motif on the cover of `seed`, without the stage around it."""
    dice = hashlib.sha256(f"cover:{seed}".encode()).digest()
    ground, light, pale, shade, accent = EVENINGS[dice[0] % len(EVENINGS)]
    names: Sequence[str] = sorted(MOTIFS)
    body = MOTIFS[motif if motif in MOTIFS else names[dice[1] % len(names)]]
    return body.format(ground=ground, light=light, pale=pale, shade=shade, accent=accent, ink="#170d20")


def as_address(svg: str) -> str:
    """Answer the drawing as a data: address, which the content policy allows for images."""
    return "data:image/svg+xml," + quote(svg, safe="/:=;,' ()<>").replace("<", "%3C").replace(
        ">", "%3E"
    ).replace(" ", "%20")
