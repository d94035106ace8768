"""What is sold to one person: their storefront, its prices now and next, and what they are about at home."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.services.age import rule_for
from wallet import prices, selectors
from wallet.exchange import Abroad, abroad
from wallet.models import PriceBook, Storefront
from wallet.rates import Rates
from wallet.selectors import Tile


@dataclass(frozen=True)
class Change:
    """One package as the next version has it, beside what it costs now."""

    tile: Tile
    price_now_minor: int | None  # None: it is not sold yet


@dataclass(frozen=True)
class Coming:
    """The announced version that begins next."""

    book: PriceBook
    changes: list[Change]  # packages whose price is another then, and new ones
    ending: list[Tile]  # packages it has no more

    @property
    def hundred_minor(self) -> int:
        """What 100 coins cost at its base price."""
        return prices.base_price_minor(100, self.book)

    @property
    def ending_codes(self) -> list[str]:
        """The codes of the packages that end."""
        return [tile.package.code for tile in self.ending]


@dataclass(frozen=True)
class Shop:
    """A storefront as one buyer sees it."""

    storefront: Storefront
    book: PriceBook
    tiles: list[Tile]
    coming: Coming | None
    abroad: Abroad | None
    minimum_age: int  # the country's rule or the storefront's, whichever is stricter

    @property
    def hundred_minor(self) -> int:
        """What 100 coins cost at the base price."""
        return prices.base_price_minor(100, self.book)

    @property
    def least_coins(self) -> int:
        """The smallest exact amount."""
        return prices.coins_for_at_least(self.storefront.min_minor, self.book)

    @property
    def most_coins(self) -> int:
        """The largest exact amount."""
        return prices.coins_for_at_most(self.storefront.max_minor, self.book)


def shop_for(user: User, rates: Rates, now: datetime) -> Shop | None:
    """What is sold to `user` at `now`. None: nothing, where they are."""
    storefront = selectors.storefront_for(user)
    book = selectors.price_book(storefront, now) if storefront else None
    if storefront is None or book is None:
        return None
    home = abroad(user.country, storefront.currency, now)
    tiles = selectors.tiles_of(book, storefront, rates, abroad=home)
    return Shop(
        storefront=storefront,
        book=book,
        tiles=tiles,
        coming=_coming(storefront, tiles, rates, now),
        abroad=home,
        minimum_age=max(rule_for(user.country).buy_age, storefront.minimum_age or 0),
    )


def _coming(storefront: Storefront, now_sold: list[Tile], rates: Rates, now: datetime) -> Coming | None:
    book = selectors.next_price_book(storefront, now)
    if book is None:
        return None
    costs = {tile.package.code: tile.package.price_minor for tile in now_sold}
    tiles = selectors.tiles_of(book, storefront, rates)
    kept = {tile.package.code for tile in tiles}
    changes = [Change(tile, costs.get(tile.package.code)) for tile in tiles]
    return Coming(
        book=book,
        changes=[one for one in changes if one.price_now_minor != one.tile.package.price_minor],
        ending=[tile for tile in now_sold if tile.package.code not in kept],
    )
