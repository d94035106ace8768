"""The inbox: each event of the provider once, worked off once its work is committed, whatever is lost on the way."""

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from ground import clock
from provider import hooks, tasks_nudge
from provider.alerts import raise_alert
from provider.errors import WebhookRefused
from provider.models import InboxEvent

log = logging.getLogger(__name__)

Status = InboxEvent.Status

LEASE = timedelta(seconds=120)  # Celery's hard limit: after it nobody is at work any more
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=5), timedelta(hours=1)
ATTEMPTS_UNTIL_ALERT = 8
SWEEP_LIMIT = 200

# Money that goes back: kept with an alert until its journey handles it.
WAITING_TYPES = ("refund.", "charge.refund", "charge.dispute.", "radar.")
MAX_TEXT = {"id": 255, "type": 100, "account": 64}
