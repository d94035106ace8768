"""What disputes know of a person: for their export, before they close the account, and to erase it."""

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.urls import reverse

from accounts.hooks import ExportPart, Hindrance
from accounts.models import User
from accounts.personal import streamed
from care.models import Dispute, DisputedGift, DisputeStep, FraudWarning


def export(person: User) -> Iterator[ExportPart]:
    """Disputes of their payments, warnings about them, and gifts to them that a dispute touched."""
    yield ExportPart("disputes", "What banks disputed of your payments, and how it ended.", _disputes(person))
    yield ExportPart("fraud-warnings", "When a bank warned of a payment of yours.", _warnings(person))
    yield ExportPart(
        "disputed-gifts",
        "Gifts to you whose diamonds a dispute set aside, and what became of them.",
        _gifts(person),
    )


def hindrances(person: User) -> Iterator[Hindrance]:
    """A bank that has not decided about one of their payments."""
    for case in Dispute.objects.standing().filter(order__user=person).order_by("opened_at"):
        yield Hindrance(
            "open_dispute",
            "Your bank disputes one of your payments.",
            "Wait until it has decided, or tell it that the payment was yours.",
            reverse("wallet:order", args=[case.order_id]),
        )


def provider_ids(person: User) -> Iterator[str]:
    """The provider's ids of disputes, of what moved for them, and of warnings."""
    for case in Dispute.objects.filter(order__user=person).prefetch_related("movements"):
        yield case.provider_id
        yield from (moved.provider_id for moved in case.movements.all())
    yield from FraudWarning.objects.filter(order__user=person).values_list("provider_id", flat=True)


def erase(person: User) -> None:
    """That there were disputes, when and how they ended stays; notes and evidence about the person go."""
    steps = DisputeStep.objects.filter(Q(dispute__order__user=person)).exclude(body="")
    steps.update(body="")


def _disputes(person: User) -> Iterable[dict[str, object]]:
    rows = Dispute.objects.filter(order__user=person).order_by("seen_at", "id")
    for case in streamed(rows):
        yield {
            "order": case.order_id,
            "dispute": case.provider_id,
            "state": case.status,
            "reason": case.reason,
            "currency": case.currency,
            "amount_minor": case.amount_minor,
            "opened_at": case.opened_at,
            "coins_set_aside": case.held_coins,
            "outcome": case.outcome,
            "decided_at": case.decided_at,
        }


def _warnings(person: User) -> Iterable[dict[str, object]]:
    for row in streamed(FraudWarning.objects.filter(order__user=person).order_by("seen_at", "id")):
        yield {
            "order": row.order_id,
            "warning": row.provider_id,
            "kind": row.fraud_type,
            "at": row.happened_at,
        }


def _gifts(person: User) -> Iterable[dict[str, object]]:
    for row in streamed(DisputedGift.objects.filter(creator=person).order_by("held_at", "id")):
        yield {
            "gift": row.gift_id,
            "diamond_hundredths": row.diamond_units,
            "became": row.fate,
            "set_aside_at": row.held_at,
            "decided_at": row.decided_at,
        }
