"""Ready values for the creator's pages: amounts in both units, sentences, the timeline."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.selectors import documents_to_accept, has_second_factor
from accounts.services import age_on, creator_age
from ground.errors import DomainError
from look import money
from look.states import state as look_of
from payouts import hooks, selectors
from payouts.forms import AmountForm
from payouts.models import CashOutTerms, ConnectedAccount, Payout, PayoutEvent, PayoutQuote
from payouts.services.quote import amount_minor
from payouts.services.request import CASH_OUT_TERMS
from payouts.states import CANCELLABLE, PayoutState, WaitReason
from wallet import rates
from wallet.rates import Rates

SHARES = (25, 50, 100)  # percent, the quick choices of the amount page
ROAD = (PayoutState.SCREENING, PayoutState.APPROVED, PayoutState.SENDING, PayoutState.SENT, PayoutState.PAID)
# What the provider still asks for, in words; its own names begin with these.
WANTS = {
    "individual.verification": "a document that shows who you are",
    "individual.dob": "your date of birth",
    "individual.address": "your address",
    "individual": "your personal details",
    "external_account": "a bank account",
    "tos_acceptance": "that you accept the provider's terms",
    "business_profile": "what you do",
}


def studio_page(user: User, now: datetime) -> dict[str, Any]:
    """The studio: four sums, the chart, the calendar of pending diamonds, the payout account, the last cash-outs."""
    rate, earnings = rates.in_force(now), selectors.earnings(user, now)
    account = selectors.account_in_use(user)
    terms = selectors.terms_in_force(now)
    return {
        "earnings": earnings,
        "currency": rate.currency,
        "worth": {
            name: amount_minor(getattr(earnings, f"{name}_units"), rate.diamond_value_micro)
            for name in ("today", "recent", "available", "pending", "reserved", "paid")
        },
        "pending": [(part, amount_minor(part.units, rate.diamond_value_micro)) for part in earnings.pending],
        "chart": earnings_chart(earnings.days),
        "account": account,
        "wants": requirement_words(account),
        "can_cash_out": account is not None and account.is_ready and _reaches_minimum(earnings, rate, terms),
        "minimum_minor": terms.minimum_minor,
        "payouts": list(selectors.payouts_of(user)[:5]),
        "panels": hooks.panels_of(user),
    }


def earnings_chart(days: Sequence[tuple[date, int]]) -> dict[str, Any]:
    """Diamonds per day, as look's chart wants them."""
    return {
        "title": "Diamonds earned per day, last 30 days (UTC)",
        "kind": "bars",
        "days": [day.isoformat() for day, _ in days],
        "lines": [{"label": "Diamonds", "unit": "DIAMOND", "values": [units for _, units in days]}],
    }


def begin_page(user: User, now: datetime) -> dict[str, Any]:
    """What becoming a creator needs, and which of it is there."""
    least = creator_age(user.country)
    is_adult = user.birth_date is not None and age_on(user.birth_date, now.date()) >= least
    documents = documents_to_accept(user, list(CASH_OUT_TERMS), now)
    has_factor = has_second_factor(user)
    return {
        "minimum_age": least,
        "is_adult": is_adult,
        "has_second_factor": has_factor,
        "documents": documents,
        "is_ready": is_adult and has_factor,
    }


def cash_out_page(user: User, form: AmountForm, now: datetime) -> dict[str, Any]:
    """Step 1: what is available, what today's limit leaves, the quick choices."""
    rate, terms = rates.in_force(now), selectors.terms_in_force(now)
    account = selectors.account_in_use(user)
    available = selectors.available_units(user, now.date())
    worth = amount_minor(available, rate.diamond_value_micro)
    left = max(0, terms.daily_maximum_minor - selectors.cashed_out_today_minor(user, now))
    most = min(worth, left)
    return {
        "form": form,
        "account": account,
        "is_ready": account is not None and account.is_ready,
        "available_units": available,
        "available_minor": worth,
        "left_minor": left,
        "terms": terms,
        "currency": rate.currency,
        "diamond_value_micro": rate.diamond_value_micro,
        "choices": [
            {"share": share, "amount_minor": most * share // 100, "text": _plain(most * share // 100)}
            for share in SHARES
            if most * share // 100 >= terms.minimum_minor
        ],
        "is_enough": most >= terms.minimum_minor,
        "fee_words": fee_words(terms),
    }


def confirm_page(quote: PayoutQuote, key: str, now: datetime) -> dict[str, Any]:
    """Step 2: everything the quote promises. `key` makes a repeated press one cash-out."""
    return {
        "quote": quote,
        "key": key,
        "account": selectors.account_in_use(quote.creator),
        "is_expired": quote.expires_at <= now,
        "kept_units": quote.asked_units - quote.reserved_units,
        # What 100 diamonds bring: a rate that people can read, whatever its size.
        "value_of_hundred": money.scaled(quote.diamond_value_micro * 100, 6).rstrip("0").rstrip("."),
    }


def payout_page(payout: Payout, now: datetime) -> dict[str, Any]:
    """Where a cash-out is: its facts, its history, what is still to come."""
    events = list(payout.events.order_by("number").select_related("actor"))
    return {
        "payout": payout,
        "timeline": [timeline_entry(event, payout) for event in events] + _still_to_come(payout),
        "is_cancellable": payout.status in CANCELLABLE,
        "is_moving": not payout.status.is_final,
        "wait_words": WaitReason(payout.wait_reason).label if payout.wait_reason else "",
    }


def timeline_entry(event: PayoutEvent, payout: Payout) -> dict[str, Any]:
    """One row of history, for its creator: operators stay unnamed, their notes on approvals stay inside."""
    kind = event.kind
    look = look_of("payout", event.state)
    why = event.reason if kind != PayoutState.APPROVED else ""
    if kind == PayoutState.FAILED and payout.failure_code:
        why = f"Your bank or the payment provider said: {payout.failure_code.replace('_', ' ')}."
    return {
        "title": STEP_TITLES.get(kind, look.word),
        "at": event.at,
        "who": _who(event, payout),
        "why": why or (look.meaning if kind == event.state else ""),
        "tone": look.tone,
        "icon": look.icon if kind == event.state else "circle-dot",
        "status": "done",
    }


def requirement_words(account: ConnectedAccount | None) -> list[str]:
    """What the provider still asks for, in plain words, each once."""
    names = [*account.requirements_past_due, *account.requirements_due] if account else []
    words = (next((WANTS[start] for start in WANTS if name.startswith(start)), name) for name in names)
    return list(dict.fromkeys(words))


def refusal_facts(refusal: DomainError) -> str:
    """The figures that belong to a refusal of an amount."""
    extra, currency = refusal.extra, str(refusal.extra.get("currency", ""))
    if "minimum_minor" in extra:
        return f"The least is {money.money(extra['minimum_minor'], currency)}."
    if "daily_maximum_minor" in extra:
        return f"The most per day is {money.money(extra['daily_maximum_minor'], currency)}."
    if "available_units" in extra:
        return f"You have {money.spoken(extra['available_units'], money.DIAMOND)} available."
    return refusal.next_step


def fee_words(terms: CashOutTerms) -> str:
    """The fee in a sentence's end: "$0.25" or "$0.25 + 1.5%"."""
    fixed = money.money(terms.fee_fixed_minor, terms.currency)
    if not terms.fee_basis_points:
        return fixed
    share = f"{money.scaled(terms.fee_basis_points, 2).rstrip('0').rstrip('.')}%"
    return f"{fixed} + {share}" if terms.fee_fixed_minor else share


STEP_TITLES = {
    "transferred": "Handed to the payment provider",
    "waiting": "Waiting",
    "requested": "You asked for this cash-out",
    "screening": "Being checked by our team",
    "cancelled": "You cancelled it",
}


def _plain(hundredths: int) -> str:
    """A number as it is typed into a field, whatever the locale."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _who(event: PayoutEvent, payout: Payout) -> str:
    if event.actor_id is None:
        return "Ovation"
    return "you" if event.actor_id == payout.creator_id else "our team"


def _still_to_come(payout: Payout) -> list[dict[str, Any]]:
    if payout.status == PayoutState.FAILED:
        ahead: Sequence[PayoutState] = (PayoutState.RETURNED,)
    elif payout.status in ROAD:
        ahead = ROAD[ROAD.index(payout.status) + 1 :]
    else:
        ahead = ROAD if payout.status == PayoutState.REQUESTED else ()
    looks = [look_of("payout", state) for state in ahead]
    return [{"title": look.word, "icon": look.icon, "tone": "neutral", "status": "to-come"} for look in looks]


def _reaches_minimum(earnings: selectors.Earnings, rate: Rates, terms: CashOutTerms) -> bool:
    return amount_minor(earnings.available_units, rate.diamond_value_micro) >= terms.minimum_minor
