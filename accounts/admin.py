"""People and consent in the back office. Nothing here changes money, and no secret is shown."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin

from accounts import consent_admin as consent_admin  # its import registers the pages about consent
from accounts.models import User
from ledger.admin import ReadOnly

# allauth registers these to be edited: an address, a secret or a session key there would open any account.
for model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(ReadOnly):
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
        (None, {"fields": ["handle", "email", "display_name", "bio"]}),
        ("Person", {"fields": ["country", "birth_date", "language", "time_zone", "joined_at", "last_login"]}),
        ("Roles", {"fields": ["creator_since", "is_active", "is_staff", "is_superuser", "groups"]}),
        ("Books", {"fields": ["ledger_id"]}),
    ]

    @admin.display(boolean=True, description="creator", ordering="creator_since")
    def is_creator(self, person: User) -> bool:
        return person.is_creator
