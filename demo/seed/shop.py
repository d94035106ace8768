"""What the demo shows of prices: a tax on top in one storefront, a version that comes, rates for buyers abroad."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from wallet import selectors
from wallet.models import Storefront
from wallet.services.catalogue import Offered, announce_prices
from wallet.services.exchange import Quoted, record_rates

COMING_AFTER = timedelta(days=9)
RATES = {
    "USD": "1.0850", "GBP": "0.8442", "HUF": "394.25", "PLN": "4.3120", "CZK": "25.214", "SEK": "11.325",
    "NOK": "11.870", "DKK": "7.4591", "CHF": "0.9420", "JPY": "163.20", "KRW": "1512.4", "INR": "91.45",
    "BRL": "5.9350", "MXN": "21.105", "CAD": "1.4780", "AUD": "1.6425", "NZD": "1.7880", "TRY": "36.880",
    "ZAR": "19.640", "ILS": "3.9870", "SGD": "1.4435", "THB": "37.210", "PHP": "62.340", "IDR": "17145",
    "RON": "4.9760",
}  # fmt: skip
SELLERS = {
    "us": ("Ovation Demo Inc.", "1 Stage Door Lane\nNew York, NY 10001\nUnited States", "12-3456789"),
    "euro": ("Ovation Demo GmbH", "Bühnenweg 1\n10115 Berlin\nGermany", "DE123456789"),
}


def open_shop() -> None:
    """This will say who sells, and put a sales tax on top of the dollar prices. Before anything is sold."""
    for code, (name, address, tax_id) in SELLERS.items():
        Storefront.objects.filter(code=code).update(
            seller_name=name, seller_address=address, seller_tax_id=tax_id
        )
    Storefront.objects.filter(code="us").update(tax_basis_points=800)


def announce_changes(operator: User, now: datetime) -> None:
    """This will announce the euro prices of next week, and type today's exchange rates."""
    euro = Storefront.objects.get(code="euro")
    euro.settlement_rate_source, euro.settlement_rate_on = "European Central Bank", now.date()
    euro.save(update_fields=["settlement_rate_source", "settlement_rate_on"])
    book = selectors.price_book(euro, now)
    assert book is not None
    midnight = (now + COMING_AFTER).replace(hour=0, minute=0, second=0, microsecond=0)
    announce_prices(
        storefront=euro,
        starts_at=midnight,
        base_price_micro=14_500,
        packages=[
            Offered(one.code, one.coins, one.price_minor + 10 * (one.coins // 350), one.is_preselected)
            for one in book.packages.order_by("coins")
        ],
        operator=operator,
        reason="The provider's fees went up.",
        now=now,
    )
    record_rates(
        quoted=Quoted(now.date(), "EUR", {currency: Decimal(rate) for currency, rate in RATES.items()}),
        source="European Central Bank",
        operator=operator,
        now=now,
    )
