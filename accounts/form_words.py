"""What our forms say of a field that was left empty: what to do. The same words on pages and in the headless API."""

from collections.abc import Mapping
from typing import ClassVar

from allauth.headless.internal.restkit.inputs import Input
from django import forms

EMPTY: dict[str, str] = {
    "birth_date": "Enter your birth date.",
    "body": "Write what you want to say.",
    "code": "Enter the code.",
    "country": "Choose the country you live in.",
    "credential": "Use your passkey or security key first.",
    "email": "Enter an email address.",
    "handle": "Enter a handle.",
    "key": "Enter the code.",
    "login": "Enter the address that you sign in with.",
    "name": "Enter a name.",
    "oldpassword": "Enter your present password.",
    "password": "Enter your password.",
    "password1": "Choose a password.",
    "password2": "Enter the new password again.",
    "phone": "Enter a mobile number with its country code.",
    "phrase": "Enter a phrase.",
    "relation": "Choose what you are to the young person.",
    "text": "Write what you want to say.",
    "title": "Enter a title.",
    "token": "Enter the code from the mail.",
}


class Spoken(forms.Form):
    """A form that speaks so. `empty` has the words of fields that mean something else in this one."""

    empty: ClassVar[Mapping[str, str]] = {}

    def full_clean(self) -> None:
        """As Django's, with our words."""
        _speak(self)
        super().full_clean()


def speak_in_headless() -> None:
    """Make allauth's headless inputs speak so, too: they are forms."""
    full_clean = Input.full_clean

    def speaking(self: forms.Form) -> None:
        _speak(self)
        full_clean(self)

    Input.full_clean = speaking


def _speak(form: forms.Form) -> None:
    own: Mapping[str, str] = getattr(form, "empty", {})
    for name, field in form.fields.items():
        if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
            label = field.label or name.replace("_", " ").capitalize()
            field.error_messages["required"] = own.get(name) or EMPTY.get(name) or f"Fill in “{label}”."
