"""What the budgets page takes."""

from typing import Any

from django import forms

from accounts.models import User
from gifts.budgets import Which
from ledger.models import Limit
from wallet.services.pausing import LENGTHS

LARGEST = 10**9
OVERALL = [*Limit.Period.values, "gift"]


def _coins() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, max_value=LARGEST)


class BudgetForm(forms.Form):
    """One of the budgets that everybody may have; no coins: it is taken away."""

    scope = forms.ChoiceField(choices=[(scope, scope) for scope in OVERALL])
    coins = _coins()

    def which(self) -> Which:
        """The budget that is meant."""
        return Which(self.cleaned_data["scope"])


class CreatorBudgetForm(forms.Form):
    """A budget for one creator, by their handle."""

    handle = forms.CharField(
        label="Creator",
        max_length=31,
        widget=forms.TextInput(
            attrs={"placeholder": "@handle", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    period = forms.ChoiceField(label="In each", choices=Limit.Period.choices)
    coins = forms.IntegerField(
        label="At most this many coins",
        required=False,
        min_value=0,
        max_value=LARGEST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def clean_handle(self) -> User:
        handle = self.cleaned_data["handle"].strip().removeprefix("@")
        creator = User.objects.filter(handle__iexact=handle, is_active=True).first()
        if creator is None:
            raise forms.ValidationError("Nobody has this handle.")
        return creator

    def which(self) -> Which:
        """The budget that is meant."""
        found: dict[str, Any] = self.cleaned_data
        return Which("creator", found["handle"], found["period"])


class PauseForm(forms.Form):
    """How long to spend nothing. A self-exclusion is asked for twice."""

    length = forms.ChoiceField(choices=[(length.code, length.words) for length in LENGTHS.values()])
    is_meant = forms.BooleanField(required=False)
