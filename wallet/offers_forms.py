"""The forms of offers, codes and challenges in the back office."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from wallet.models import Challenge, Offer, Package, Storefront
from wallet.services.coupons import GROUP, MOST_AT_ONCE, normalised


class OfferForm(ModelForm):  # type: ignore[type-arg]
    """A draft. Storefronts and packages are lists of codes, as ["us"]; empty lists mean all."""

    class Meta:
        model = Offer
        fields = [
            "slug", "name", "summary", "terms", "artwork", "kind", "basis_points", "bonus_coins", "way",
            "storefronts", "packages", "min_coins", "per_user_limit", "total_limit", "budget_coins", "starts_at",
            "ends_at",
            "is_mailed",
        ]  # fmt: skip

    def clean_storefronts(self) -> list[str]:
        return _codes(
            self.cleaned_data["storefronts"], set(Storefront.objects.values_list("code", flat=True))
        )

    def clean_packages(self) -> list[str]:
        return _codes(self.cleaned_data["packages"], set(Package.objects.values_list("code", flat=True)))


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


def _codes(given: Any, known: set[str]) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(code, str) for code in given):
        raise ValidationError('Write a list of codes, as ["us"].')
    if unknown := sorted(set(given) - known):
        raise ValidationError(f"Unknown: {', '.join(unknown)}.")
    return sorted(set(given))
