"""An uploaded picture becomes an avatar: looked at with suspicion, drawn anew, cut square, in three sizes.

What comes out has nothing of what came in but the colours of its pixels: no EXIF, no place, no profile, no name.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from PIL import Image, ImageOps

from accounts.profile_errors import NotAPicture, PictureTooLarge, PictureTooSmall

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
LEAST_EDGE_PX: Final = 64
EDGES_PX: Final = (64, 192, 512)
MOST_ZOOM: Final = 400  # percent
QUALITY: Final = 82
NAME_LENGTH: Final = 40  # hexadecimal digits
PAPER: Final = (255, 255, 255)  # behind what was transparent

SIGNATURES: Final = {"JPEG": (0, b"\xff\xd8\xff"), "PNG": (0, b"\x89PNG\r\n\x1a\n"), "WEBP": (8, b"WEBP")}
# What makes other programs read the same bytes as something else: a page, a script, a document, an archive.
MARKS_AT_THE_START: Final = (b"%pdf-", b"<script", b"<html", b"<!doctype", b"<?php", b"<svg", b"#!/")
ARCHIVE_END: Final = b"PK\x05\x06"  # within the last 64 KB of a ZIP, a JAR, a document
PEEK_BYTES, TAIL_BYTES = 1024, 65_557


@dataclass(frozen=True)
class Crop:
    """Which square of the upright picture: how far in, and where between left and right, top and bottom (percent)."""

    zoom: int = 100  # 100: the largest square; 400: a quarter of its edge
    x: int = 50
    y: int = 50

    def __post_init__(self) -> None:
        assert 100 <= self.zoom <= MOST_ZOOM, self
        assert 0 <= self.x <= 100, self
        assert 0 <= self.y <= 100, self

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The square within a picture of that size, in pixels: left, top, right, bottom."""
        edge = max(1, min(width, height) * 100 // self.zoom)
        left = (width - edge) * self.x // 100
        top = (height - edge) * self.y // 100
        return left, top, left + edge, top + edge


def redraw(content: bytes, crop: Crop) -> dict[int, bytes]:
    """The square of `crop` as WebP, by edge in pixels.

    Raises:
        NotAPicture: no JPEG, PNG or WebP; animated, cut off, or something else at the same time.
        PictureTooLarge, PictureTooSmall: in bytes or pixels.
    """
    if len(content) > MOST_BYTES:
        raise PictureTooLarge
    form = _require_form(content)
    try:
        square = _square(content, form, crop)
        return {edge: _webp(square, edge) for edge in EDGES_PX}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, ArithmeticError) as error:
        # What Pillow raises for a file that is cut off or broken depends on where it breaks.
        raise NotAPicture("This picture is damaged or cut off.") from error


def keep(sizes: dict[int, bytes]) -> str:
    """Write the files of one avatar; answer its name. Never the name of another: what replaces it may be removed."""
    name = hashlib.sha256(sizes[EDGES_PX[-1]] + secrets.token_bytes(16)).hexdigest()[:NAME_LENGTH]
    for edge, content in sizes.items():
        storage().save(path(name, edge), ContentFile(content))
    return name


def remove(name: str) -> None:
    """Delete the files of an avatar; those that are gone do no harm."""
    for edge in EDGES_PX:
        storage().delete(path(name, edge))


def remove_strays(older_than: datetime, is_shown: Callable[[Iterable[str]], set[str]]) -> int:
    """Delete files older than that which nobody shows: of uploads and removals that were broken off.

    `is_shown` answers those of some names that are somebody's avatar. Answers how many avatars went.
    """
    root, gone = storage(), 0
    for folder in root.listdir("")[0] if root.exists("") else []:
        files = [file for file in root.listdir(folder)[1] if file.endswith(".webp")]
        old = {f.split("-")[0] for f in files if root.get_modified_time(f"{folder}/{f}") < older_than}
        for name in old - is_shown(old):
            remove(name)
            gone += 1
    return gone


def read(name: str, edge_px: int) -> bytes:
    """One file of an avatar. Raises FileNotFoundError."""
    with storage().open(path(name, edge_px)) as file:
        content: bytes = file.read()
    return content


def address(name: str, edge_px: int) -> str:
    """The address of the smallest file that is at least `edge_px` wide."""
    fitting = next((edge for edge in EDGES_PX if edge >= edge_px), EDGES_PX[-1])
    return storage().url(path(name, fitting))


def path(name: str, edge_px: int) -> str:
    """The file's name in the storage and in its address."""
    return f"{name[:2]}/{name}-{edge_px}.webp"


def storage() -> Storage:
    """Where avatars lie (settings, STORAGES)."""
    return storages["avatars"]


def _require_form(content: bytes) -> str:
    """Read the form from the first bytes; what the sender calls the file is not asked."""
    start = content[:PEEK_BYTES].lower()
    if any(mark in start for mark in MARKS_AT_THE_START) or ARCHIVE_END in content[-TAIL_BYTES:]:
        raise NotAPicture("This file is not only a picture: it holds a document, a script or an archive.")
    for form, (offset, signature) in SIGNATURES.items():
        if content[offset : offset + len(signature)] == signature:
            return form
    raise NotAPicture


def _square(content: bytes, form: str, crop: Crop) -> Image.Image:
    with Image.open(BytesIO(content), formats=[form]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise PictureTooLarge
        if min(width, height) < LEAST_EDGE_PX:
            raise PictureTooSmall
        # Cameras put a second view behind a JPEG (MPO); the first one is the picture.
        if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
            raise NotAPicture("This picture moves. An avatar stands still.")
        # A large JPEG is decoded at a half, a quarter or an eighth when that is enough for the largest file.
        least = EDGES_PX[-1] * crop.zoom // 100
        picture.draft("RGB", (width * least // min(width, height), height * least // min(width, height)))
        upright = ImageOps.exif_transpose(picture)
        return _on_paper(upright.crop(crop.box(*upright.size)))


def _on_paper(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256, "L")
    plain = Image.new("RGB", picture.size, PAPER)
    if picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        plain.paste(rgba, mask=rgba.getchannel("A"))
    else:
        plain.paste(picture.convert("RGB"))
    return plain


def _webp(square: Image.Image, edge: int) -> bytes:
    out = BytesIO()
    square.resize((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0).save(
        out, "WEBP", quality=QUALITY, method=4
    )
    return out.getvalue()
