"""The tags draw what they promise."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.test import Client

from look import portraits
from look.covers import MOTIFS
from look.templatetags.ovation import relative

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def draw(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


class NameForm(forms.Form):
    name = forms.CharField(help_text="As on your card.")


def test_an_amount_has_symbol_number_and_words() -> None:
    page = draw('{% amount 12480 "COIN" words="worth $160.99" %}')
    assert "#coin" in page
    assert ">12,480<" in page
    assert "worth $160.99" in page


def test_a_form_field_has_label_hint_and_error_with_icon() -> None:
    page = draw("{{ form }}", form=NameForm({}))
    assert '<label for="id_name">Name' in page
    assert "As on your card." in page
    assert "#circle-alert" in page
    assert "This field is required." in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_error"' in page


def test_what_a_person_wrote_is_escaped() -> None:
    page = draw(
        "{% card title=name %}{{ name }}{% endcard %}{% sheet 'x' title=name %}{% endsheet %}"
        "{% banner title=name %}{% endbanner %}",
        name="<b>&",
    )
    assert "<b>" not in page
    assert page.count("&lt;b&gt;&amp;") == 4


def test_a_seed_always_gives_the_same_portrait() -> None:
    person = SimpleNamespace(pk=7)
    assert draw("{% avatar person %}", person=person) == draw('{% avatar "7" %}')
    assert portraits.avatar_svg("7") != portraits.avatar_svg("8")


@pytest.mark.parametrize("motif", MOTIFS)
def test_each_cover_motif_is_whole(motif: str) -> None:
    svg = portraits.cover_svg("seed", motif)
    assert svg.startswith("<svg")
    assert "{" not in svg


def test_a_meter_warns_before_it_is_full() -> None:
    assert 'class="meter good"' in draw('{% meter 79 100 "COIN" "Week" %}')
    assert 'class="meter warn"' in draw('{% meter 80 100 "COIN" "Week" %}')
    assert 'class="meter bad"' in draw('{% meter 100 100 "COIN" "Week" %}')
    assert 'width="100%"' in draw('{% meter 250 100 "COIN" "Week" %}')


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-3), "3 min ago"),
        (timedelta(hours=-1), "1 hour ago"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=-40), "22 Mar 2026"),
    ],
)
def test_times_are_told_from_now(gap: timedelta, words: str) -> None:
    assert relative(NOON + gap, NOON) == words


def test_the_style_page_shows_everything_and_asks_for_no_account(db: None) -> None:
    answer = Client().get("/style/")
    assert answer.status_code == 200
    assert b"Standing ovation" in answer.content
    assert b"style=" not in answer.content


def test_portraits_are_cached_for_scripts(db: None) -> None:
    answer = Client().get("/art/avatar/7.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer["Cache-Control"]
    assert answer.content.decode() == portraits.avatar_svg("7")
