"""What people type: sign-up, codes, profile."""

from datetime import date
from typing import Any, ClassVar

from allauth.core import context
from allauth.mfa import signals as mfa_signals
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.age_gate import pass_age_gate
from accounts.countries import COUNTRY_CHOICES
from accounts.errors import AgeRequired, TooManyCodes, WrongCode
from accounts.form_fields import AddressField
from accounts.form_words import Spoken
from accounts.handles import HANDLE_MAX_LENGTH, clean_handle
from accounts.models import User
from accounts.passwords.validators import NotYourName
from accounts.selectors import people_of
from accounts.services.second_factor import verify_code
from ground import clock

OLDEST_YEARS = 120
ONE_ADDRESS = "Enter an email address or a mobile number."
NOT_BOTH = "Join with one of them; add the other later in Settings."
PHRASE_MIN, PHRASE_MAX = 4, 60


class SignUpFields(Spoken):
    """What sign-up asks beside address and password: on the page and in the headless API alike."""

    handle = forms.CharField(
        label="Handle",
        max_length=HANDLE_MAX_LENGTH + 1,  # an @ before it may be typed
        help_text="Your address here: 3 to 24 letters, digits, dots or underscores.",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    country = forms.ChoiceField(
        label="Country you live in",
        help_text="Prices and rules follow it.",
        choices=[("", "Choose…"), *COUNTRY_CHOICES],
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    birth_date = forms.DateField(
        label="Birth date",
        help_text="Only you see it.",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    terms = forms.BooleanField(
        label="I accept the terms of service and have read the privacy notice.",
        error_messages={"required": "Please accept the terms to open an account."},
    )
    empty: ClassVar[dict[str, str]] = {"password": "Choose a password."}  # its name in the headless API
    field_order = ("email", "phone", "handle", "password1", "country", "birth_date", "terms")

    def clean_handle(self) -> str:
        handle = clean_handle(self.cleaned_data["handle"])
        if User.objects.filter(handle=handle).exists():
            raise forms.ValidationError("This handle is taken. Choose another.", code="handle_taken")
        return handle

    def clean_birth_date(self) -> date:
        birth_date: date = self.cleaned_data["birth_date"]
        today = clock.today()
        if birth_date > today or birth_date.year < today.year - OLDEST_YEARS:
            raise forms.ValidationError("Enter your real birth date.", code="birth_date_invalid")
        return birth_date

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "birth_date" in self.cleaned_data and "country" in self.cleaned_data:
            try:
                pass_age_gate(
                    request=context.request,
                    email=self.cleaned_data.get("email") or "",
                    birth_date=self.cleaned_data["birth_date"],
                    country=self.cleaned_data["country"],
                    today=clock.today(),
                )
            except AgeRequired as refusal:
                self.add_error("birth_date", forms.ValidationError(refusal.message, code=refusal.code))
        self._keep_the_name_out_of_the_password()
        return cleaned

    def _keep_the_name_out_of_the_password(self) -> None:
        """allauth has the password checked before it knows the handle."""
        field = "password1" if "password1" in self.fields else "password"
        typed, handle = self.cleaned_data.get(field), self.cleaned_data.get("handle")
        if typed and handle:
            try:
                NotYourName().validate(typed, User(handle=handle))
            except forms.ValidationError as refusal:
                self.add_error(field, refusal)

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for this; AccountAdapter.save_user has saved everything."""


class SameWork(Spoken):
    """A sign-up with a known address or number takes as long as one that makes a person: the password is hashed."""

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> Any:
        """See allauth's BaseSignupForm.try_save."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1") or self.cleaned_data.get("password"))
        return super().try_save(request)  # type: ignore[misc]


class EitherAddress(SameWork):
    """Joining by email or by phone: one of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = "phone" not in self.fields

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "phone" not in self.fields or self.errors.keys() & {"email", "phone"}:
            return cleaned
        given = [name for name in ("email", "phone") if self.cleaned_data.get(name)]
        if not given:
            self.add_error("email", forms.ValidationError(ONE_ADDRESS, code="address_required"))
        if len(given) > 1:
            self.add_error("phone", forms.ValidationError(NOT_BOTH, code="one_address_only"))
        return cleaned


class SocialFields(SameWork):
    """A sign-up that a provider vouched for: no phone; an address it proved is taken as it is."""

    sociallogin: Any
    _signup_fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("phone", None)
        self._signup_fields.pop("phone", None)
        if self.proved_email:
            self.fields["email"].disabled = True
            self.initial["email"] = self.proved_email

    @property
    def proved_email(self) -> str | None:
        """The address that the provider says it verified."""
        return next((str(one.email) for one in self.sociallogin.email_addresses if one.verified), None)


class ResetAddress(Spoken):
    """Whom a new password is for: by email address or mobile number, known or not."""

    email = AddressField()

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        self.users = people_of(address)
        return address


class ThrottledCode(Spoken):
    """Checks a code by our service, so that django-otp's growing waits hold on pages and in the API."""

    user: User

    def clean_code(self) -> str:
        clear_rate_limit = check_rate_limit(self.user)
        code: str = self.cleaned_data["code"].replace(" ", "")
        try:
            self.authenticator = verify_code(user=self.user, code=code)
        except (WrongCode, TooManyCodes) as refusal:
            self._tell_of_failure(refusal)
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        clear_rate_limit()
        return code

    def _tell_of_failure(self, refusal: WrongCode | TooManyCodes) -> None:
        if isinstance(refusal, WrongCode):
            mfa_signals.authentication_failed.send(
                sender=Authenticator, request=context.request, user=self.user, authenticator=None
            )


class AuthenticateCodeForm(ThrottledCode, AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in."""


class ReauthenticateCodeForm(ThrottledCode, ReauthenticateForm):  # type: ignore[misc]
    """The code inside a session."""


class PhraseForm(Spoken):
    """The anti-phishing phrase."""

    phrase = forms.CharField(
        label="Your phrase",
        min_length=PHRASE_MIN,
        max_length=PHRASE_MAX,
        help_text="A few words only you know, such as “blue giraffe on Sundays”. Never a password.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
