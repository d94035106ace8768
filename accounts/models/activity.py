"""What happened to an account, for its person to see."""

from django.db import models

from accounts.models.person import User


class SecurityEvent(models.Model):
    """One thing that touched an account's security: a sign-in, a new factor, a new address.

    Rows are never changed (a trigger refuses it); they go with their person, or once they are old enough.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="security_events")
    kind = models.CharField(max_length=40)  # a code: "signed_in", "password_changed", "passkey_added" …
    at = models.DateTimeField()  # wall time, like sessions and one-time codes
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(
        default=dict
    )  # what the page says beside it; never a secret, a code or an address in full

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], name="accounts_event_newest"),
            models.Index(fields=["at"], name="accounts_event_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user}"
