"""What a young person and their guardian type."""

from typing import Any

from django import forms

from accounts.form_words import Spoken
from accounts.guardian_budget import MOST_COINS, Budget
from accounts.guardian_errors import InvalidGuardianBudget
from accounts.models import Guardianship


class AskForm(Spoken):
    """Whom to ask."""

    email = forms.EmailField(
        label="Their email address",
        help_text="A parent, or whoever is responsible for you. They get one mail with a link.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class TokenForm(Spoken):
    """The code of the mail; the script fills it in from the link."""

    token = forms.CharField(
        label="Code from the mail",
        help_text="The long code behind the # of the link.",
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "data-guardian-token": ""}
        ),
    )


class LinkForm(Spoken):
    """To which address a new management link goes."""

    email = forms.EmailField(
        label="Your email address", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def _coins(label: str, hint: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_COINS,
        help_text=hint,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class BudgetForm(Spoken):
    """Coins a day, a week, a month, and for one gift."""

    day = _coins("Coins a day")
    week = _coins("Coins a week")
    month = _coins("Coins a month")
    gift = _coins("Coins for one gift")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.budget().require_valid()
            except InvalidGuardianBudget as refusal:
                raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned

    def budget(self) -> Budget:
        """What was typed."""
        return Budget(**{name: self.cleaned_data.get(name) for name in ("day", "week", "month", "gift")})


class ConsentForm(BudgetForm):
    """The budget, and what the guardian says of themselves."""

    name = forms.CharField(
        label="Your full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    relation = forms.ChoiceField(
        label="You are their", choices=[("", "Choose…"), *Guardianship.Relation.choices]
    )
    is_adult = forms.BooleanField(
        label="I am an adult and have parental responsibility for this young person.",
        error_messages={"required": "Only an adult who is responsible for the young person can consent."},
    )
    consents = forms.BooleanField(
        label="I consent to their account, and to their spending within this budget.",
        error_messages={"required": "Without your consent nothing changes."},
    )
