"""What a fresh installation needs before its first cash-out."""

from datetime import UTC, datetime

from payouts.models import CashOutTerms
from wallet import rates

BEGINNING = datetime(
    2020, 1, 1, tzinfo=UTC
)  # in force from before anybody could earn, whatever the clock says
MINIMUM_MINOR = 1_000
DAILY_MAXIMUM_MINOR = 100_000
FEE_FIXED_MINOR = 25
FEE_BASIS_POINTS = 0
QUOTE_LIFETIME_S = 600
ARRIVAL_BUSINESS_DAYS = 2


def install(now: datetime) -> None:
    """Put the default cash-out terms in force where there are none. Running it again changes nothing."""
    if CashOutTerms.objects.exists():
        return
    CashOutTerms.objects.create(
        starts_at=min(now, BEGINNING),
        currency=rates.in_force(now).currency,
        minimum_minor=MINIMUM_MINOR,
        daily_maximum_minor=DAILY_MAXIMUM_MINOR,
        fee_fixed_minor=FEE_FIXED_MINOR,
        fee_basis_points=FEE_BASIS_POINTS,
        quote_lifetime_s=QUOTE_LIFETIME_S,
        arrival_business_days=ARRIVAL_BUSINESS_DAYS,
    )
