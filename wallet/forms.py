"""The one form of the recharge page."""

from typing import Any

from django import forms

from wallet.returns import or_nothing

CUSTOM = "custom"
MOST_DIGITS = 10


class RechargeForm(forms.Form):
    """A package, or an exact number of coins. `key` was made with the page, so that a double click is one order."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    price_book = forms.IntegerField(
        min_value=1, max_value=2_000_000_000, required=False
    )  # what the page showed
    code = forms.CharField(max_length=60, required=False)  # a coupon's, as it was applied
    package = forms.CharField(max_length=40)
    coins = forms.IntegerField(min_value=1, max_value=2_000_000_000, required=False)
    return_to = forms.CharField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("package") == CUSTOM and cleaned.get("coins") is None and "coins" not in self.errors:
            self.add_error("coins", "Say how many coins you want.")
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """What create_order takes: what is bought, as it was priced on the page, and where one came from."""
        wanted = {
            "code": self.cleaned_data["code"],
            "price_book": self.cleaned_data["price_book"],
            "shown_minor": self._shown("total"),
            "shown_bonus": self._shown("bonus"),
            "return_to": or_nothing(self.cleaned_data["return_to"]),
        }
        if self.cleaned_data["package"] == CUSTOM:
            return wanted | {"coins": self.cleaned_data["coins"]}
        return wanted | {"package": self.cleaned_data["package"]}

    def _shown(self, what: str) -> int | None:
        """What stood on the chosen tile: its total, or its bonus."""
        said = self.data.get(f"{what}-{self.cleaned_data['package']}", "")
        return int(said) if said.isdecimal() and len(said) <= MOST_DIGITS else None
