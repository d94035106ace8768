"""The strict content policy is kept in every template, and whatever a page names is there."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree  # our own files

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mail programs want their styles inline; the page in an export is read without a site.
MAILS = {"emails", "mail", "mail.html", "export"}
PAGES = [path for path in TEMPLATES if not MAILS & set(path.parts)]
# admin.css stands on Unfold's properties, not on ours.
STYLES = sorted(path for path in (ROOT / "static/css").rglob("*.css") if path.name != "admin.css")
MODULES = sorted((ROOT / "static/js").glob("*.js"))
GIFTS = json.loads((ROOT / "gifts/catalogue.json").read_text())["gifts"]
DRAWINGS = sorted((ROOT / "static/art").rglob("*.svg"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""(?:src|href)=["']https?://""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_static_files_named_by_a_template_exist(path: Path) -> None:
    named = re.findall(r"""\{% static ['"]([^'"]+)['"] %\}""", path.read_text())
    missing = [
        name
        for name in named
        if not (ROOT / "static" / name).exists() and not name.startswith("django_htmx/")
    ]
    assert missing == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_icons_named_by_a_template_are_in_the_sprite(path: Path) -> None:
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text()))
    text = path.read_text()
    named = {*re.findall(r'\{% icon "([\w-]+)"', text), *re.findall(r'\bicon="([\w-]+)"', text)}
    assert named - symbols == set()


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_styles_use_only_tokens_that_exist(path: Path) -> None:
    text = path.read_text()
    declared = set(re.findall(r"(--[\w-]+)\s*:", (ROOT / "static/css/tokens.css").read_text() + text))
    with_fallback = set(re.findall(r"var\((--[\w-]+),", text))
    set_by_scripts = set(re.findall(r'"(--[\w-]+)"', "".join(module.read_text() for module in MODULES)))
    assert set(re.findall(r"var\((--[\w-]+)", text)) - declared - with_fallback - set_by_scripts == set()
    assert not re.search(r"#(?!000\b)[0-9a-fA-F]{3,8}\b", text)  # black stands behind a video


def test_each_piece_has_its_style_sheet_linked() -> None:
    linked = "".join(
        (ROOT / "templates/elements" / name).read_text() for name in ("styles.html", "chart_styles.html")
    )
    unlinked = [
        path.name
        for path in (ROOT / "static/css/elements").glob("*.css")
        if f"elements/{path.name}" not in linked
    ]
    assert unlinked == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_short_and_import_only_each_other(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 150
    for named in re.findall(r"""(?:from|import)\(?\s*["']([^"']+)["']""", text):
        assert (path.parent / named).resolve().is_file()


@pytest.mark.parametrize("gift", GIFTS, ids=lambda gift: gift["slug"])
def test_each_gift_is_drawn_and_moves(gift: dict[str, Any]) -> None:
    drawing = ElementTree.parse(ROOT / f"static/art/gifts/{gift['slug']}.svg").getroot()  # noqa: S314
    assert drawing.attrib["viewBox"] == "0 0 96 96"
    assert f".play-{gift['animation']}" in (ROOT / "static/css/gifts.css").read_text()
    assert 1 <= gift["coins"] <= 34_999
    assert 1 <= gift["price_class"] <= 5
    assert gift["alt"]


def test_the_catalogue_climbs_in_price_and_in_light() -> None:
    assert len(GIFTS) >= 14
    assert [gift["coins"] for gift in GIFTS] == sorted({gift["coins"] for gift in GIFTS})
    assert [gift["price_class"] for gift in GIFTS] == sorted(gift["price_class"] for gift in GIFTS)


@pytest.mark.parametrize("path", DRAWINGS, ids=name_of)
def test_drawings_hold_no_script_text_or_outside_address(path: Path) -> None:
    text = path.read_text()
    ElementTree.fromstring(text)  # noqa: S314
    assert not re.search(r"<(script|foreignObject|text|image)\b", text)
    assert re.findall(r"https?://[^\s\"']+", text) == ["http://www.w3.org/2000/svg"]
