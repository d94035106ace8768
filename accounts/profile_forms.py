"""What people type about themselves: name, bio, country, handle, picture."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from accounts import pictures
from accounts.countries import COUNTRY_CHOICES
from accounts.form_words import Spoken
from accounts.forms import OLDEST_YEARS
from accounts.handles import HANDLE_MAX_LENGTH
from accounts.models import User
from accounts.pictures import Crop
from accounts.words import BIO_MAX_GRAPHEMES, BIO_MAX_LENGTH, NAME_MAX_GRAPHEMES, clean_bio, clean_name
from ground import clock

TIME_ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


def clean_birth_date(birth_date: date) -> date:
    """A birth date that a living person can have.

    Raises:
        ValidationError: birth_date_invalid.
    """
    today = clock.today()
    if birth_date > today or birth_date.year < today.year - OLDEST_YEARS:
        raise forms.ValidationError("Enter your real birth date.", code="birth_date_invalid")
    return birth_date


class ProfileForm(Spoken):
    """What others see, and how we speak to the person."""

    display_name = forms.CharField(
        label="Name",
        required=False,
        max_length=10 * NAME_MAX_GRAPHEMES,  # `clean_name` counts as readers do
        help_text=f"How others read you, up to {NAME_MAX_GRAPHEMES} characters. Empty: your handle.",
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    bio = forms.CharField(
        label="About you",
        required=False,
        max_length=2 * BIO_MAX_LENGTH,
        help_text=f"Up to {BIO_MAX_GRAPHEMES} characters.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    country = forms.ChoiceField(
        label="Country you live in",
        help_text="Prices and rules follow it. Only you see it.",
        choices=[("", "Choose…"), *COUNTRY_CHOICES],
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    language = forms.ChoiceField(label="Language", choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label="Time zone", choices=TIME_ZONES)
    birth_date = forms.DateField(
        label="Birth date",
        required=False,
        help_text="Only you see it. It can be set once.",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        facts = {name: getattr(person, name) for name in self.base_fields}
        super().__init__(*args, **(kwargs | {"initial": facts}))
        self.person = person
        if person.birth_date is not None:
            del self.fields["birth_date"]
        if person.is_creator and person.country:
            del self.fields["country"]

    def clean_display_name(self) -> str:
        return clean_name(self.cleaned_data["display_name"], is_staff=self.person.is_staff)

    def clean_bio(self) -> str:
        return clean_bio(self.cleaned_data["bio"])

    def clean_birth_date(self) -> date | None:
        birth_date: date | None = self.cleaned_data["birth_date"]
        return None if birth_date is None else clean_birth_date(birth_date)


class HandleForm(Spoken):
    """Another handle."""

    handle = forms.CharField(
        label="New handle",
        max_length=HANDLE_MAX_LENGTH + 1,  # an @ before it may be typed
        help_text="3 to 24 letters, digits, dots, underscores. Once in 30 days; so long your old one leads to you.",
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )


class Slider(forms.NumberInput):
    """A number chosen by hand, by keyboard or without a script."""

    input_type = "range"
    template_name = "django/forms/widgets/number.html"


def _percent(label: str, least: int, most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        initial=initial,
        required=False,
        widget=Slider(attrs={"step": 1, "value": initial}),
    )


class AvatarForm(Spoken):
    """A picture and the square of it that is shown; without the three numbers the largest one in the middle."""

    picture = forms.FileField(
        label="Picture",
        help_text="JPEG, PNG or WebP, up to 5 MB. Its place and date are not kept.",
        error_messages={"required": "Choose a picture first."},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    zoom = _percent("Closer", 100, pictures.MOST_ZOOM, 100)
    x = _percent("From left to right", 0, 100, 50)
    y = _percent("From top to bottom", 0, 100, 50)

    def content(self) -> bytes:
        """The uploaded bytes, one more than is allowed at most."""
        content: bytes = self.cleaned_data["picture"].read(pictures.MOST_BYTES + 1)
        return content

    def crop(self) -> Crop:
        """The square that was chosen."""
        chosen = {name: self.cleaned_data[name] for name in ("zoom", "x", "y")}
        return Crop(**{name: value for name, value in chosen.items() if value is not None})
