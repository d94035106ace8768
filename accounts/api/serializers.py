"""The person's own record, and consent, in and out."""

from datetime import date
from zoneinfo import available_timezones

from django.conf import settings
from rest_framework import serializers

from accounts.countries import COUNTRY_CHOICES
from accounts.models import LegalDocument, User
from accounts.profile_forms import clean_birth_date
from accounts.selectors import documents_to_accept, has_second_factor
from accounts.step_up import second_factor_age_s, session_of
from accounts.words import BIO_MAX_GRAPHEMES, BIO_MAX_LENGTH, NAME_MAX_GRAPHEMES, clean_bio, clean_name
from ground import clock


class MeOut(serializers.ModelSerializer[User]):
    """The caller's own record. Nobody else gets one like it."""

    email = serializers.EmailField(
        read_only=True, allow_null=True, help_text="Null: they joined by phone and gave no address."
    )
    name = serializers.CharField(read_only=True)
    avatar = serializers.CharField(
        source="face_address", read_only=True, help_text="The address of a small picture, on this site."
    )
    is_creator = serializers.BooleanField(read_only=True)
    has_second_factor = serializers.SerializerMethodField(help_text="An authenticator is enrolled.")
    is_verified = serializers.BooleanField(
        read_only=True, help_text="This session was verified by a second factor."
    )
    second_factor_age_s = serializers.SerializerMethodField(help_text="Seconds since the session's last one.")
    terms_to_accept = serializers.SerializerMethodField(
        help_text="Kinds whose version in force is not accepted."
    )

    class Meta:
        model = User
        fields = [
            "id",
            "handle",
            "email",
            "name",
            "display_name",
            "bio",
            "country",
            "language",
            "time_zone",
            "birth_date",
            "avatar",
            "is_creator",
            "has_second_factor",
            "is_verified",
            "second_factor_age_s",
            "terms_to_accept",
        ]

    def get_has_second_factor(self, user: User) -> bool:
        return has_second_factor(user)

    def get_second_factor_age_s(self, user: User) -> int | None:
        age_s = second_factor_age_s(session_of(self.context["request"]), user)
        return None if age_s is None else int(age_s)

    def get_terms_to_accept(self, user: User) -> list[str]:
        missing = documents_to_accept(user, list(LegalDocument.Kind), clock.now())
        return [document.kind for document in missing]


class ProfileIn(serializers.Serializer[User]):
    """What a person may change about themselves here."""

    display_name = serializers.CharField(
        max_length=10 * NAME_MAX_GRAPHEMES,  # `clean_name` counts as readers do
        allow_blank=True,
        required=False,
        help_text=f"Up to {NAME_MAX_GRAPHEMES} characters as readers count them.",
    )
    bio = serializers.CharField(
        max_length=2 * BIO_MAX_LENGTH,
        allow_blank=True,
        required=False,
        help_text=f"Up to {BIO_MAX_GRAPHEMES} characters as readers count them.",
    )
    country = serializers.ChoiceField(choices=COUNTRY_CHOICES, required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    time_zone = serializers.CharField(max_length=40, required=False)
    birth_date = serializers.DateField(required=False, help_text="Can be set once.")

    def validate_display_name(self, value: str) -> str:
        return clean_name(value, is_staff=self.context["request"].user.is_staff)

    def validate_bio(self, value: str) -> str:
        return clean_bio(value)

    def validate_birth_date(self, value: date) -> date:
        return clean_birth_date(value)

    def validate_time_zone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError("Use a name of the IANA time zone list, such as Asia/Kolkata.")
        return value
