"""Browsers that are not asked for the second factor at sign-in."""

from datetime import datetime

from django.db import models

from accounts.models.person import User


class TrustedBrowserQuerySet(models.QuerySet["TrustedBrowser"]):
    def good(self, now: datetime) -> "TrustedBrowserQuerySet":
        """Those whose trust has not run out."""
        return self.filter(until__gt=now)


class TrustedBrowser(models.Model):
    """A browser that one person trusts for a while. Its cookie is the only other half; here lies a hash of it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="trusted_browsers")
    token_digest = models.CharField(max_length=64, unique=True)  # SHA-256 in hexadecimal
    user_agent = models.CharField(max_length=300, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    trusted_at = models.DateTimeField()  # wall time, all three
    last_used_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField()

    objects = TrustedBrowserQuerySet.as_manager()

    class Meta:
        ordering = ["-trusted_at", "-pk"]
        indexes = [models.Index(fields=["user", "-trusted_at"], name="accounts_trusted_user_at")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("trusted_at")), name="accounts_trustedbrowser_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"a browser of {self.user}, until {self.until:%Y-%m-%d}"
