"""What a new installation sells: two storefronts, the ladder of packages, the rate, the economy."""

from datetime import datetime

from django.db import transaction

from wallet.models import Economy, Package, PriceBook, RateVersion, RechargeCap, SpendingHelp, Storefront
from wallet.refund_policy import RefundPolicy

EUR_COUNTRIES = [
    "AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT", "SI",
    "SK",
]  # fmt: skip

STOREFRONTS = [
    {
        "code": "us",
        "name": "United States",
        "country": "US",
        "sells_to": ["US"],
        "currency": "USD",
        "tax_name": "Sales tax",
        "tax_mode": "exclusive",  # comes on top; none until an operator sets a rate or turns the provider's on
        "min_minor": 50,
        "max_minor": 50_000,
        "is_default": True,
    },
    {
        "code": "euro",
        "name": "Euro area",
        "country": "DE",
        "sells_to": EUR_COUNTRIES,
        "currency": "EUR",
        "tax_name": "VAT",
        "tax_basis_points": 1900,
        "min_minor": 50,
        "max_minor": 50_000,
        "refund_policy": RefundPolicy.EU_WITHDRAWAL,
        "withdrawal_days": 14,
        "settlement_rate_micro": 1_085_000,
        "settlement_rate_source": "installation default; keep it up to date in the admin",
    },
]

BASE_PRICE_MICRO = {
    "us": 12_900,
    "euro": 14_200,
}  # $1.29 and €1.42 per 100 coins, the euro price with its VAT
# Money one person may recharge (product.md B7), in minor units of the settlement currency.
CAPS = {
    "day_minor": 50_000,
    "week_minor": 200_000,
    "young_days": 7,
    "young_day_minor": 25_000,
    "young_week_minor": 100_000,
}

# coins: price in minor units, by storefront. Each step is a little better value than the one before.
LADDER = {
    "us": {70: 90, 350: 449, 700: 895, 1400: 1780, 3500: 4399, 7000: 8699, 17500: 21_499},
    "euro": {70: 99, 350: 493, 700: 985, 1400: 1960, 3500: 4849, 7000: 9599, 17500: 23_699},
}
PRESELECTED_COINS = 700


def install(now: datetime) -> None:
    """This will make what is missing of the defaults, starting at `now`; what is there stays as it is."""
    with transaction.atomic():
        Economy.objects.get_or_create(pk=1)
        SpendingHelp.objects.get_or_create(pk=1)
        if not RechargeCap.objects.exists():
            RechargeCap.objects.create(starts_at=now, reason="installation default", **CAPS)
        if not RateVersion.objects.exists():
            RateVersion.objects.create(starts_at=now, reason="installation default")
        for fields in STOREFRONTS:
            storefront, is_new = Storefront.objects.get_or_create(code=fields["code"], defaults=fields)
            if is_new:
                _first_book(storefront, now)


def _first_book(storefront: Storefront, now: datetime) -> None:
    book = PriceBook.objects.create(
        storefront=storefront,
        number=1,
        starts_at=now,
        made_at=now,
        base_price_micro=BASE_PRICE_MICRO[storefront.code],
        reason="installation default",
    )
    Package.objects.bulk_create(
        Package(
            book=book,
            code=f"coins-{coins}",
            coins=coins,
            price_minor=price_minor,
            is_preselected=coins == PRESELECTED_COINS,
        )
        for coins, price_minor in LADDER[storefront.code].items()
    )
