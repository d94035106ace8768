"""What the cash-out pages take."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from payouts.services.quote import units_for

DIGITS_MAX = 14


class AmountForm(forms.Form):
    """How much to cash out, in money or in diamonds; both become hundredths of a diamond."""

    amount = forms.DecimalField(
        max_digits=DIGITS_MAX,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "invalid": "Write a number, like 25 or 25.50.",
            "required": "How much would you like to cash out?",
        },
    )
    unit = forms.ChoiceField(choices=[("money", "Money"), ("diamonds", "Diamonds")], initial="money")

    def __init__(self, *args: Any, diamond_value_micro: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.diamond_value_micro = diamond_value_micro

    @property
    def diamond_units(self) -> int:
        """Hundredths of a diamond; of a valid form."""
        hundredths = int(self.cleaned_data["amount"] * 100)
        if self.cleaned_data["unit"] == "diamonds":
            return hundredths
        return units_for(hundredths, self.diamond_value_micro)


class KeyForm(forms.Form):
    """The key that the confirmation page was drawn with, so that a repeated press is one cash-out."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not re.fullmatch(r"[0-9a-f-]{36}", key):
            raise forms.ValidationError("Open the page again.")
        return key
