"""A balance each, and one entry for every change of it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Purse(models.Model):
    balance = models.BigIntegerField()

    objects: ClassVar[models.Manager["Purse"]] = models.Manager()

    class Meta:
        app_label = "plain"
        constraints = [models.CheckConstraint(condition=models.Q(balance__gte=0), name="plain_purse_covered")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.balance}"


class Entry(models.Model):
    purse = models.ForeignKey(Purse, models.PROTECT)
    change = models.BigIntegerField()
    gift = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Entry"]] = models.Manager()

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return f"{self.gift}: {self.change}"
