"""The ordered event log: streams, and the events on them. Written by `events_append` alone, never changed."""

from django.db import models


class Stream(models.Model):
    """A named sequence of events. Its row is locked last in a transaction and hands out the numbers."""

    name = models.TextField(unique=True)  # room:<uuid>, creator:<user id>, user:<user id>, platform
    last_number = models.BigIntegerField(db_default=0)

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One thing that happened on one stream. Bodies hold ids, amounts and codes; names are joined at read."""

    stream = models.ForeignKey(
        Stream, models.DO_NOTHING, related_name="events", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField()  # 1, 2, 3 … per stream, without a gap, in the order of commit
    type = models.TextField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "number"], name="events_event_number_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.number}"
