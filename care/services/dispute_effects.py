"""What a dispute does to an order, its coins and diamonds and the money: in the caller's transaction, each step once.

The order is locked, then the dispute, then the books' accounts; events are published by the caller at the very end.
"""

from datetime import datetime
from typing import Any

from django.db.models import Max

from care.dispute_states import DisputeStepKind as Did
from care.dispute_states import Fate, Outcome, Stage
from care.models import Dispute, DisputedGift, DisputeMovement, DisputeStep
from care.provider_disputes import Claim
from care.services.dispute_news import News
from gifts import disputes
from gifts.disputes import Booked
from provider.alerts import raise_alert
from wallet.models import Order
from wallet.services.steps import Kind, Source, advance, note
from wallet.states import OrderState


def follow(case: Dispute, order: Order, claim: Claim, *, source: Source, now: datetime) -> News:
    """Bring books and order to what the provider says. Answers what the people touched are to be told."""
    news = News(order)
    if not order.was_credited:
        return news  # nothing of it is in our books yet: the sweep comes again
    book_movements(case, order, claim, now=now)
    stage = claim.stage
    if case.outcome:
        _demand_same(case, stage)
    elif stage is Stage.OPEN:
        _open(case, order, news, source=source, now=now)
    elif stage is Stage.WON:
        _won(case, order, news, source=source, now=now)
    elif stage is Stage.LOST:
        _lost(case, order, news, source=source, now=now)
    return news


def book_movements(case: Dispute, order: Order, claim: Claim, *, now: datetime) -> None:
    """Book what the provider withdrew and gave back, each of its balance transactions once."""
    known = set(case.movements.values_list("provider_id", flat=True))
    number = case.movements.aggregate(last=Max("number"))["last"] or 0
    for moved in claim.movements:
        if moved.provider_id in known:
            continue
        number += 1
        row = DisputeMovement.objects.create(
            dispute=case,
            provider_id=moved.provider_id,
            number=number,
            amount_minor=moved.amount_minor,
            fee_minor=moved.fee_minor,
            currency=moved.currency,
            at=moved.at,
        )
        _book(case, order, row, now)
        record(case, Did.MOVED, now=now, transaction=row.provider_id, amount_minor=row.amount_minor,
               fee_minor=row.fee_minor, currency=row.currency)  # fmt: skip


def record(
    case: Dispute,
    kind: Did,
    *,
    now: datetime,
    actor: Any = None,
    body: str = "",
    key: str = "",
    **facts: Any,
) -> DisputeStep:
    """Write one row of the dispute's history."""
    return DisputeStep.objects.create(
        dispute=case, kind=kind, status=case.status, actor=actor, body=body, key=key, facts=facts, at=now
    )


def _book(case: Dispute, order: Order, moved: DisputeMovement, now: datetime) -> None:
    """Money below zero left our balance there. Where the provider converted it, it stands for the disputed amount."""
    amount = abs(moved.amount_minor)
    if amount and moved.currency != order.currency:
        amount = case.amount_minor
    is_gone = moved.amount_minor < 0
    direction = {"amount_minor__lt": 0} if is_gone else {"amount_minor__gte": 0}
    nth = case.movements.filter(**direction).count()
    reference = case.provider_id if nth == 1 else f"{case.provider_id}:{nth}"
    if is_gone:
        taken = Booked(moved.currency, -moved.amount_minor, moved.fee_minor)
        disputes.withdrawn(order, amount_minor=amount, booked=taken, reference=reference, now=now)
    else:
        given = Booked(moved.currency, moved.amount_minor, -moved.fee_minor)
        disputes.reinstated(order, amount_minor=amount, booked=given, reference=reference, now=now)


def _open(case: Dispute, order: Order, news: News, *, source: Source, now: datetime) -> None:
    if case.opened_at is not None:
        return
    case.opened_at = now
    held = disputes.hold(
        order,
        holder=order.user.ledger_id,
        amount_minor=case.amount_minor,
        reference=case.provider_id,
        now=now,
    )
    touched = _note_held(case, order, held, now)
    _mark(case, order, Kind.DISPUTE_OPENED, source=source, now=now)
    news.opened(case, touched)


def _won(case: Dispute, order: Order, news: News, *, source: Source, now: datetime) -> None:
    """Nobody who was not touched hears of it: won before we had looked, it never moved a coin."""
    was_open = case.opened_at is not None
    case.opened_at = case.opened_at or now
    disputes.won(order, holder=order.user.ledger_id, reference=case.provider_id, now=now)
    _decide(case, Outcome.WON, now)
    touched = _settle_gifts(case, Fate.RESTORED, now)
    record(case, Did.WON, now=now)
    _mark(case, order, Kind.DISPUTE_WON, source=source, now=now)
    if was_open:
        news.won(case, touched)


def _lost(case: Dispute, order: Order, news: News, *, source: Source, now: datetime) -> None:
    is_first_look = case.opened_at is None
    case.opened_at = case.opened_at or now
    holder, reference = order.user.ledger_id, case.provider_id
    amount = case.amount_minor
    held = disputes.hold(order, holder=holder, amount_minor=amount, reference=reference, now=now)
    disputes.lost(order, holder=holder, amount_minor=amount, reference=reference, now=now)
    if is_first_look:
        _note_held(case, order, held, now)
    _decide(case, Outcome.LOST, now)
    touched = _settle_gifts(case, Fate.CANCELLED, now)
    record(case, Did.LOST, now=now)
    _mark(case, order, Kind.DISPUTE_LOST, source=source, now=now)
    news.lost(case, touched)


def _note_held(case: Dispute, order: Order, held: disputes.Held, now: datetime) -> list[DisputedGift]:
    """Keep what was set aside, gift by gift, as the books say it."""
    case.held_coins = held.coins + held.bonus_coins
    case.held_bonus_coins = held.bonus_coins
    case.held_gift_coins, case.held_diamond_units = held.gift_coins, held.diamond_units
    case.save()  # the gifts name it
    record(case, Did.HELD, now=now, coins=case.held_coins, gift_coins=held.gift_coins,
           diamond_units=held.diamond_units)  # fmt: skip
    found = disputes.touched(order, holder=order.user.ledger_id, reference=case.provider_id)
    return DisputedGift.objects.bulk_create(
        [
            DisputedGift(
                dispute=case,
                gift=one.gift,
                creator=one.gift.creator,
                coins=one.coins,
                diamond_units=one.diamond_units,
                held_at=now,
            )
            for one in found
        ]
    )


def _settle_gifts(case: Dispute, fate: Fate, now: datetime) -> list[DisputedGift]:
    case.gifts.update(fate=fate, decided_at=now)
    return list(case.gifts.select_related("creator"))


def _decide(case: Dispute, outcome: Outcome, now: datetime) -> None:
    case.outcome, case.decided_at = outcome, now
    case.save()


def _mark(case: Dispute, order: Order, kind: Kind, *, source: Source, now: datetime) -> None:
    """Write the step into the order's timeline; it is disputed as long as a dispute speaks against it."""
    case.save()
    against = Dispute.objects.filter(order=order).against()
    is_disputed = against.exists()
    order.is_dispute_lost = is_disputed and not against.filter(outcome="").exists()
    to = OrderState.DISPUTED if is_disputed else order.settled_state
    facts = {"dispute": case.provider_id, "amount_minor": case.amount_minor, "currency": case.currency}
    if order.state == to:
        order.save()
        note(order, kind, source=source, now=now, code=case.reason, **facts)
    else:
        advance(order, to, source=source, now=now, kind=kind, code=case.reason, **facts)


def _demand_same(case: Dispute, stage: Stage) -> None:
    """A decision that is taken back later is a person's matter: nothing is booked by itself twice over."""
    if stage.name != str(case.outcome).upper():
        raise_alert(
            code="dispute_changed",
            key=case.provider_id,
            message=f"Dispute {case.provider_id} was {case.outcome} and is {stage.value} at the provider now: "
            "its money is booked, its coins and diamonds stay as they were decided.",
            dispute=str(case.pk),
        )
