"""What people agreed to."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.person import User


class LegalDocumentQuerySet(models.QuerySet["LegalDocument"]):
    def in_force(self, now: datetime) -> "LegalDocumentQuerySet":
        """The newest started version of each kind."""
        return self.filter(starts_at__lte=now).order_by("kind", "-version").distinct("kind")

    def coming(self, now: datetime) -> "LegalDocumentQuerySet":
        """Versions that are announced and start later, the next one first."""
        return self.filter(starts_at__gt=now).order_by("starts_at", "kind")

    def published(self) -> "LegalDocumentQuerySet":
        """All but drafts."""
        return self.filter(starts_at__isnull=False)


class LegalDocument(models.Model):
    """One version of one text that people accept: a draft until it has a start, then announced, then in force.

    What has started, and what somebody accepted, is never edited or deleted: a trigger refuses it.
    """

    class Kind(models.TextChoices):
        TERMS = "terms", "Terms of service"
        PRIVACY = "privacy", "Privacy notice"
        COINS = "coins", "Coin terms"
        CREATOR = "creator", "Creator terms"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        IN_FORCE = "in_force", "In force"
        REPLACED = "replaced", "Replaced"

    kind = models.CharField(max_length=12, choices=Kind)
    version = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(null=True, blank=True)  # business time; empty: a draft
    title = models.CharField(max_length=120)
    body = models.TextField(
        help_text="Plain text. An empty line starts a paragraph, “## ” a heading, “- ” a point."
    )
    summary = models.TextField(
        blank=True,
        max_length=2_000,
        help_text="What changes, in plain words: it stands in the mail, in the banner's page and above the text.",
    )
    needs_acceptance = models.BooleanField(
        default=True,
        help_text="Off: people are told and need not accept again. For changes that take nothing from them.",
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="accounts_legaldocument_version_unique"),
            models.CheckConstraint(
                condition=Q(version__gt=0), name="accounts_legaldocument_version_positive"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(starts_at=None), name="accounts_legaldocument_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def blocks(self) -> list[tuple[str, list[str]]]:
        """The body as (kind, lines): ("heading", [text]), ("list", points) or ("text", [paragraph])."""
        return [_block(part) for part in self.body.replace("\r\n", "\n").split("\n\n") if part.strip()]

    def has_started(self, now: datetime) -> bool:
        """Whether it is, or was, in force."""
        return self.starts_at is not None and self.starts_at <= now


def _block(part: str) -> tuple[str, list[str]]:
    lines = [line.strip() for line in part.strip().split("\n")]
    if lines[0].startswith("## "):
        return "heading", [lines[0].removeprefix("## ")]
    if all(line.startswith("- ") for line in lines):
        return "list", [line.removeprefix("- ") for line in lines]
    return "text", [" ".join(lines)]


class Acceptance(models.Model):
    """Who accepted which version of what, when and from where; or who was told of one that asks nothing.

    A trigger refuses everything but new rows.
    """

    class How(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        TOLD = "told", "Told, no acceptance needed"

    user = models.ForeignKey(User, models.PROTECT, related_name="acceptances")
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="acceptances")
    how = models.CharField(max_length=8, choices=How, default=How.ACCEPTED, db_default=How.ACCEPTED)
    accepted_at = models.DateTimeField()  # business time
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        ordering = ["-accepted_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "document"], name="accounts_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {'accepted' if self.how == self.How.ACCEPTED else 'was told of'} {self.document}"


class Announcement(models.Model):
    """That a version starts, told to everybody who has an account: how far the mails have come."""

    document = models.OneToOneField(LegalDocument, models.PROTECT, related_name="announcement")
    made_at = models.DateTimeField()  # business time
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    last_user_id = models.BigIntegerField(default=0)  # everybody up to here has been told
    told = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("made_at")),
                name="accounts_announcement_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Announcement of {self.document}"
