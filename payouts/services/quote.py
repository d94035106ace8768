"""What some diamonds would bring."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from payouts.errors import BelowMinimum, CreatorRequired, InsufficientDiamonds, OverDailyLimit
from payouts.models import CashOutTerms, PayoutQuote
from payouts.selectors import available_units, terms_in_force
from wallet import rates

SATURDAY = 5


def amount_minor(diamond_units: int, diamond_value_micro: int) -> int:
    """⌊units × value ÷ 1,000,000⌋: what the units bring, in minor units of a two-decimal currency."""
    return diamond_units * diamond_value_micro // 1_000_000


def units_for(amount_minor: int, diamond_value_micro: int) -> int:
    """⌈amount × 1,000,000 ÷ value⌉: the least units that bring `amount_minor`."""
    return -(-amount_minor * 1_000_000 // diamond_value_micro)


def quote_cash_out(*, creator: User, diamond_units: int, now: datetime) -> PayoutQuote:
    """Promise what `diamond_units` (hundredths) bring, for the terms' lifetime. Reserves nothing.

    Opens its own transaction.

    Raises:
        CreatorRequired, InsufficientDiamonds, BelowMinimum, OverDailyLimit: no quote was made.
    """
    if not creator.is_creator:
        raise CreatorRequired
    with transaction.atomic(durable=True):
        terms = terms_in_force(now)
        rate = rates.in_force(now)
        amount = amount_minor(diamond_units, rate.diamond_value_micro)
        _refuse_amount(creator, diamond_units, amount, terms, now)
        fee = terms.fee_minor(amount)
        return PayoutQuote.objects.create(
            creator=creator,
            terms=terms,
            rate_version_id=rate.rate_version_id,
            diamond_value_micro=rate.diamond_value_micro,
            asked_units=diamond_units,
            reserved_units=units_for(amount, rate.diamond_value_micro),
            currency=rate.currency,
            amount_minor=amount,
            fee_minor=fee,
            net_minor=amount - fee,
            arrives_on=business_days_after(now.date(), terms.arrival_business_days),
            created_at=now,
            expires_at=now + timedelta(seconds=terms.quote_lifetime_s),
        )


def business_days_after(day: date, count: int) -> date:
    """The day `count` working days (Monday to Friday) after `day`; banks' holidays are not known here."""
    while count > 0 or day.weekday() >= SATURDAY:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
    return day


def _refuse_amount(
    creator: User, diamond_units: int, amount: int, terms: CashOutTerms, now: datetime
) -> None:
    available = available_units(creator, now.date())
    if diamond_units > available:
        raise InsufficientDiamonds(available_units=available)
    if amount < terms.minimum_minor:
        raise BelowMinimum(minimum_minor=terms.minimum_minor, amount_minor=amount, currency=terms.currency)
    if amount > terms.daily_maximum_minor:
        raise OverDailyLimit(daily_maximum_minor=terms.daily_maximum_minor, currency=terms.currency)
