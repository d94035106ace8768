"""Who people are."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django_otp.models import Device, ThrottlingMixin

from accounts.handles import HANDLE_PATTERN, HANDLE_RULE
from accounts.session_cache import SIGN_IN_FIELDS, forget_person


def new_ledger_id() -> int:
    """A random holder number below 2⁶², never 0 (the platform): the books know a person by nothing else."""
    return secrets.randbelow(2**62 - 1) + 1


class UserQuerySet(models.QuerySet["User"]):
    def update(self, **changes: Any) -> int:
        """As Django's; what a session rests on is told to the gateway's memory, which `save` does by its signal."""
        concerned = list(self.values_list("pk", flat=True)) if SIGN_IN_FIELDS & changes.keys() else []
        changed = super().update(**changes)
        for user_id in concerned:
            forget_person(user_id)
        return changed


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save a new person with a hashed password. `fields` are the model's other columns."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # django-otp has no types
    """A person: fan, creator, operator, or several of these."""

    ledger_id = models.BigIntegerField(unique=True, default=new_ledger_id, editable=False)
    handle = models.CharField(
        max_length=24,
        unique=True,
        validators=[RegexValidator(HANDLE_PATTERN, HANDLE_RULE)],
    )
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=60, blank=True)
    bio = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=40, default="UTC")
    birth_date = models.DateField(null=True, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    creator_since = models.DateTimeField(null=True, blank=True)  # empty: not a creator
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()
    # The device that verified this request's session; accounts.otp sets it on the request's user, never on a row's.
    otp_device: "AuthenticatorDevice | None" = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handle=Lower("handle")), name="accounts_user_handle_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower"
            ),
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

    def is_verified(self) -> bool:
        """Whether this request's session was verified by a second factor."""
        return self.otp_device is not None


class AuthenticatorDevice(ThrottlingMixin, Device):  # type: ignore[misc]
    """django-otp's view of one allauth authenticator: one row each, made and deleted with it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="otp_devices")
    authenticator = models.OneToOneField("mfa.Authenticator", models.CASCADE, related_name="otp_device")

    def get_throttle_factor(self) -> int:
        """Wait 1, 2, 4, 8 … seconds after each further wrong code."""
        return 1

    def verify_token(self, token: str) -> bool:
        """Whether `token` is right now and was not used before. Must run under a lock on this row."""
        if not self.verify_is_allowed()[0]:
            return False
        if self.authenticator.wrap().validate_code(str(token)):
            self.throttle_reset()
            return True
        self.throttle_increment()
        return False


class LegalDocumentQuerySet(models.QuerySet["LegalDocument"]):
    def in_force(self, now: datetime) -> "LegalDocumentQuerySet":
        """The newest started version of each kind."""
        return self.filter(starts_at__lte=now).order_by("kind", "-version").distinct("kind")


class LegalDocument(models.Model):
    """One version of one text that people accept. What has started is never edited; a new version follows it."""

    class Kind(models.TextChoices):
        TERMS = "terms", "Terms of service"
        PRIVACY = "privacy", "Privacy notice"
        COINS = "coins", "Coin terms"
        CREATOR = "creator", "Creator terms"

    kind = models.CharField(max_length=12, choices=Kind)
    version = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()  # business time
    title = models.CharField(max_length=120)
    body = models.TextField(
        help_text="Plain text. An empty line starts a paragraph, “## ” a heading, “- ” a point."
    )

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="accounts_legaldocument_version_unique"),
            models.CheckConstraint(
                condition=models.Q(version__gt=0), name="accounts_legaldocument_version_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def blocks(self) -> list[tuple[str, list[str]]]:
        """The body as (kind, lines): ("heading", [text]), ("list", points) or ("text", [paragraph])."""
        return [_block(part) for part in self.body.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _block(part: str) -> tuple[str, list[str]]:
    lines = [line.strip() for line in part.strip().split("\n")]
    if lines[0].startswith("## "):
        return "heading", [lines[0].removeprefix("## ")]
    if all(line.startswith("- ") for line in lines):
        return "list", [line.removeprefix("- ") for line in lines]
    return "text", [" ".join(lines)]


class Acceptance(models.Model):
    """Who accepted which version of what, when and from where. A trigger refuses everything but new rows."""

    user = models.ForeignKey(User, models.PROTECT, related_name="acceptances")
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()  # business time
    ip = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering = ["-accepted_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "document"], name="accounts_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} accepted {self.document}"
