"""What operators do with offers: publish a version, end it, have it told to those who want to know."""

from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import Max, Q

from accounts.models import User
from accounts.services import owe_mails
from wallet.models import Offer
from wallet.offer_mails import OFFER_STARTED

PEOPLE_AT_ONCE = 500
DRAFT_FIELDS = (
    "slug", "name", "summary", "terms", "artwork", "kind", "way", "basis_points", "bonus_coins", "storefronts",
    "packages", "min_coins", "per_user_limit", "total_limit", "budget_coins", "ends_at",
)  # fmt: skip


def keep_draft(*, offer: Offer, operator: User) -> None:
    """This will save a draft; a new one as the next version of its slug. In the caller's transaction."""
    assert offer.published_at is None
    if offer._state.adding:
        newest = Offer.objects.filter(slug=offer.slug).aggregate(newest=Max("version"))["newest"]
        offer.version, offer.created_by = (newest or 0) + 1, operator
    offer.save()


def publish_offer(*, offer: Offer, now: datetime) -> Offer:
    """This will put a draft in force from its start on, and end the version before it then. Publishing twice is once.

    What was sold under an earlier version keeps its terms. Opens its own transaction.
    """
    with transaction.atomic(durable=True):
        versions = list(Offer.objects.select_for_update().filter(slug=offer.slug).order_by("pk"))
        draft = next(version for version in versions if version.pk == offer.pk)
        if draft.published_at is not None:
            return draft
        draft.published_at, draft.starts_at = now, max(draft.starts_at, now)
        draft.save(update_fields=["published_at", "starts_at"])
        earlier = Offer.objects.published().filter(slug=offer.slug).exclude(pk=offer.pk)
        still_on = earlier.filter(Q(ends_at=None) | Q(ends_at__gt=draft.starts_at))
        still_on.filter(starts_at__lte=draft.starts_at).update(ends_at=draft.starts_at)
    return draft


def new_version(*, offer: Offer, operator: User, now: datetime) -> Offer:
    """This will make a draft like `offer`, to be changed and published. Opens its own transaction."""
    with transaction.atomic(durable=True):
        same = Offer.objects.select_for_update().filter(slug=offer.slug)
        list(same.order_by("pk"))  # the lock: two operators make two versions
        number = (same.aggregate(newest=Max("version"))["newest"] or 0) + 1
        terms = {name: getattr(offer, name) for name in DRAFT_FIELDS}
        return Offer.objects.create(**terms, version=number, starts_at=now, created_by=operator)


def end_offer(*, offer: Offer, now: datetime) -> None:
    """This will end an offer now. Orders that hold it keep it. Opens its own transaction."""
    with transaction.atomic(durable=True):
        running = Offer.objects.select_for_update().get(pk=offer.pk)
        if running.ends_at is None or running.ends_at > now:
            running.ends_at = max(now, running.starts_at)
            running.save(update_fields=["ends_at"])


def tell_about_offers(*, now: datetime) -> int:
    """This will owe the mail of every offer that has started to the next people who want it; answers how many.

    In chunks, each with where it got to in one transaction, so that a run that breaks off is gone on with.
    """
    told = 0
    started = Offer.objects.running(now).filter(is_mailed=True, mailed_at=None)
    for offer_id in started.values_list("pk", flat=True):
        told += _tell_some(offer_id, now)
    return told


def _tell_some(offer_id: int, now: datetime) -> int:
    with transaction.atomic(durable=True):
        offer = Offer.objects.select_for_update(skip_locked=True).filter(pk=offer_id, mailed_at=None).first()
        if offer is None:
            return 0
        wanting = User.objects.filter(
            wanted_topics__topic="offers", is_active=True, pk__gt=offer.mailed_up_to
        )
        people = list(wanting.order_by("pk")[:PEOPLE_AT_ONCE])
        owe_mails(users=people, kind=OFFER_STARTED, facts=_facts(offer), now=now)
        offer.mailed_up_to = people[-1].pk if people else offer.mailed_up_to
        is_last = len(people) < PEOPLE_AT_ONCE
        offer.mailed_at = now if is_last else None
        offer.save(update_fields=["mailed_up_to", "mailed_at"])
        if not is_last:
            transaction.on_commit(current_app.signature("wallet.tasks.tell_about_offers").delay, robust=True)
    return len(people)


def _facts(offer: Offer) -> dict[str, str]:
    until = f"It runs until {offer.ends_at:%-d %B %Y, %H:%M} UTC." if offer.ends_at else "It has no end yet."
    return {"name": offer.name, "summary": offer.summary, "until": until, "slug": offer.slug}
