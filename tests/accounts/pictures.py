"""Pictures as people send them, good and bad."""

import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from accounts import pictures

RED, BLUE = (220, 30, 40), (30, 60, 220)
GPS_TAG, ORIENTATION_TAG, MAKER_TAG = 0x8825, 0x0112, 0x010F
SIDEWAYS = 6  # EXIF: turn it 90° to the right to see it upright


def picture(
    form: str = "JPEG",
    size: tuple[int, int] = (400, 300),
    *,
    left: Sequence[int] = RED,
    right: Sequence[int] = BLUE,
    **options: Any,
) -> bytes:
    """A picture that is `left` in its left half and `right` in the other."""
    image = Image.new("RGB", size, tuple(left))
    image.paste(Image.new("RGB", (size[0] // 2, size[1]), tuple(right)), (size[0] - size[0] // 2, 0))
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def telling_picture() -> bytes:
    """A JPEG that lies on its side and tells the place, the camera, a colour profile and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = SIDEWAYS
    exif[MAKER_TAG] = "SecretCamera"
    exif.get_ifd(GPS_TAG)[1] = "N"
    exif.get_ifd(GPS_TAG)[2] = (52.0, 31.0, 12.0)
    return picture("JPEG", exif=exif.tobytes(), icc_profile=b"SecretProfile" * 20, comment=b"SecretComment")


def moving(form: str) -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (100, 100), colour) for colour in (RED, BLUE)]
    out = BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head claims a size that would fill the memory."""
    small = bytearray(picture("PNG", (100, 100)))
    small[16:24] = width.to_bytes(4) + height.to_bytes(4)
    head = bytes(small[12:29])
    small[29:33] = _crc(head).to_bytes(4)
    return bytes(small)


def pixel(webp: bytes, x: float, y: float) -> tuple[int, int, int]:
    """The colour at these shares of the width and height."""
    with Image.open(BytesIO(webp), formats=["WEBP"]) as image:
        found = image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def is_red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 150 and colour[2] < 110


def files_kept() -> set[str]:
    """The names of the files in the avatars' storage."""
    root = pictures.storage()
    folders, _ = root.listdir("") if root.exists("") else ([], [])
    return {name for folder in folders for name in root.listdir(folder)[1]}


def _crc(chunk: bytes) -> int:
    return zlib.crc32(chunk)
