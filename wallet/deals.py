"""What an offer does to one recharge: whole-number arithmetic, no query.

One offer per order: the best for the buyer, by what it is worth at the price as it is listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wallet.models import Coupon, Offer, Storefront
from wallet.prices import Price, price_of

WHOLE = 10_000  # basis points


@dataclass(frozen=True)
class Deal:
    """A running offer that one buyer may have, by a coupon or without."""

    offer: Offer
    coupon: Coupon | None = None


@dataclass(frozen=True)
class Wanted:
    """A recharge as it is listed: `listed_minor` is its price before any offer, as `prices.price_of` takes it."""

    coins: int
    listed_minor: int
    package: str = ""  # its code; empty: an exact amount


@dataclass(frozen=True)
class Quote:
    """What a recharge costs and brings. Without an offer as listed."""

    coins: int
    currency: str
    listed: Price
    price: Price
    listed_minor: int  # as it is listed, and what is asked instead: what `prices.price_of` makes a price of
    asked_minor: int
    bonus_coins: int = 0
    deal: Deal | None = None

    @property
    def offer(self) -> Offer | None:
        return self.deal.offer if self.deal else None

    @property
    def discount_minor(self) -> int:
        """What the buyer saves, tax included."""
        return self.listed.gross_minor - self.price.gross_minor

    @property
    def less_minor(self) -> int:
        """How much less is asked than listed."""
        return self.listed_minor - self.asked_minor

    @property
    def total_coins(self) -> int:
        return self.coins + self.bonus_coins


def best_quote(wanted: Wanted, deals: Sequence[Deal], storefront: Storefront) -> Quote:
    """The quote that is worth most to the buyer; of equals the first of `deals`."""
    quotes = [quote for deal in deals if (quote := quote_of(wanted, deal, storefront))]
    return max(quotes, key=_worth, default=plain_quote(wanted, storefront))


def plain_quote(wanted: Wanted, storefront: Storefront) -> Quote:
    """The recharge as it is listed."""
    price = price_of(wanted.listed_minor, storefront)
    return Quote(wanted.coins, storefront.currency, price, price, wanted.listed_minor, wanted.listed_minor)


def quote_of(wanted: Wanted, deal: Deal, storefront: Storefront) -> Quote | None:
    """The recharge with this offer; None: the offer does nothing for it.

    Roundings are the buyer's: a discount and a bonus are never less than the percent that was promised.
    """
    offer = deal.offer
    if wanted.coins < offer.min_coins or (offer.packages and wanted.package not in offer.packages):
        return None
    listed = price_of(wanted.listed_minor, storefront)
    if offer.kind == Offer.Kind.DISCOUNT:
        asked = wanted.listed_minor - _part(wanted.listed_minor, offer.basis_points)
        if asked < storefront.min_minor or asked >= wanted.listed_minor:
            return None
        price = price_of(asked, storefront)
        return Quote(wanted.coins, storefront.currency, listed, price, wanted.listed_minor, asked, deal=deal)
    bonus = offer.bonus_coins or _part(wanted.coins, offer.basis_points)
    if offer.budget_coins is not None and bonus > offer.budget_coins - offer.coins_taken:
        return None
    return replace(plain_quote(wanted, storefront), bonus_coins=bonus, deal=deal)


def _part(amount: int, basis_points: int) -> int:
    """So many basis points of an amount, rounded up."""
    return -(-amount * basis_points // WHOLE)


def _worth(quote: Quote) -> int:
    """For comparing quotes of one recharge: money saved, or the bonus at the price of the coins beside it."""
    return quote.discount_minor * quote.coins + quote.bonus_coins * quote.listed.gross_minor
