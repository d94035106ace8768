"""What becomes of an uploaded picture, and what is refused."""

from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from accounts.pictures import EDGES_PX, MOST_BYTES, Crop, redraw
from accounts.profile_errors import NotAPicture, PictureTooLarge, PictureTooSmall
from tests.accounts.pictures import claiming, is_red, moving, picture, pixel, telling_picture


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_three_square_webp_files(form: str) -> None:
    sizes = redraw(picture(form), Crop())
    assert tuple(sizes) == EDGES_PX == (64, 192, 512)
    for edge, content in sizes.items():
        with Image.open(BytesIO(content)) as image:
            assert (image.format, image.size) == ("WEBP", (edge, edge))


def test_nothing_of_the_place_the_camera_the_profile_or_the_comment_is_left() -> None:
    content = telling_picture()
    assert b"SecretCamera" in content
    assert b"SecretComment" in content
    for kept in redraw(content, Crop()).values():
        with Image.open(BytesIO(kept)) as image:
            assert dict(image.getexif()) == {}
            assert not image.info.keys() & {"exif", "icc_profile", "xmp", "comment"}
        assert b"Secret" not in kept
        assert not any(chunk in kept for chunk in (b"EXIF", b"ICCP", b"XMP "))


def test_a_picture_on_its_side_is_turned_upright() -> None:
    upright = redraw(telling_picture(), Crop())[512]
    assert is_red(pixel(upright, 0.5, 0.05))
    assert not is_red(pixel(upright, 0.5, 0.95))


def test_the_square_is_cut_where_it_was_asked_for() -> None:
    wide = picture("PNG", (800, 200))
    assert is_red(pixel(redraw(wide, Crop(x=0))[512], 0.9, 0.5))
    assert not is_red(pixel(redraw(wide, Crop(x=100))[512], 0.1, 0.5))
    middle = redraw(wide, Crop())[512]
    assert (is_red(pixel(middle, 0.1, 0.5)), is_red(pixel(middle, 0.9, 0.5))) == (True, False)


def test_the_squares_of_all_sliders_lie_inside_the_picture() -> None:
    for zoom in range(100, 401, 7):
        for share in range(0, 101, 5):
            left, top, right, bottom = Crop(zoom, share, 100 - share).box(641, 487)
            assert 0 <= left < right <= 641
            assert 0 <= top < bottom <= 487
            assert right - left == bottom - top == 487 * 100 // zoom
    edges = [
        Crop(zoom=zoom).box(1000, 1000)[2] - Crop(zoom=zoom).box(1000, 1000)[0] for zoom in (100, 200, 400)
    ]
    assert all(wider > closer for wider, closer in pairwise(edges))


def test_what_was_transparent_lies_on_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(out, "PNG")
    assert min(pixel(redraw(out.getvalue(), Crop())[192], 0.5, 0.5)) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_understood(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (100, 100)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert len(redraw(out.getvalue(), Crop())) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(200),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%PDF-1.7 and so on",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBPVP8 ",
        picture("PNG")[:-400],
        picture("JPEG", (2000, 2000))[:9000],
        picture("BMP"),
    ],
    ids=["nothing", "gif", "svg", "pdf", "jpeg head", "webp head", "cut png", "cut jpeg", "bmp"],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        redraw(content, Crop())


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_refused(form: str) -> None:
    with pytest.raises(NotAPicture):
        redraw(moving(form), Crop())


@pytest.mark.parametrize(
    "mark", [b"%PDF-1.4", b"<script>alert(1)</script>", b"<?php system()", b"<SVG onload=x>"]
)
def test_a_picture_that_is_a_document_or_a_script_as_well_is_refused(mark: bytes) -> None:
    with pytest.raises(NotAPicture, match="not only a picture"):
        redraw(picture("JPEG", comment=mark), Crop())


def test_a_picture_with_an_archive_behind_it_is_refused() -> None:
    with pytest.raises(NotAPicture, match="not only a picture"):
        redraw(picture() + b"PK\x05\x06" + bytes(18), Crop())


@pytest.mark.parametrize(
    ("width", "height"), [(6_400, 6_300), (10_000, 10_000), (60_000, 60_000), (40_000_001, 1)]
)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_opened_out(width: int, height: int) -> None:
    with pytest.raises(PictureTooLarge):
        redraw(claiming(width, height), Crop())


def test_too_many_bytes_and_too_few_pixels_are_refused() -> None:
    with pytest.raises(PictureTooLarge):
        redraw(picture() + bytes(MOST_BYTES), Crop())
    with pytest.raises(PictureTooSmall):
        redraw(picture("PNG", (640, 63)), Crop())


def test_a_large_photo_is_taken() -> None:
    assert len(redraw(picture("JPEG", (7_000, 5_000), quality=60), Crop(zoom=400, x=10, y=90))) == 3
