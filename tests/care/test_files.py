"""Files in a case: what is taken, what becomes of it, and who gets it back."""

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from backoffice import defaults as backoffice_defaults
from care import errors, services
from care.files import MOST_BYTES, clean_files
from care.models import CaseFile, SupportCase
from tests.care.conftest import Clerk, ask, later, picture

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def upload(content: bytes, name: str = "a.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept(person: User, *uploads: SimpleUploadedFile) -> CaseFile:
    ask(person, files=clean_files(uploads))
    return CaseFile.objects.get()


def test_a_picture_is_drawn_anew_without_what_the_camera_wrote(fan: User) -> None:
    drawn, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lying on its side
    Image.new("RGB", (3_000, 1_000), "red").save(drawn, "JPEG", exif=exif)
    file = kept(fan, upload(drawn.getvalue(), "../../etc/pass<wd>.JPG"))
    again = Image.open(BytesIO(bytes(file.content)))
    assert (file.name, file.media_type, again.format, again.size) == (
        "pass_wd_.webp",
        "image/webp",
        "WEBP",
        (800, 2_400),
    )
    assert b"SecretCamera" not in bytes(file.content)


def test_what_hides_behind_a_picture_is_gone(fan: User) -> None:
    drawn = picture().read() + b"<script>alert(1)</script>"
    assert b"<script>" not in bytes(kept(fan, upload(drawn, "x.png")).content)


def test_a_plain_pdf_is_kept_as_it_is(fan: User) -> None:
    file = kept(fan, upload(PDF, "bank statement.pdf"))
    assert (file.name, bytes(file.content), file.size_bytes) == ("bank statement.pdf", PDF, len(PDF))


@pytest.mark.parametrize(
    "refused",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"MZ\x90\x00",
        b"%PDF-1.7 and no end",
        PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>"),
        PDF + b"x" * MOST_BYTES + b"%%EOF",
        picture().read()[:60],
    ],
)
def test_other_files_are_refused_and_nothing_is_sent(refused: bytes, fan: User) -> None:
    with pytest.raises(errors.FileRefused):
        kept(fan, upload(refused, "innocent.png"))
    assert SupportCase.objects.count() == 0


def test_a_picture_that_unpacks_to_a_house_is_refused(fan: User) -> None:
    bomb = BytesIO()
    Image.new("1", (8_000, 8_000)).save(bomb, "PNG")
    with pytest.raises(errors.FileRefused):
        kept(fan, upload(bomb.getvalue(), "big.png"))


def test_five_files_are_too_many(fan: User) -> None:
    with pytest.raises(errors.TooManyFiles):
        kept(fan, *(picture() for _ in range(5)))


def addresses(file: CaseFile) -> tuple[str, str]:
    return f"/support/files/{file.pk}/", f"/api/v1/support-cases/files/{file.pk}/"


def test_a_file_comes_as_a_download_that_nothing_opens(fan: User, page_as: Callable[[User], Client]) -> None:
    file = kept(fan, picture("Bildschirm ä.png"))
    answer = page_as(fan).get(addresses(file)[0])
    assert (answer.status_code, answer.content) == (200, bytes(file.content))
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''Bildschirm%20%C3%A4.webp"
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/webp")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_only_the_person_and_support_get_it(
    fan: User,
    stranger: User,
    support: User,
    clerk: Clerk,
    client: Client,
    page_as: Callable[[User], Client],
    verified_page_as: Callable[..., Client],
    as_user: Callable[[User], APIClient],
) -> None:
    page, rest = addresses(kept(fan, picture()))
    auditor, finance = clerk(backoffice_defaults.AUDITOR), clerk(backoffice_defaults.FINANCE)
    found = {
        "visitor": client.get(page).status_code,
        "stranger": page_as(stranger).get(page).status_code,
        "auditor": verified_page_as(auditor).get(page).status_code,
        "finance": verified_page_as(finance).get(page).status_code,
        "support by password only": page_as(support).get(page).status_code,
        "support": verified_page_as(support).get(page).status_code,
    }
    assert found == {
        "visitor": 302,
        "stranger": 404,
        "auditor": 404,
        "finance": 404,
        "support by password only": 404,
        "support": 200,
    }
    assert [as_user(fan).get(rest).status_code, as_user(stranger).get(rest).status_code] == [200, 404]
    assert client.get(rest).status_code == 401


def test_files_come_over_rest_and_over_the_page(
    fan: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient]
) -> None:
    wish = {"kind": "other", "body": "See", "files": [picture("a.png"), upload(PDF, "b.pdf")]}
    sent = as_user(fan).post(
        "/api/v1/support-cases/", wish, format="multipart", headers={"Idempotency-Key": str(uuid4())}
    )
    assert sent.status_code == 201, sent.json()
    assert [f["name"] for f in sent.json()["messages"][0]["files"]] == ["a.webp", "b.pdf"]
    page = f"/support/{sent.json()['reference']}/"
    answer = page_as(fan).post(page, {"body": "More", "key": "k", "files": [picture("c.png")]})
    assert answer.status_code == 302
    refused = page_as(fan).post(page, {"body": "Bad", "key": "k2", "files": [upload(b"MZ", "d.png")]})
    assert refused.status_code == 400
    assert "This file cannot be attached" in refused.text
    assert CaseFile.objects.count() == 3


def test_a_repeated_message_keeps_its_files_once(fan: User) -> None:
    case = ask(fan)
    for _ in range(2):
        services.add_message(
            person=fan,
            reference=case.reference,
            body="See",
            files=clean_files([picture()]),
            key="same",
            now=later(),
        )
    assert CaseFile.objects.count() == 1
