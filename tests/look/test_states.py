"""Every state a person can meet has a word, a colour and an icon of its own."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines

from look.states import KINDS, MAIL_COLOURS, Tone, mail_chip
from tests.look.colour import of_hex, tokens

ROOT = Path(__file__).resolve().parents[2]
ALL = [(kind, name) for kind, states in KINDS.items() for name in states]
# Models whose choices are shown as chips: (app label, model, field, kind).
CHOICES = [
    ("wallet", "Order", "state", "order"),
    ("wallet", "OfferUse", "state", "offer_use"),
    ("wallet", "Refund", "state", "refund"),
    ("payouts", "Payout", "state", "payout"),
    ("care", "SupportCase", "state", "case"),
    ("care", "Dispute", "status", "dispute"),
    ("care", "DisputedGift", "fate", "disputed_gift"),
    ("live", "Room", "status", "room"),
    ("provider", "InboxEvent", "status", "inbox"),
    ("provider", "ProviderCall", "state", "call"),
]
TOKENS_OF_TONE = {
    "neutral": ("text-quiet", "lifted"), "info": ("gem-text", "gem-soft"), "good": ("good-text", "good-soft"),
    "warn": ("warn-text", "warn-soft"), "bad": ("bad-text", "bad-soft"), "live": ("text-on-spot", "spot"),
}  # fmt: skip


def symbols() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text()))


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_a_chip_shows_the_state_in_words_and_as_an_icon(kind: str, name: str) -> None:
    shown = KINDS[kind][name]
    page = engines["django"].from_string("{% state_chip kind name %}").render({"kind": kind, "name": name})
    assert shown.word in page
    assert f"#{shown.icon}" in page
    assert f'class="chip {shown.tone}"' in page
    assert shown.icon in symbols()


@pytest.mark.parametrize("kind", KINDS)
def test_two_states_of_a_kind_never_share_their_word(kind: str) -> None:
    words = [shown.word for shown in KINDS[kind].values()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_mails_say_the_same_word(kind: str, name: str) -> None:
    assert KINDS[kind][name].word in mail_chip(kind, name)


@pytest.mark.parametrize("tone", MAIL_COLOURS)
def test_mail_colours_are_the_light_theme_in_srgb(tone: Tone) -> None:
    light = tokens("light")
    for written, token in zip(MAIL_COLOURS[tone], TOKENS_OF_TONE[tone], strict=True):
        assert of_hex(written) == pytest.approx(light[token], abs=0.012)


@pytest.mark.parametrize(("app", "model", "field", "kind"), CHOICES)
def test_every_choice_of_a_model_is_registered(app: str, model: str, field: str, kind: str) -> None:
    choices = {
        str(value) for value, _label in apps.get_model(app, model)._meta.get_field(field).choices or ()
    }
    assert choices
    assert choices <= set(KINDS[kind])


def test_an_unregistered_state_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        engines["django"].from_string('{% state_chip "order" "perhaps" %}').render()
