"""Fields that allauth's forms and ours share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.errors import PhoneInvalid
from accounts.phones import looks_like_phone, phone_number


class PhoneField(forms.CharField):
    """A mobile number; its value is E.164."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        given: dict[str, Any] = {"label": "Mobile number", "max_length": 40, "widget": widget} | kwargs
        super().__init__(**given)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return number_or_error(typed) if typed else typed


class AddressField(forms.CharField):
    """An email address or a mobile number: what one signs in with. Its value is lower case or E.164."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        given: dict[str, Any] = {
            "label": "Email or mobile number",
            "max_length": 254,
            "widget": widget,
        } | kwargs
        super().__init__(**given)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if typed and looks_like_phone(typed):
            return number_or_error(typed)
        if typed:
            validate_email(typed)
        return typed.lower()


def number_or_error(typed: str, *, country: str = "") -> str:
    """`typed` as E.164.

    Raises:
        ValidationError: with the words and code of PhoneInvalid.
    """
    try:
        return phone_number(typed, country=country)
    except PhoneInvalid as refusal:
        raise ValidationError(refusal.message, code=refusal.code) from refusal
