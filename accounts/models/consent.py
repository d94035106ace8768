"""What people agreed to."""

from datetime import datetime

from django.db import models

from accounts.models.person import User


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
