"""The forms of offers, codes and challenges in the back office."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from wallet.models import Challenge, Offer, Package, Storefront
from wallet.services.coupons import GROUP, MOST_AT_ONCE, normalised


class OfferForm(ModelForm):  # type: ignore[type-arg]
    """A draft. Nothing ticked means all storefronts, and all packages with exact amounts."""

    storefronts = forms.MultipleChoiceField(
        required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget, help_text="None ticked: all of them."
    )
    packages = forms.MultipleChoiceField(
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None ticked: all of them, and exact amounts.",
    )

    class Meta:
        model = Offer
        fields = [
            "slug", "name", "summary", "terms", "artwork", "kind", "basis_points", "bonus_coins", "way",
            "storefronts", "packages", "min_coins", "per_user_limit", "total_limit", "budget_coins", "starts_at",
            "ends_at",
            "is_mailed",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, str]] = {
            "slug": "The end of its page's address, the same in every version.",
            "basis_points": "Hundredths of a percent of the price or of the coins: 1000 is 10%.",
            "bonus_coins": "When their number is fixed.",
            "min_coins": "The smallest recharge it is for.",
            "per_user_limit": "Orders of one person. Empty: no limit.",
            "total_limit": "Orders in all. Empty: no limit.",
            "budget_coins": "The most bonus coins it may give in all. Empty: no cap.",
            "ends_at": "Empty: until it is ended.",
            "is_mailed": "Tell those who asked for mails about offers, once it runs.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "storefronts" not in self.fields:  # the page of a published one, which is only read
            return
        self._offer("storefronts", Storefront.objects.order_by("name").values_list("code", "name"))
        codes = Package.objects.order_by("coins").values_list("code", "coins").distinct()
        self._offer("packages", [(code, f"{coins:,} coins") for code, coins in codes])

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(choices)


class ChallengeForm(ModelForm):  # type: ignore[type-arg]
    """A draft of a challenge; its reward is an offer that is had by coupon."""

    class Meta:
        model = Challenge
        fields = [
            "slug", "name", "summary", "terms", "counts", "goal", "badge", "badge_name", "reward", "reward_days",
            "starts_at", "ends_at",
        ]  # fmt: skip

    def clean_reward(self) -> Offer | None:
        reward: Offer | None = self.cleaned_data["reward"]
        if reward is not None and (reward.way != Offer.Way.COUPON or reward.published_at is None):
            raise ValidationError("Choose a published offer that is had by coupon.")
        return reward


class CodeForm(BaseDialogForm):  # type: ignore[misc]
    """One public code."""

    code = forms.CharField(min_length=GROUP, max_length=30, widget=UnfoldAdminTextInputWidget)
    total_limit = forms.IntegerField(min_value=1, required=False, widget=UnfoldAdminIntegerFieldWidget)
    per_user_limit = forms.IntegerField(min_value=1, initial=1, widget=UnfoldAdminIntegerFieldWidget)

    def wanted(self) -> dict[str, Any]:
        """What make_code takes."""
        return {name: self.cleaned_data[name] for name in ("code", "total_limit", "per_user_limit")}

    def clean_code(self) -> str:
        code = normalised(self.cleaned_data["code"])
        if len(code) < GROUP or not code.isascii() or not code.isalnum():
            raise ValidationError(f"At least {GROUP} letters and numbers.")
        return code


class BatchForm(forms.Form):
    """Codes for one order each."""

    batch = forms.CharField(max_length=60)
    count = forms.IntegerField(min_value=1, max_value=MOST_AT_ONCE)
