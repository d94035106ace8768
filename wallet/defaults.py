"""What a new installation sells: two storefronts, the ladder of packages, the rate, the economy."""

from datetime import datetime

from django.db import transaction

from wallet.models import Economy, Package, RateVersion, RechargeCap, SpendingHelp, Storefront
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
        "base_price_micro": 12_900,  # $1.29 per 100 coins
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
        "base_price_micro": 14_200,  # €1.42 per 100 coins, VAT included
        "min_minor": 50,
        "max_minor": 50_000,
        "refund_policy": RefundPolicy.EU_WITHDRAWAL,
        "withdrawal_days": 14,
        "settlement_rate_micro": 1_085_000,
        "settlement_rate_source": "installation default; keep it up to date in the admin",
    },
]

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
                Package.objects.bulk_create(_packages(storefront, now))


def _packages(storefront: Storefront, now: datetime) -> list[Package]:
    return [
        Package(
            storefront=storefront,
            code=f"coins-{coins}",
            coins=coins,
            price_minor=price_minor,
            is_preselected=coins == PRESELECTED_COINS,
            starts_at=now,
        )
        for coins, price_minor in LADDER[storefront.code].items()
    ]
