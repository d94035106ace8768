"""What the pages and the API show of offers and challenges, as ready values."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import User
from ground.errors import DomainError
from wallet import offer_words, prices, selectors
from wallet.deals import Deal, Quote, Wanted, best_quote, quote_of
from wallet.models import Challenge, Coupon, Offer, Storefront
from wallet.offer_errors import OfferNotFound
from wallet.rates import Rates
from wallet.selectors import Tile
from wallet.services.challenges import Progress, progress_of
from wallet.services.coupons import find_coupon
from wallet.services.offers import deals_for
from wallet.shop import Shop

MOST_LISTED = 24
SHOWN_AFTER_END = timedelta(days=14)


@dataclass(frozen=True)
class OfferView:
    """An offer as people see it."""

    offer: Offer
    state: str
    gives: str
    time: str
    conditions: list[str]

    @property
    def art(self) -> str:
        """Static path of the drawing."""
        return f"art/offers/{self.offer.artwork}.svg"


@dataclass(frozen=True)
class ChallengeView:
    """A challenge as people see it; without `progress` to who is not signed in."""

    challenge: Challenge
    state: str
    goal: str
    time: str
    progress: Progress | None

    @property
    def badge_art(self) -> str:
        """Static path of the badge."""
        return f"art/badges/{self.challenge.badge}.svg"

    @property
    def share(self) -> int:
        """How much of the goal is reached, in percent."""
        return min(100, self.progress.reached * 100 // self.challenge.goal) if self.progress else 0


@dataclass(frozen=True)
class OfferTile:
    """A package under one offer."""

    tile: Tile
    quote: Quote


@dataclass(frozen=True)
class CouponEntry:
    """The code that a person typed on the recharge page, and what became of it."""

    code: str = ""
    coupon: Coupon | None = None
    refusal: DomainError | None = None
    is_in_a_tile: bool = False

    @property
    def is_applied(self) -> bool:
        return self.coupon is not None

    @property
    def words(self) -> str:
        """What the code does here."""
        assert self.coupon is not None
        gives = f"{self.coupon.offer.name}: {offer_words.gives(self.coupon.offer)}."
        if self.is_in_a_tile:
            return f"{gives} It is in the prices."
        return f"{gives} Another offer is worth more to you, so the code stays unused."


def offers_shown(reader: User | None, now: datetime) -> list[OfferView]:
    """The offers that everybody may come to: what runs and what is announced, the running ones first."""
    ahead = Offer.objects.published().filter(Q(ends_at=None) | Q(ends_at__gt=now))
    found = ahead.exclude(way=Offer.Way.COUPON).order_by("starts_at", "pk")[:MOST_LISTED]
    views = [view_of(offer, reader, now) for offer in found]
    return sorted(views, key=lambda view: view.state != "running")


def challenges_shown(reader: User | None, now: datetime) -> list[ChallengeView]:
    """The challenges that run, are announced, or ended less than two weeks ago."""
    recent = Challenge.objects.published().filter(ends_at__gt=now - SHOWN_AFTER_END)
    found = list(recent.select_related("reward").order_by("-ends_at", "pk")[:MOST_LISTED])
    steps = progress_of(reader, found) if reader else [None] * len(found)
    views = [_challenge_view(one, step, reader, now) for one, step in zip(found, steps, strict=True)]
    return sorted(views, key=lambda view: view.state != "running")


def offer_shown(slug: str, reader: User | None, now: datetime, *, sees_drafts: bool = False) -> OfferView:
    """One offer by its slug: the version in force, else the next one, else the last. Drafts to who may see them.

    Raises:
        OfferNotFound: there is none.
    """
    published = Offer.objects.published().filter(slug=slug)
    offer = (
        published.filter(starts_at__lte=now).order_by("-starts_at").first()
        or published.order_by("starts_at").first()
    )
    if sees_drafts:
        offer = Offer.objects.filter(slug=slug, published_at=None).order_by("-version").first() or offer
    if offer is None:
        raise OfferNotFound
    return view_of(offer, reader, now)


def challenge_shown(slug: str, reader: User | None, now: datetime) -> ChallengeView:
    """One challenge. Raises OfferNotFound."""
    found = Challenge.objects.published().filter(slug=slug).select_related("reward").first()
    if found is None:
        raise OfferNotFound("There is no such challenge.")
    return _challenge_view(found, progress_of(reader, [found])[0] if reader else None, reader, now)


def view_of(offer: Offer, reader: User | None, now: datetime) -> OfferView:
    """An offer as `reader` sees it."""
    return OfferView(
        offer=offer,
        state=offer.state(now),
        gives=offer_words.gives(offer),
        time=offer_words.running_time(offer.starts_at, offer.ends_at, reader),
        conditions=offer_words.conditions(offer),
    )


def storefront_of(reader: User | None) -> Storefront | None:
    """Where the reader buys; a stranger sees the default storefront."""
    if reader is not None:
        return selectors.storefront_for(reader)
    return Storefront.objects.filter(is_active=True, is_default=True).first()


def tiles_under(offer: Offer, storefront: Storefront, rates: Rates, now: datetime) -> list[OfferTile]:
    """The packages that the offer does something for, at its price."""
    if offer.storefronts and storefront.code not in offer.storefronts:
        return []
    found = []
    for tile in selectors.tiles(storefront, rates, now):
        quote = quote_of(wanted_of(tile), Deal(offer), storefront)
        if quote is not None:
            found.append(OfferTile(tile, quote))
    return found


def shop_with_offers(shop: Shop, *, reader: User, code: str, now: datetime) -> tuple[Shop, CouponEntry]:
    """The recharge page's packages, each with the best quote for this buyer, and what became of a typed code.

    A constant number of queries.
    """
    entry = _entered(shop.storefront, reader, code, now)
    deals = deals_for(reader, shop.storefront, now=now, coupon=entry.coupon)
    tiles = [replace(tile, quote=best_quote(wanted_of(tile), deals, shop.storefront)) for tile in shop.tiles]
    used = [tile.quote.deal.coupon for tile in tiles if tile.quote and tile.quote.deal]
    return replace(shop, tiles=tiles), replace(entry, is_in_a_tile=entry.coupon in used)


def as_offered(shop: Shop) -> Shop:
    """The packages with what they come to under their offers, where a page compares them."""
    return replace(shop, tiles=[_as_offered(tile, shop) for tile in shop.tiles])


def _as_offered(tile: Tile, shop: Shop) -> Tile:
    quote = tile.quote
    if quote is None or quote.deal is None:
        return tile
    return replace(
        tile,
        per_hundred_minor=prices.per_hundred_minor(quote.asked_minor, quote.total_coins),
        saving_basis_points=prices.saving_basis_points(quote.total_coins, quote.asked_minor, shop.book),
        abroad_minor=shop.abroad.about(quote.price.gross_minor) if shop.abroad else None,
    )


def _entered(storefront: Storefront, reader: User, code: str, now: datetime) -> CouponEntry:
    if not code.strip():
        return CouponEntry()
    try:
        coupon = find_coupon(user=reader, code=code, storefront=storefront, now=now)
    except DomainError as refusal:
        return CouponEntry(code, refusal=refusal)
    return CouponEntry(code, coupon)


def wanted_of(tile: Tile) -> Wanted:
    """A package as it is listed."""
    return Wanted(tile.package.coins, tile.package.price_minor, tile.package.code)


def _challenge_view(
    challenge: Challenge, progress: Progress | None, reader: User | None, now: datetime
) -> ChallengeView:
    return ChallengeView(
        challenge=challenge,
        state=challenge.state(now),
        goal=offer_words.goal_words(challenge),
        time=offer_words.running_time(challenge.starts_at, challenge.ends_at, reader),
        progress=progress,
    )
