"""People and consent in the back office. Nothing here changes money, and no secret is shown."""

from datetime import datetime
from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin

from accounts import activity_words
from accounts import consent_admin as consent_admin  # its import registers the pages about consent
from accounts.models import (
    AuthenticatorDevice,
    Block,
    Follow,
    OwedMail,
    PrivacySettings,
    SecurityEvent,
    TrustedBrowser,
    User,
)
from accounts.places import place_of
from accounts.profile_admin import PictureDesk
from accounts.sessions import device_name
from ledger.admin import ReadOnly

# allauth registers these to be edited: an address, a secret or a session key there would open any account.
for model in (EmailAddress, Authenticator, UserSession):
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
