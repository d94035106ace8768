"""Files that come with a message: pictures are drawn anew, so that only a picture is left, and PDFs are looked at.

Nothing of a file is believed: neither its name nor the type it says it has.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageOps, UnidentifiedImageError

from care.errors import FileRefused, TooManyFiles
from care.models import CaseFile, CaseMessage

MOST_FILES = 4
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_400
PICTURES = ("JPEG", "PNG", "WEBP", "GIF")
PICTURE_TYPE, PDF_TYPE = "image/webp", "application/pdf"
# What makes a PDF more than a page to read. A reader that is fooled still only ever gets a download.
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction|AA|RichMedia|XFA)\b")
UNSAFE_IN_NAME = re.compile(r"[^\w .()+-]", re.UNICODE)
LONGEST_NAME = 80


class Upload(Protocol):
    """What Django and DRF give for an uploaded file."""

    name: str | None
    size: int | None

    def read(self) -> bytes: ...


@dataclass(frozen=True)
class CleanFile:
    """A file as it may be kept."""

    name: str
    media_type: str
    content: bytes


def clean_files(uploads: Sequence[Upload]) -> list[CleanFile]:
    """Each file as it may be kept. Call it before the transaction: drawing a picture anew takes a moment.

    Raises:
        TooManyFiles, FileRefused: nothing of the message may be kept.
    """
    if len(uploads) > MOST_FILES:
        raise TooManyFiles
    return [_clean(upload) for upload in uploads]


def keep_files(message: CaseMessage, files: Sequence[CleanFile]) -> None:
    """Keep the files of a message, in its transaction."""
    CaseFile.objects.bulk_create(
        CaseFile(
            message=message,
            name=file.name,
            media_type=file.media_type,
            size_bytes=len(file.content),
            content=file.content,
        )
        for file in files
    )


def _clean(upload: Upload) -> CleanFile:
    if not upload.size or upload.size > MOST_BYTES:
        raise FileRefused("This file is empty or larger than 5 MB. Nothing was sent.")
    content = upload.read()
    stem = _safe_stem(upload.name or "")
    if content.startswith(b"%PDF-"):
        return CleanFile(f"{stem}.pdf", PDF_TYPE, _plain_pdf(content))
    return CleanFile(f"{stem}.webp", PICTURE_TYPE, _redrawn(content))


def _plain_pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-2048:]:
        raise FileRefused("This PDF is not whole. Nothing was sent.")
    if ACTIVE_PDF.search(content):
        raise FileRefused(
            "This PDF can do more than be read. Nothing was sent.",
            next_step="Print it to a plain PDF, or attach a picture of the page.",
        )
    return content


def _redrawn(content: bytes) -> bytes:
    """The picture as WebP: upright, of a bounded size, without the place and device that cameras write into it."""
    try:
        with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise FileRefused("This picture has too many pixels. Nothing was sent.")
            drawn = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FileRefused from error
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    target = io.BytesIO()
    drawn.save(target, "WEBP", quality=85)
    return target.getvalue()


def _safe_stem(name: str) -> str:
    """The name without folders, ending and anything that a file system or a header could take amiss."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = UNSAFE_IN_NAME.sub("_", last.rsplit(".", 1)[0]).strip(" .")[:LONGEST_NAME]
    return stem or "file"
