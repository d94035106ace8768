"""Reads of disputes: what stands between a person and buying, what a buyer sees, what a creator sees."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from care.dispute_states import INQUIRIES, Fate
from care.models import Dispute, DisputedGift
from ground.errors import NotFound
from wallet.models import Order


@dataclass(frozen=True)
class HeldDiamonds:
    """A creator's diamonds (hundredths) that disputes set aside, cancelled or gave back, and in how many gifts."""

    held_units: int
    held_gifts: int
    cancelled_units: int
    restored_units: int

    @property
    def is_anything(self) -> bool:
        return bool(self.held_units or self.cancelled_units or self.restored_units)


def disputes_of(person: User) -> "QuerySet[Dispute]":
    """The disputes and inquiries about a person's payments, newest first."""
    return Dispute.objects.filter(order__user=person).select_related("order").order_by("-seen_at", "-id")


def dispute_of(person: User, dispute_id: UUID) -> Dispute:
    """One of them.

    Raises:
        NotFound: there is none, or it is about somebody else's payment.
    """
    found = disputes_of(person).filter(pk=dispute_id).first()
    if found is None:
        raise NotFound
    return found


def disputes_of_order(order: Order) -> list[Dispute]:
    """What a bank said about one order, newest first; questions that are over are left out."""
    shown = Dispute.objects.filter(order=order).filter(
        Q(opened_at__isnull=False) | Q(status__in=INQUIRIES[:2])
    )
    return list(shown.order_by("-seen_at", "-id"))


def standing_dispute(person: User) -> Dispute | None:
    """The oldest dispute of a person's payment that is not decided."""
    return Dispute.objects.standing().filter(order__user=person).order_by("opened_at").first()


def disputed_gifts_of(creator: User) -> "QuerySet[DisputedGift]":
    """The gifts to a creator that disputes touched, newest first, with what lists show."""
    return (
        DisputedGift.objects.filter(creator=creator)
        .select_related("gift__gift", "gift__sender")
        .order_by("-held_at", "-id")
    )


def held_diamonds_of(creator: User) -> HeldDiamonds:
    """The sums over them, in one query."""
    sums = DisputedGift.objects.filter(creator=creator).aggregate(
        held=Sum("diamond_units", filter=Q(fate=Fate.HELD)),
        gifts=Count("pk", filter=Q(fate=Fate.HELD)),
        cancelled=Sum("diamond_units", filter=Q(fate=Fate.CANCELLED)),
        restored=Sum("diamond_units", filter=Q(fate=Fate.RESTORED)),
    )
    return HeldDiamonds(sums["held"] or 0, sums["gifts"] or 0, sums["cancelled"] or 0, sums["restored"] or 0)
