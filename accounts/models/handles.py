"""What people were called before."""

from datetime import datetime

from django.db import models

from accounts.handles import HANDLE_MAX_LENGTH, look_expression
from accounts.models.person import User


class FormerHandleQuerySet(models.QuerySet["FormerHandle"]):
    def held(self, now: datetime) -> "FormerHandleQuerySet":
        """Those that still lead to their person and that nobody else can take."""
        return self.filter(held_until__gt=now)

    def looking_like(self, look: str) -> "FormerHandleQuerySet":
        """Those with this look (handles.look_of)."""
        return self.alias(look=look_expression("handle")).filter(look=look)


class FormerHandle(models.Model):
    """A handle that a person gave up. Until `held_until` its page leads to the new one, and nobody else takes it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_handles")
    handle = models.CharField(max_length=HANDLE_MAX_LENGTH, db_index=True)
    changed_at = models.DateTimeField()  # business time
    held_until = models.DateTimeField()

    objects = FormerHandleQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        indexes = [models.Index(look_expression("handle"), name="accounts_formerhandle_look")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_until__gt=models.F("changed_at")),
                name="accounts_formerhandle_held_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"
