"""The ordered event log: streams, and the events on them. Written by `events_append` alone, never changed."""

from django.db import models
from django.db.models import F, Q


class Stream(models.Model):
    """A named sequence of events. Its row is locked last in a transaction and hands out the numbers."""

    name = models.TextField(unique=True)  # room:<uuid>, creator:<user id>, user:<user id>, platform
    last_number = models.BigIntegerField(db_default=0)

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """A run of things of one type that happened on one stream, one after the other (one, mostly; a batch, several).

    `events.log` shows them one by one. Bodies hold ids, amounts and codes; names are joined at read.
    """

    stream = models.ForeignKey(
        Stream, models.DO_NOTHING, related_name="events", db_constraint=False, db_index=False
    )
    first_number = models.BigIntegerField()  # 1, 2, 3 … per stream, without a gap, in the order of commit
    last_number = models.BigIntegerField()
    type = models.TextField()
    bodies = models.JSONField()  # an array, one for each number
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "last_number"], name="events_event_number_once"),
            models.CheckConstraint(
                condition=Q(first_number__gte=1, last_number__gte=F("first_number")),
                name="events_event_numbers_ascend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.first_number}"
