"""allauth's forms as our pages draw them: labels above, no placeholder that repeats them, codes easy to type."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from accounts.forms import AuthenticateCodeForm, ReauthenticateCodeForm

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


class Plain(forms.Form):
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
        self.fields["login"].label = "Email"
        self.fields["login"].widget.attrs["autofocus"] = True


class SignupForm(Plain, allauth_forms.SignupForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "Password"


class ChangePasswordForm(Plain, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Plain, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Plain, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(Plain, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class AddEmailForm(Plain, allauth_forms.AddEmailForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(Plain, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class EmailCodeForm(Code, allauth_forms.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    pass


class ResetCodeForm(Code, allauth_forms.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    digits_only = False


class AuthenticatePageForm(Code, AuthenticateCodeForm):
    pass


class ReauthenticatePageForm(Code, ReauthenticateCodeForm):
    pass


class ActivatePageForm(Code, ActivateTOTPForm):  # type: ignore[misc]
    pass
