"""Passkeys and security keys: what a browser answers to a challenge, checked more strictly than allauth does."""

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as allauth_forms
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms

from accounts.errors import KeyTaken
from accounts.form_words import Spoken
from accounts.keys import key_digest
from accounts.models import AuthenticatorDevice

LONGEST_NAME = 60
# What the parsing of an answer that no browser makes ends in.
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)


class SoundAnswer(Spoken):
    """An answer that cannot be read is a wrong one, not an error of ours."""

    def clean_credential(self) -> Any:
        try:
            return self.check_credential()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def check_credential(self) -> Any:
        return super().clean_credential()  # type: ignore[misc]


class AuthenticateKeyForm(SoundAnswer, allauth_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The key as the second step of signing in."""


class ReauthenticateKeyForm(SoundAnswer, allauth_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The key inside a session."""


class PasskeyLoginForm(SoundAnswer, allauth_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey instead of a password: the key itself must have asked for a PIN, a finger or a face.

    allauth believes the challenge's own wish for that, and a challenge for a second factor, which has none, serves a
    sign-in too. So a stolen security key would open the account alone; the flag in the signed answer decides here.
    """

    def check_credential(self) -> Any:
        authenticator = super().check_credential()
        answer = parse_authentication_response(self.cleaned_data["credential"])
        if not answer.response.authenticator_data.is_user_verified():
            raise get_adapter().validation_error("incorrect_code")
        return authenticator


class AddKeyForm(Spoken, allauth_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new key, with a name of its own."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME, required=False)

    def clean(self) -> Any:
        try:
            cleaned: dict[str, Any] = super().clean() or {}
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        credential = cleaned.get("credential")
        if credential and AuthenticatorDevice.objects.filter(key_digest=key_digest(credential)).exists():
            raise forms.ValidationError(KeyTaken.message, code=KeyTaken.code)
        return cleaned


class RenameKeyForm(Spoken, allauth_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
