"""Becoming a creator."""

from datetime import datetime

from django.db import transaction

from accounts.models import LegalDocument, User
from accounts.services.age import require_adult
from accounts.services.consent import require_current_terms
from accounts.services.second_factor import require_second_factor


def become_creator(*, user: User, now: datetime) -> User:
    """Make `user` a creator as of `now`; who is one already keeps the first date. Joins the caller's transaction.

    Raises:
        AgeRequired, TermsRequired, SecondFactorRequired: what is missing; nothing was changed.
    """
    require_adult(user=user, today=now.date())
    require_current_terms(user=user, kinds=[LegalDocument.Kind.TERMS, LegalDocument.Kind.CREATOR], now=now)
    require_second_factor(user=user)
    with transaction.atomic():
        creator = User.objects.select_for_update().get(pk=user.pk)
        if creator.creator_since is None:
            creator.creator_since = now
            creator.save(update_fields=["creator_since"])
    user.creator_since = creator.creator_since
    return user
