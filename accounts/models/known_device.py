"""What a person signed in from before."""

from django.db import models

from accounts.models.person import User


class KnownDevice(models.Model):
    """A browser or program that a person signed in from. It keeps a token, we the token's hash.

    A sign-in from anything else is told by mail.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="known_devices")
    token_hash = models.CharField(max_length=64)  # SHA-256, hex; two people may share a browser
    user_agent = models.CharField(max_length=300, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "token_hash"], name="accounts_knowndevice_once"),
        ]

    def __str__(self) -> str:
        return f"a device of {self.user}"
