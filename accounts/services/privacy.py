"""What a person lets others see and do."""

from typing import Any

from django.db import transaction

from accounts import paces
from accounts.errors import InvalidPrivacy
from accounts.models import Audience, PrivacySettings, User
from accounts.models.social import WATCHERS
from accounts.services.activity import record_security_event
from accounts.streams import PRIVACY_STREAM
from events import log
from ground import clock
from ground.pace import require_calm

AUDIENCES = {"profile_seen_by": WATCHERS, "comments_from": WATCHERS, "gifts_from": tuple(Audience)}
SWITCHES = ("in_rankings", "shows_activity", "gifts_anonymously")


def update_privacy(*, person: User, **changes: str | bool) -> PrivacySettings:
    """Change some of a person's settings, at once for everything that is read or sent from now on.

    What was sent anonymously stays so, and what was not, too. Opens its own transaction.

    Raises:
        InvalidPrivacy: no such setting, or not for it; nothing was changed.
        TooManyChanges: thirty in a minute are enough.
    """
    for name, value in changes.items():
        if not (value in AUDIENCES.get(name, ()) or (name in SWITCHES and isinstance(value, bool))):
            raise InvalidPrivacy
    require_calm(paces.PRIVACY, person.pk)
    with transaction.atomic(durable=True):
        PrivacySettings.objects.get_or_create(user=person)
        settings = PrivacySettings.objects.select_for_update(no_key=True).get(user=person)
        changed: dict[str, Any] = {
            name: value for name, value in changes.items() if getattr(settings, name) != value
        }
        if changed:
            for name, value in changed.items():
                setattr(settings, name, value)
            settings.save(update_fields=list(changed))
            record_security_event(user=person, kind="privacy_changed", now=clock.wall(), **changed)
            log.publish(PRIVACY_STREAM, "privacy.changed", {"people": [person.pk]})
    return settings
