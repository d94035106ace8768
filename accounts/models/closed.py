"""What stays of people who left: nothing but marks that keep others from posing as them."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import models


class KeptHandle(models.Model):
    """A handle that nobody may take until a day, as a keyed hash: it says that a given handle was used, not which."""

    mark = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField()  # wall time

    def __str__(self) -> str:
        return f"kept until {self.until:%Y-%m-%d}"


def mark_of(handle: str) -> str:
    """The mark of a handle. Keyed, because the few handles there are could all be tried against a plain hash."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"handle:{handle.lower()}".encode(), hashlib.sha256
    ).hexdigest()


def is_kept(handle: str, now: datetime) -> bool:
    """Whether the handle was an erased person's and is not free yet."""
    return KeptHandle.objects.filter(mark=mark_of(handle), until__gt=now).exists()
