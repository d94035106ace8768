"""The filters of the recharges."""

from typing import Any

from django import forms

from accounts.models import User
from look.states import ORDER
from wallet.history import Wanted
from wallet.models import Storefront
from wallet.states import OrderState

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HistoryForm(forms.Form):
    """All of it may be left out."""

    state = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, label="From", widget=DAY, input_formats=["%Y-%m-%d"])
    until = forms.DateField(required=False, label="To", widget=DAY, input_formats=["%Y-%m-%d"])
    storefront = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Only storefronts that the person bought in are there to choose."""
        super().__init__(*args, **kwargs)
        used = Storefront.objects.filter(pk__in=person.orders.values("storefront")).order_by("name")
        self.fields["state"].choices = [("", "Any"), *((one.value, ORDER[one].word) for one in OrderState)]  # type: ignore[attr-defined]
        self.fields["storefront"].choices = [("", "Any"), *used.values_list("code", "name")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day comes before the first.")
        return cleaned

    def wanted(self) -> Wanted:
        """What to show; the form is valid."""
        return Wanted(**self.cleaned_data)

    def asked(self) -> dict[str, str]:
        """The filters as an address carries them; none of a form that was not understood."""
        if not self.is_bound or not self.is_valid():
            return {}
        return {name: str(value or "") for name, value in self.cleaned_data.items()}
