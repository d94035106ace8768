"""What gifts know about a person: for their export, and how it is erased."""

from collections.abc import Iterable, Iterator

from django.db import connection

from accounts.hooks import ExportPart
from accounts.models import User
from accounts.personal import streamed
from gifts.models import BudgetChange, BudgetTold, CreatorBudget, GiftLimit, SentGift
from ground import clock


def export(person: User) -> Iterator[ExportPart]:
    """The parts of a person's export that gifts have."""
    yield ExportPart("gifts-sent", "The gifts you sent.", _sent(person))
    yield ExportPart(
        "gifts-received", "The gifts you got, from whom as everybody could see.", _received(person)
    )
    yield ExportPart(
        "gift-budgets", "What you allow yourself for one creator and one gift.", _budgets(person)
    )
    yield ExportPart("budget-changes", "How you changed your budgets.", _changes(person))


def erase(person: User) -> None:
    """Sent gifts are numbers of the books and stay; what the person allowed themselves goes."""
    GiftLimit.objects.filter(fan=person).delete()
    BudgetChange.objects.filter(fan=person).delete()
    BudgetTold.objects.filter(fan=person).delete()
    budgets = list(CreatorBudget.objects.filter(fan=person).values_list("creator_id", "period"))
    with connection.cursor() as cursor:
        for creator_id, period in budgets:
            cursor.execute(
                "SELECT gifts_set_creator_budget(%s, %s, %s, NULL, 'UTC', %s)",
                [person.pk, creator_id, period, clock.now()],
            )


def _sent(person: User) -> Iterable[dict[str, object]]:
    rows = SentGift.objects.filter(sender=person).select_related("gift", "creator").order_by("id")
    for sent in streamed(rows):
        yield _line(sent) | {"to": sent.creator.name, "to_handle": sent.creator.handle}


def _received(person: User) -> Iterable[dict[str, object]]:
    rows = SentGift.objects.filter(creator=person).select_related("gift", "sender").order_by("id")
    for sent in streamed(rows):
        yield _line(sent) | {
            "from": "" if sent.is_anonymous else sent.sender.name,
            "from_handle": "" if sent.is_anonymous else sent.sender.handle,
            "diamond_hundredths": sent.diamond_units,
            "matures_on": sent.matures_on,
        }


def _line(sent: SentGift) -> dict[str, object]:
    return {
        "number": sent.pk,
        "at": sent.at,
        "gift": sent.gift.name,
        "quantity": sent.quantity,
        "coins": sent.coins,
        "is_anonymous": sent.is_anonymous,
        "room": sent.room_id,
    }


def _budgets(person: User) -> Iterable[dict[str, object]]:
    for limit in GiftLimit.objects.filter(fan=person):
        yield {"for": "one gift", "period": "", "coins": limit.coins, "spent": ""}
    for budget in streamed(CreatorBudget.objects.filter(fan=person).select_related("creator").order_by("pk")):
        yield {
            "for": f"@{budget.creator.handle}",
            "period": budget.period,
            "coins": budget.coins,
            "spent": budget.spent,
        }


def _changes(person: User) -> Iterable[dict[str, object]]:
    rows = BudgetChange.objects.filter(fan=person).select_related("creator").order_by("pk")
    for change in streamed(rows):
        yield {
            "for": f"@{change.creator.handle}" if change.creator else change.scope,
            "period": change.period,
            "coins_before": change.coins_before,
            "coins": change.coins,
            "asked_at": change.asked_at,
            "takes_force_at": change.takes_force_at,
            "state": change.state,
        }
