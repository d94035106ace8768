"""The forms of one's own data and of closing an account."""

import re
from typing import Any

from django import forms

from accounts.form_words import Spoken
from ledger.books import COIN, DIAMOND

NUMBER = {COIN: re.compile(r"(\d{1,15})"), DIAMOND: re.compile(r"(\d{1,13})(?:\.(\d{1,2}))?")}
GROUPED = re.compile(r"[\s,'’]")


class GiveUpForm(Spoken):
    """The typed amount must be exactly what is there, so it is a deliberate act. `key` makes a double click one."""

    unit = forms.ChoiceField(choices=[(COIN, "Coins"), (DIAMOND, "Diamonds")], widget=forms.HiddenInput)
    typed = forms.CharField(max_length=30, strip=True)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The typed number, however it is grouped, as `amount`: coins, or hundredths of a diamond."""
        wish: dict[str, Any] = super().clean() or self.cleaned_data
        found = (
            NUMBER[wish["unit"]].fullmatch(GROUPED.sub("", wish.get("typed", ""))) if "unit" in wish else None
        )
        if found is None:
            raise forms.ValidationError("Type the number as it is shown.", code="no_number")
        whole, *rest = found.groups()
        wish["amount"] = (
            int(whole) if wish["unit"] == COIN else int(whole) * 100 + int((rest[0] or "").ljust(2, "0"))
        )
        return wish


class CloseForm(Spoken):
    """The last question."""

    understood = forms.BooleanField(
        label="I understand that everything about me will be erased, and that nobody can bring it back."
    )
