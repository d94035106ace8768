"""The tray as a plain form."""

from typing import Any

from django import forms


class SendForm(forms.Form):
    """A choice carries the price it was shown at (`rose:10`), so that another price is refused and never charged."""

    choice = forms.RegexField(r"^[-a-z0-9_]{1,40}:[0-9]{1,6}$")
    quantity = forms.IntegerField(min_value=1, max_value=999)
    key = forms.CharField(max_length=64)
    confirmed = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        wish: dict[str, Any] = super().clean() or self.cleaned_data
        if "choice" in wish and "quantity" in wish:
            wish["gift"], _, price = wish["choice"].rpartition(":")
            wish["coins"] = int(price) * wish["quantity"]
        return wish
