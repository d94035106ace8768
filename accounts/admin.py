"""People and consent in the back office. Nothing here changes money, and no secret is shown."""

from datetime import datetime
from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from accounts import activity_words
from accounts import consent_admin as consent_admin  # its import registers the pages about consent
from accounts.models import (
    AuthenticatorDevice,
    Block,
    Follow,
    OwedMail,
    Phone,
    PrivacySettings,
    SecurityEvent,
    TextMessage,
    TrustedBrowser,
    User,
)
from accounts.places import place_of
from accounts.profile_admin import PictureDesk
from accounts.sessions import device_name
from ledger.admin import ReadOnly

# allauth registers these to be edited: an address, a secret or a session key there would open any account.
for model in (EmailAddress, Authenticator, UserSession, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(PictureDesk):
    """Find a person by handle, address, name or number. What they own is on the money pages of their ledger id."""

    list_display = [
        "handle",
        "email",
        "display_name",
        "country",
        "is_creator",
        "is_staff",
        "is_active",
        "joined_at",
    ]
    list_filter = ["is_staff", "is_active", ("creator_since", admin.EmptyFieldListFilter), "country"]
    search_fields = ["handle", "email", "display_name", "=ledger_id", "=id"]
    ordering = ["-joined_at"]
    fieldsets = [
        (None, {"fields": ["handle", "email", "display_name", "bio", "picture"]}),
        ("Person", {"fields": ["country", "birth_date", "language", "time_zone", "joined_at", "last_login"]}),
        ("Roles", {"fields": ["creator_since", "is_active", "is_staff", "is_superuser", "groups"]}),
        ("Books", {"fields": ["ledger_id"]}),
    ]

    @admin.display(boolean=True, description="creator", ordering="creator_since")
    def is_creator(self, person: User) -> bool:
        return person.is_creator


@admin.register(AuthenticatorDevice)
class AuthenticatorDeviceAdmin(ReadOnly):
    """Which second factors a person has, when they were used, and whether wrong codes make them wait. No secret."""

    list_display = ["user", "kind", "enrolled_at", "last_used_at", "throttling_failure_count"]
    list_filter = ["authenticator__type"]
    list_select_related = ["user", "authenticator"]
    search_fields = ["user__handle", "user__email"]
    ordering = ["-pk"]
    fields = ["user", "kind", "enrolled_at", "last_used_at", "throttling_failure_count"]
    readonly_fields = fields

    @admin.display(description="kind", ordering="authenticator__type")
    def kind(self, device: AuthenticatorDevice) -> str:
        return str(device.authenticator.get_type_display())

    @admin.display(description="enrolled", ordering="authenticator__created_at")
    def enrolled_at(self, device: AuthenticatorDevice) -> datetime:
        return cast(datetime, device.authenticator.created_at)

    @admin.display(description="last used", ordering="authenticator__last_used_at")
    def last_used_at(self, device: AuthenticatorDevice) -> datetime | None:
        return cast(datetime | None, device.authenticator.last_used_at)


@admin.register(TrustedBrowser)
class TrustedBrowserAdmin(ReadOnly):
    """Browsers that are not asked for the second factor at sign-in."""

    list_display = ["user", "device", "ip", "trusted_at", "last_used_at", "until"]
    list_select_related = ["user"]
    search_fields = ["user__handle", "user__email", "ip"]
    exclude = ["token_digest"]

    @admin.display(description="device")
    def device(self, browser: TrustedBrowser) -> str:
        return device_name(browser.user_agent)


@admin.register(Phone)
class PhoneAdmin(ReadOnly):
    """Whose number is whose."""

    list_display = ["user", "number", "verified_at", "claimed_at"]
    list_filter = [("verified_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__handle", "=number"]


@admin.register(TextMessage)
class TextMessageAdmin(ReadOnly):
    """What was texted to whom and whether it went out. What it said is not kept."""

    list_display = ["number", "kind", "state", "reason", "tries", "created_at", "sent_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["user"]
    search_fields = ["=number", "user__handle", "=reference"]
    fields = [
        "user",
        "number",
        "kind",
        "state",
        "reason",
        "tries",
        "due_at",
        "good_until",
        "reference",
        "created_at",
        "sent_at",
    ]


@admin.register(SocialAccount)
class SocialAccountAdmin(ReadOnly):
    """Which sign-in of another service opens whose account."""

    list_display = ["user", "provider", "uid", "date_joined", "last_login"]
    list_filter = ["provider"]
    list_select_related = ["user"]
    search_fields = ["user__handle", "=uid"]
    fields = ["user", "provider", "uid", "extra_data", "date_joined", "last_login"]


class SocialAppForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """An application at Google or Facebook. Its secret is typed and never shown."""

    provider = forms.ChoiceField(
        choices=[("google", "Google"), ("facebook", "Facebook")], widget=UnfoldAdminSelectWidget
    )
    secret = forms.CharField(
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "off"}),
        required=False,
        help_text="Leave it empty to keep the present one.",
    )

    class Meta:
        model = SocialApp
        fields = ["provider", "name", "client_id", "secret"]

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"] or self.instance.secret
        if not secret:
            raise forms.ValidationError("The provider gave you a secret with the client id. It belongs here.")
        return secret


@admin.register(SocialApp)
class SocialAppAdmin(ModelAdmin):  # type: ignore[misc]
    """With an application here, or in the environment, the button appears at sign-in."""

    form = SocialAppForm
    actions = None
    list_display = ["name", "provider", "client_id"]
    search_fields = ["name", "client_id"]


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnly):
    """What happened to people's accounts: sign-ins, failed ones, changes of passwords and second factors."""

    list_display = ["at", "user", "what", "device", "place", "ip"]
    list_filter = ["kind", "at"]
    list_select_related = ["user"]
    search_fields = ["user__handle", "user__email", "=ip"]
    ordering = ["-pk"]

    @admin.display(description="what", ordering="kind")
    def what(self, event: SecurityEvent) -> str:
        return activity_words.title(event.kind, event.facts)

    @admin.display(description="device")
    def device(self, event: SecurityEvent) -> str:
        return device_name(event.user_agent) if event.user_agent else ""

    @admin.display(description="place")
    def place(self, event: SecurityEvent) -> str:
        return place_of(event.ip)


@admin.register(OwedMail)
class OwedMailAdmin(ReadOnly):
    """Mails on their way, and those that went out in the last months. What they say is not shown."""

    list_display = ["owed_at", "user", "kind", "sent_at", "tries", "due_at"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["user"]
    search_fields = ["user__handle", "user__email", "kind"]
    fields = ["user", "kind", "owed_at", "due_at", "sent_at", "tries"]
    ordering = ["-owed_at", "-pk"]


@admin.register(PrivacySettings)
class PrivacySettingsAdmin(ReadOnly):
    """What a person lets others see and do. Only they change it."""

    list_display = [
        "user",
        "profile_seen_by",
        "comments_from",
        "gifts_from",
        "in_rankings",
        "shows_activity",
        "gifts_anonymously",
    ]
    list_filter = ["profile_seen_by", "comments_from", "gifts_from", "gifts_anonymously"]
    list_select_related = ["user"]
    search_fields = ["user__handle", "user__email"]
    ordering = ["-pk"]


@admin.register(Follow)
class FollowAdmin(ReadOnly):
    """Who follows whom."""

    list_display = ["follower", "followed", "since"]
    list_select_related = ["follower", "followed"]
    search_fields = ["follower__handle", "followed__handle"]


@admin.register(Block)
class BlockAdmin(ReadOnly):
    """Who blocked whom."""

    list_display = ["blocker", "blocked", "since"]
    list_select_related = ["blocker", "blocked"]
    search_fields = ["blocker__handle", "blocked__handle"]
