"""allauth's forms as our pages draw them: labels above, no placeholder that repeats them, codes easy to type."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.socialaccount import forms as social_forms
from django.conf import settings

from accounts.form_fields import AddressField
from accounts.form_words import Spoken
from accounts.forms import (
    AuthenticateCodeForm,
    EitherAddress,
    ReauthenticateCodeForm,
    ResetAddress,
    SocialFields,
)

PASSWORD_HINT = "At least 10 characters. A few words you like are easy to keep in mind and hard to guess."  # noqa: S105
CODE_KEYS = {
    "autocomplete": "one-time-code",
    "autofocus": True,
    "spellcheck": "false",
    "autocapitalize": "characters",
}


LABELS = {
    "oldpassword": "Present password",
    "password": "Password",
    "password1": "New password",
    "password2": "New password again",
}


class Plain(Spoken):
    """Takes the placeholders away and gives passwords our label and hint."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in LABELS:
                field.label = LABELS[name]
                field.help_text = PASSWORD_HINT if name == "password1" else ""


class Code(Plain):
    """One short code, in focus."""

    digits_only = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = CODE_KEYS | ({"inputmode": "numeric"} if self.digits_only else {})
        self.fields["code"].widget.attrs.update(keys)
        self.fields["code"].label = "Code"


class LoginForm(Plain, allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.PHONE_SIGN_UP:
            self.fields["login"] = AddressField()
        else:
            self.fields["login"].label = "Email"
        self.order_fields(["login", "password"])
        self.fields["login"].widget.attrs["autofocus"] = True


class SignupForm(Plain, EitherAddress, allauth_forms.SignupForm):  # type: ignore[misc]
    """Joining, by email or by phone: the page asks for one of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "Password"
        self.fields["email"].label = "Email"
        if "phone" in self.fields:
            self.fields["phone"].label = "Mobile number"
            self.fields["phone"].help_text = "With the country code, such as +49. We text it a code."


class SocialSignupForm(Plain, SocialFields, social_forms.SignupForm):  # type: ignore[misc]
    """What a provider cannot tell us, or we do not take from it: handle, birth date, country, consent."""


class ChangePasswordForm(Plain, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Plain, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Plain, ResetAddress, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(Plain, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class AddEmailForm(Plain, allauth_forms.AddEmailForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(Plain, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class EmailCodeForm(Code, allauth_forms.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    pass


class PhoneCodeForm(Code, allauth_forms.VerifyPhoneForm):  # type: ignore[misc]
    pass


class ChangePhoneForm(Plain, allauth_forms.ChangePhoneForm):  # type: ignore[misc]
    pass


class ResetCodeForm(Code, allauth_forms.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    digits_only = False


class AuthenticatePageForm(Code, AuthenticateCodeForm):
    pass


class ReauthenticatePageForm(Code, ReauthenticateCodeForm):
    pass


class ActivatePageForm(Code, ActivateTOTPForm):  # type: ignore[misc]
    pass
