"""The person's own words in every mail of ours."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from accounts import crypto, mails
from accounts.errors import PhraseIsPassword
from accounts.models import AntiPhishingPhrase, User
from accounts.services.activity import record_security_event
from accounts.services.mail import owe_mail
from ground import clock


def set_phrase(*, user: User, phrase: str, now: datetime, request: HttpRequest | None = None) -> None:
    """Put `phrase` into every mail to `user` from now on; empty takes it out again. The same again changes nothing.

    Opens its own transaction. A mail tells of the change, with the new phrase in it.

    Raises:
        PhraseIsPassword: nothing was changed.
    """
    typed, phrase = phrase, " ".join(phrase.split())
    if typed and user.check_password(typed):
        raise PhraseIsPassword()
    with transaction.atomic():
        before = AntiPhishingPhrase.objects.select_for_update().filter(user=user).first()
        if phrase == (before.phrase if before else ""):
            return
        if phrase:
            AntiPhishingPhrase.objects.update_or_create(
                user=user, defaults={"encrypted": crypto.encrypt(phrase)}
            )
        else:
            AntiPhishingPhrase.objects.filter(user=user).delete()
        kind = "phrase_changed" if phrase else "phrase_removed"
        event = record_security_event(user=user, kind=kind, now=clock.wall(), request=request)
        notice = mails.notice_facts(at=event.at, ip=event.ip, user_agent=event.user_agent)
        owe_mail(user=user, kind=kind, facts=notice, now=now)
