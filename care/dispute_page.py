"""What an operator needs to answer a dispute, ready to draw: the deadline, the lots, what was held, the money."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from care.dispute_states import DisputeStatus, Outcome
from care.models import Dispute, DisputeStep
from gifts.models import SentGift
from ground.errors import NotFound
from ledger import lots, record
from ledger.models import Operation
from look import money
from wallet.bookings import order_key

LOTS_MAX, GIFTS_MAX, STEPS_MAX, GIFTS_IN_DRAFT = 40, 100, 200, 40
LIVE_DASHBOARD = "https://dashboard.stripe.com"


def page(dispute_id: UUID, operator: User, now: datetime) -> dict[str, Any]:
    """The dispute, its order and buyer, what it did, its history, and what this operator may do.

    Raises:
        NotFound: there is no such dispute.
    """
    found = Dispute.objects.select_related("order__user", "order__storefront").filter(pk=dispute_id)
    case = found.first()
    if case is None:
        raise NotFound
    order = case.order
    is_own = order is not None and order.user_id == operator.pk
    may_answer = operator.has_perm("care.answer_dispute") and not is_own
    gifts = list(case.gifts.select_related("gift__gift", "creator").order_by("gift_id")[:GIFTS_MAX])
    return {
        "title": f"Dispute {case.provider_id}",
        "case": case,
        "order": order,
        "order_name": str(case.order_id)[:8],
        "facts": _facts(case),
        "effects": _effects(case),
        "is_late": case.waits_for_answer and case.evidence_due_at is not None and case.evidence_due_at < now,
        "provider_url": provider_url(case),
        "lots": _lots(case),
        "gifts": gifts,
        "movements": list(case.movements.order_by("number")),
        "steps": [_step(step) for step in case.steps.select_related("actor").order_by("id")[:STEPS_MAX]],
        "draft": evidence_draft(case) if case.waits_for_answer else "",
        "is_own": is_own,
        "may_answer": may_answer,
        "may_accept": operator.has_perm("care.accept_dispute") and not is_own,
        "is_acceptable": case.status == DisputeStatus.NEEDS_RESPONSE,
    }


def provider_url(case: Dispute) -> str:
    """Its page at the provider; with the simulated one, its dashboard."""
    if settings.STRIPE_SECRET_KEY.startswith("sk_test_fake"):
        return f"{settings.STRIPE_API_HOST}/"
    mode = "" if settings.STRIPE_LIVE_MODE else "/test"
    return f"{LIVE_DASHBOARD}{mode}/disputes/{case.provider_id}"


def evidence_draft(case: Dispute) -> str:
    """What our books can tell the bank: bought, delivered, used. No name and no address."""
    order = case.order
    if order is None or order.credited_at is None or order.paid_at is None:
        return ""
    lines = [
        f"Order {order.pk}: {money.whole(order.coins)} virtual coins for "
        f"{money.money(order.gross_minor, order.currency)}, bought by the signed-in account holder.",
        f"Paid {_time(order.paid_at)} (charge {case.charge_id}).",
        f"Delivered to the buyer's balance at once, {_time(order.credited_at)}.",
    ]
    used = _uses(case)
    if used:
        coins = sum(coins for _, coins in used)
        lines.append(
            f"Used by the buyer: {money.whole(coins)} of these coins in {len(used)} gifts to creators:"
        )
        lines += [f"- {_time(at)}: {money.whole(coins)} coins" for at, coins in used[:GIFTS_IN_DRAFT]]
    return "\n".join([*lines, "Each step stands in an append-only ledger; receipts can be supplied."])


def _uses(case: Dispute) -> list[tuple[datetime, int]]:
    """When and with how many of the disputed order's coins the buyer gave gifts, oldest first."""
    assert case.order is not None
    line = lots.line(case.order.user.ledger_id)
    bought = Operation.objects.filter(holder=line.holder, key=order_key(case.order)).first()
    if bought is None:
        return []
    fundings = lots.spends_of(line, [line.lot(bought.pk).whole])
    gifts = SentGift.objects.in_bulk({funding.spend for funding in fundings})
    coins: dict[int, int] = defaultdict(int)
    for funding in fundings:
        coins[funding.spend] += funding.part.coins
    return [(gifts[spend].at, coins[spend]) for spend in sorted(coins) if spend in gifts]


def _facts(case: Dispute) -> list[tuple[str, str]]:
    return [
        ("Amount", money.money(case.amount_minor, case.currency)),
        ("Reason", case.reason.replace("_", " ") or "–"),
        ("Network's code", case.network_reason_code or "–"),
        ("Kind", case.case_type.replace("_", " ") or "–"),
        ("At the provider since", _time(case.happened_at)),
        ("Learnt of", _time(case.seen_at)),
        ("Evidence", _evidence(case)),
        ("Charge", case.charge_id or "–"),
        ("Asked again", _time(case.next_check_at) if case.next_check_at else "no more: it is final"),
    ]


def _evidence(case: Dispute) -> str:
    if case.submission_count:
        return f"sent {case.submission_count}×"
    return "saved, not sent" if case.has_evidence else "none"


def _effects(case: Dispute) -> list[tuple[str, str]]:
    """What was set aside, and what became of it."""
    if case.opened_at is None or case.order is None:
        return []
    verb = {"": "set aside", Outcome.WON: "given back", Outcome.LOST: "taken back"}[case.outcome]
    bonus = f", {money.whole(case.held_bonus_coins)} of them bonus" if case.held_bonus_coins else ""
    effects = [
        (f"Unspent coins {verb}", f"{money.whole(case.held_coins)}{bonus}"),
        ("Coins in gifts it reached", money.whole(case.held_gift_coins)),
        (f"Diamonds {verb}", money.diamonds(case.held_diamond_units)),
    ]
    done = record.find(case.order.user.ledger_id, f"dispute:{case.provider_id}:lost")
    if done is not None:
        unit = case.order.settlement_currency
        loss = done.moved(unit, debit="loss.chargeback")
        effects.append(("The platform's loss on what was gone", money.money(loss, unit)))
    return effects


def _lots(case: Dispute) -> list[dict[str, Any]]:
    """The buyer's line of coins, newest lots first, with those of the disputed order marked."""
    if case.order is None or not case.order.was_credited:
        return []
    line = lots.line(case.order.user.ledger_id)
    newest = line.lots[::-1][:LOTS_MAX]
    keys = dict(Operation.objects.filter(pk__in=[lot.id for lot in newest]).values_list("pk", "key"))
    own = f"order:{case.order.pk}"
    return [
        {
            "key": keys[lot.id],
            "is_disputed": keys[lot.id] in (own, f"{own}:bonus"),
            "source": lot.source,
            "coins": money.whole(lot.coins),
            "taken": money.whole(lot.taken),
            "spent": money.whole(lot.spent),
            "unspent": money.whole(lot.unspent),
        }
        for lot in newest
    ]


def _step(step: DisputeStep) -> dict[str, Any]:
    return {
        "title": step.get_kind_display(),
        "status": step.status,
        "who": str(step.actor) if step.actor else "platform",
        "body": step.body,
        "facts": ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in step.facts.items()),
        "at": step.at,
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
