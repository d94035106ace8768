"""What an amount is about, in the buyer's own currency: for showing only, nobody is charged by it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from look.money import decimals
from wallet.currencies import currency_of
from wallet.models import ExchangeTable

SHOWN_FOR = timedelta(days=14)  # an older table would mislead


@dataclass(frozen=True)
class Abroad:
    """One currency in units of another, by the table of one day."""

    currency: str  # the buyer's
    sold_in: str
    rate_micro: int  # of the buyer's currency for one unit of the table's base currency
    sold_rate_micro: int  # of the currency that is charged
    source: str
    on: date

    def about(self, amount_minor: int) -> int:
        """So many minor units of the buyer's currency, half a unit rounded up."""
        above = amount_minor * self.rate_micro * 10 ** decimals(self.currency)
        below = self.sold_rate_micro * 10 ** decimals(self.sold_in)
        rounded: int = (2 * above + below) // (2 * below)
        return rounded

    @property
    def minor_per_unit(self) -> int:
        """How many minor units the buyer's currency has in a unit."""
        units: int = 10 ** decimals(self.currency)
        return units

    @property
    def minor_per_minor(self) -> str:
        """The factor from minor to minor units, as a decimal fraction: for the page's own arithmetic."""
        digits = self.rate_micro * 10 ** decimals(self.currency) * 10**12
        whole, rest = divmod(digits // (self.sold_rate_micro * 10 ** decimals(self.sold_in)), 10**12)
        return f"{whole}.{rest:012d}"


def abroad(country: str, sold_in: str, now: datetime) -> Abroad | None:
    """How to show prices in `sold_in` to somebody in `country`. None: it is their currency, or no rate is known."""
    currency = currency_of(country)
    if not currency or currency == sold_in:
        return None
    table = latest_table()
    if table is None or table.on < (now - SHOWN_FOR).date():
        return None
    rates = {table.base: 1_000_000} | dict(
        table.rates.filter(currency__in=[currency, sold_in]).values_list("currency", "rate_micro")
    )
    if currency not in rates or sold_in not in rates:
        return None
    return Abroad(currency, sold_in, rates[currency], rates[sold_in], table.source, table.on)


def latest_table() -> ExchangeTable | None:
    """The table of the latest day; of two of one day the one recorded last."""
    return ExchangeTable.objects.order_by("-on", "-pk").first()
