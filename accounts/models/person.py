"""A person, and what the books know them by."""

import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.urls import reverse

from accounts import pictures
from accounts.handles import HANDLE_MAX_LENGTH, HANDLE_PATTERN, HANDLE_RULE, look_expression
from accounts.models.social import shown_to
from accounts.session_cache import SIGN_IN_FIELDS, forget_person
from accounts.words import BIO_MAX_LENGTH, NAME_MAX_LENGTH

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.devices import AuthenticatorDevice

SMALL_FACE_PX = 64


def new_ledger_id() -> int:
    """A random holder number below 2⁶², never 0 (the platform): the books know a person by nothing else."""
    return secrets.randbelow(2**62 - 1) + 1


class UserQuerySet(models.QuerySet["User"]):
    def looking_like(self, look: str) -> "UserQuerySet":
        """Those whose handle has this look (handles.look_of)."""
        return self.alias(handle_look=look_expression("handle")).filter(handle_look=look)

    def update(self, **changes: Any) -> int:
        """As Django's; what a session rests on is told to the gateway's memory, which `save` does by its signal."""
        concerned = list(self.values_list("pk", flat=True)) if SIGN_IN_FIELDS & changes.keys() else []
        changed = super().update(**changes)
        for user_id in concerned:
            forget_person(user_id)
        return changed

    def visible_to(self, viewer: "User | AnonymousUser | None") -> "UserQuerySet":
        """Who shows themselves to `viewer` (None: to anybody): the one filter of every list of people."""
        return self.filter(
            shown_to(None if viewer is None else viewer.pk), is_active=True, deactivated_at=None
        )


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, viewer: "User | AnonymousUser | None") -> UserQuerySet:
        return self.get_queryset().visible_to(viewer)

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """Save a new person with a hashed password. `fields` are the model's other columns."""
        user = self.model(email=email.lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # django-otp has no types
    """A person: fan, creator, operator, or several of these."""

    ledger_id = models.BigIntegerField(unique=True, default=new_ledger_id, editable=False)
    handle = models.CharField(
        max_length=HANDLE_MAX_LENGTH,
        unique=True,
        validators=[RegexValidator(HANDLE_PATTERN, HANDLE_RULE)],
    )
    # Empty (NULL, never ""): joined by phone and gave no address yet. docs/decisions/0015-sign-in-limits.md
    email = models.EmailField(unique=True, null=True, blank=True)
    display_name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True)
    bio = models.CharField(max_length=BIO_MAX_LENGTH, blank=True)
    avatar = models.CharField(max_length=pictures.NAME_LENGTH, blank=True)  # empty: the drawn portrait
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=40, default="UTC")
    birth_date = models.DateField(null=True, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    deactivated_at = models.DateTimeField(
        null=True, blank=True
    )  # closed by its person; nobody sees it meanwhile
    creator_since = models.DateTimeField(null=True, blank=True)  # empty: not a creator
    joined_at = models.DateTimeField(db_default=Now(), editable=False)
    # Since when the person must secure the account before anything else (accounts.recovery); empty: they need not.
    recovery_since = models.DateTimeField(null=True, blank=True, editable=False)  # wall time

    objects: ClassVar[UserManager] = UserManager()
    # The device that verified this request's session; accounts.otp sets it on the request's user, never on a row's.
    otp_device: "AuthenticatorDevice | None" = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle"]

    class Meta:
        indexes = [models.Index(look_expression("handle"), name="accounts_user_handle_look")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handle=Lower("handle")), name="accounts_user_handle_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower"
            ),
            models.CheckConstraint(condition=~models.Q(email=""), name="accounts_user_email_not_empty"),
            models.CheckConstraint(
                condition=models.Q(ledger_id__gt=0), name="accounts_user_ledger_id_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def is_creator(self) -> bool:
        return self.creator_since is not None

    @property
    def name(self) -> str:
        """What others read: the display name, or the handle."""
        return self.display_name or self.handle

    def avatar_address(self, edge_px: int) -> str:
        """Where the uploaded avatar lies, `edge_px` wide or the next larger; empty: there is only the drawn one."""
        return pictures.address(self.avatar, edge_px) if self.avatar else ""

    @property
    def face_address(self) -> str:
        """A small picture of the person, for programs and scripts: the uploaded one, else the drawn one."""
        return self.avatar_address(SMALL_FACE_PX) or reverse("look:avatar", args=[str(self.pk)])

    def is_verified(self) -> bool:
        """Whether this request's session was verified by a second factor."""
        return self.otp_device is not None
