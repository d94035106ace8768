"""Amounts as words are exact: integers in, the reader's grouping out."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from look import money


@pytest.mark.parametrize(
    ("amount_minor", "currency", "words"),
    [
        (129, "USD", "$1.29"),
        (0, "USD", "$0.00"),
        (5, "EUR", "€0.05"),
        (-129, "USD", "\u2212$1.29"),
        (100_000_000_001, "USD", "$1,000,000,000.01"),
        (1290, "JPY", "¥1,290"),
        (1290, "KWD", "1.290\u00a0KWD"),
        (1290, "usd", "$12.90"),
        (1290, "CHF", "12.90\u00a0CHF"),
        (2**63 - 1, "USD", "$92,233,720,368,547,758.07"),
    ],
)
def test_money_is_written_with_its_currency(amount_minor: int, currency: str, words: str) -> None:
    assert money.money(amount_minor, currency) == words


def test_german_readers_see_their_own_grouping() -> None:
    with translation.override("de"):
        assert money.money(129_005, "EUR") == "1.290,05\u00a0€"
        assert money.whole(34_999) == "34.999"


def test_diamonds_show_hundredths_only_when_there_are_any() -> None:
    assert money.diamonds(387_597) == "3,875.97"
    assert money.diamonds(400_000) == "4,000"
    assert money.diamonds(-5) == "\u22120.05"
    assert money.diamonds(-100) == "\u22121"


def test_spoken_amounts_name_their_unit() -> None:
    assert money.spoken(1, "COIN") == "1 coin"
    assert money.spoken(1_400, "COIN") == "1,400 coins"
    assert money.spoken(100, "DIAMOND") == "1 diamond"
    assert money.spoken(150, "DIAMOND") == "1.50 diamonds"
    assert money.spoken(2_500, "USD") == "$25.00"


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1), st.sampled_from(["USD", "JPY", "KWD"]))
def test_no_digit_is_lost_or_rounded(amount_minor: int, currency: str) -> None:
    shown = money.money(amount_minor, currency)
    digits = "".join(character for character in shown if character.isdigit())
    assert int(digits) == abs(amount_minor)
    assert shown.startswith("\u2212") == (amount_minor < 0)
