"""An offer in an order: quoted, reserved when the order is made, granted when it is credited, or given back.

The last three run in the order's own transactions. Locks: the order, then the offer, then its coupon, then the books.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, F, Q

from accounts.models import User
from events import log
from ledger.books import Operation
from wallet.bonuses import order_bonus
from wallet.deals import Deal, Quote, Wanted, best_quote, quote_of
from wallet.errors import PriceChanged
from wallet.first_recharge import claim_first, may_have_first
from wallet.models import Coupon, Offer, OfferUse, Order, OrderEvent, Storefront
from wallet.offer_errors import CouponNotForPackage, CouponUsedUp
from wallet.services.coupons import Taken, find_coupon

State = OfferUse.State
OFFER_CHANGED = "The price or the bonus changed while you were choosing."


def deals_for(
    user: User | None, storefront: Storefront, *, now: datetime, coupon: Coupon | None = None
) -> list[Deal]:
    """The offers that this person could have now, the ones that cost them nothing to use first.

    A constant number of queries. None: a stranger, who could have what everybody has.
    """
    running = [offer for offer in Offer.objects.running(now) if _is_open(offer, storefront)]
    deals = [Deal(offer) for offer in running if offer.way == Offer.Way.EVERYBODY]
    if user is None:
        return deals
    firsts = [Deal(offer) for offer in running if offer.way == Offer.Way.FIRST_RECHARGE]
    if firsts and may_have_first(user):
        deals += firsts
    if coupon is not None:
        deals.append(Deal(coupon.offer, coupon))
    deals += [Deal(own.offer, own) for own in _own_coupons(user, now) if _is_open(own.offer, storefront)]
    return _within_own_limits(deals, user)


def quote_for(*, user: User, storefront: Storefront, wanted: Wanted, code: str, now: datetime) -> Quote:
    """The best quote for one recharge, with the code that was typed or without.

    Raises:
        Those of `coupons.find_coupon`; CouponNotForPackage: the code does nothing for this recharge.
    """
    coupon = find_coupon(user=user, code=code, storefront=storefront, now=now) if code else None
    deals = deals_for(user, storefront, now=now, coupon=coupon)
    if coupon is not None:
        require_for_package(coupon, wanted, storefront)
    return best_quote(wanted, deals, storefront)


def require_for_package(coupon: Coupon, wanted: Wanted, storefront: Storefront) -> None:
    """Raises CouponNotForPackage, with what the code wants, if it does nothing for this recharge."""
    if quote_of(wanted, Deal(coupon.offer, coupon), storefront) is not None:
        return
    least = coupon.offer.min_coins
    if wanted.coins < least:
        raise CouponNotForPackage(f"This code is for {least:,} coins or more.", min_coins=least)
    raise CouponNotForPackage


def require_as_shown(quote: Quote, *, shown_minor: int | None, shown_bonus: int | None) -> None:
    """Raises PriceChanged if the buyer was shown another price or a larger bonus; None: they were shown none."""
    if shown_minor not in (None, quote.price.gross_minor) or (shown_bonus or 0) > quote.bonus_coins:
        raise PriceChanged(OFFER_CHANGED, gross_minor=quote.price.gross_minor, bonus_coins=quote.bonus_coins)


def keep_in_order(order: Order, quote: Quote) -> None:
    """This will write what is promised into an order that is not saved yet."""
    order.offer, order.bonus_coins = quote.offer, quote.bonus_coins


def reserve(order: Order, quote: Quote, *, now: datetime) -> None:
    """This will take the offer for a new order, within every limit. In the transaction that makes the order.

    Raises:
        PriceChanged: others took the last of it meanwhile, or it ended.
        CouponUsedUp: the code was used meanwhile.
    """
    if quote.deal is None:
        return
    offer = Offer.objects.select_for_update(no_key=True).get(pk=quote.deal.offer.pk)
    if offer.state(now) != "running" or _own_uses(offer, order.user) >= _most_for_one(offer):
        raise PriceChanged(OFFER_CHANGED)
    if offer.budget_coins is not None and offer.coins_taken + quote.bonus_coins > offer.budget_coins:
        raise PriceChanged(OFFER_CHANGED)
    coupon = quote.deal.coupon
    if coupon is not None:
        _take_coupon(coupon, order.user)
    Offer.objects.filter(pk=offer.pk).update(
        uses_taken=F("uses_taken") + 1, coins_taken=F("coins_taken") + quote.bonus_coins
    )
    OfferUse.objects.create(
        order=order, user=order.user, offer=offer, coupon=coupon, discount_minor=quote.discount_minor,
        bonus_coins=quote.bonus_coins, reserved_at=now,
    )  # fmt: skip


def release(order: Order, *, now: datetime) -> None:
    """This will give the offer back, of an order that ended unpaid. In the transaction that ends it."""
    if order.offer_id is not None:
        _give_back(order, State.RELEASED, now)


def grant(order: Order, *, card: str, source: OrderEvent.Source, now: datetime) -> list[Operation]:
    """This will settle the offer of an order that is being credited, and answer the bonus to post after the recharge.

    A first-recharge bonus that another order got meanwhile is lost, and the timeline says so.
    """
    use = OfferUse.objects.filter(order=order, state=State.RESERVED).select_related("offer").first()
    if use is None:
        return []
    if use.offer.way == Offer.Way.FIRST_RECHARGE and not claim_first(order, card=card, now=now):
        _give_back(order, State.LOST, now)
        _note(order, OrderEvent.Kind.BONUS_LOST, source, now)
        return []
    OfferUse.objects.filter(pk=use.pk).update(state=State.GRANTED, settled_at=now)
    if not use.bonus_coins:
        return []
    _note(order, OrderEvent.Kind.BONUS_GRANTED, source, now, coins=use.bonus_coins, offer=use.offer_id)
    return [order_bonus(order, order.user.ledger_id, use.bonus_coins)]


def announce_bonus(order: Order) -> None:
    """This will tell the buyer's open pages of a bonus that was just granted. Streams are locked last."""
    use = OfferUse.objects.filter(order=order, state=State.GRANTED, bonus_coins__gt=0).first()
    if use is not None:
        body = {"order": str(order.pk), "coins": use.bonus_coins, "offer": use.offer_id}
        log.publish(f"user:{order.user_id}", "wallet.bonus_granted", body)


def _is_open(offer: Offer, storefront: Storefront) -> bool:
    return not offer.is_used_up and (not offer.storefronts or storefront.code in offer.storefronts)


def _own_coupons(user: User, now: datetime) -> list[Coupon]:
    """Rewards that this person has not used."""
    running = Offer.objects.running(now)
    own = Coupon.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), for_user=user, uses_taken=0)
    return list(own.filter(offer__in=running).select_related("offer").order_by("expires_at", "pk"))


def _within_own_limits(deals: Sequence[Deal], user: User) -> list[Deal]:
    limited = [deal.offer.pk for deal in deals if deal.offer.per_user_limit is not None]
    if not limited:
        return list(deals)
    uses = OfferUse.objects.filter(user=user, offer__in=limited, state__in=Taken)
    taken = dict(uses.values_list("offer").annotate(n=Count("pk")))
    return [deal for deal in deals if taken.get(deal.offer.pk, 0) < _most_for_one(deal.offer)]


def _most_for_one(offer: Offer) -> float:
    return float("inf") if offer.per_user_limit is None else offer.per_user_limit


def _own_uses(offer: Offer, user: User) -> int:
    return OfferUse.objects.filter(user=user, offer=offer, state__in=Taken).count()


def _take_coupon(coupon: Coupon, user: User) -> None:
    """Count one use of the coupon. The offer's lock is held, so nobody counts beside us."""
    own = OfferUse.objects.filter(user=user, coupon=coupon, state__in=Taken).count()
    left = Coupon.objects.filter(pk=coupon.pk).filter(
        Q(total_limit=None) | Q(uses_taken__lt=F("total_limit"))
    )
    if own >= coupon.per_user_limit or not left.update(uses_taken=F("uses_taken") + 1):
        raise CouponUsedUp


def _give_back(order: Order, state: OfferUse.State, now: datetime) -> None:
    use = OfferUse.objects.filter(order=order, state=State.RESERVED).first()
    if use is None:
        return
    Offer.objects.filter(pk=use.offer_id).update(
        uses_taken=F("uses_taken") - 1, coins_taken=F("coins_taken") - use.bonus_coins
    )
    Coupon.objects.filter(pk=use.coupon_id).update(uses_taken=F("uses_taken") - 1)
    OfferUse.objects.filter(pk=use.pk).update(state=state, settled_at=now)


def _note(
    order: Order, kind: OrderEvent.Kind, source: OrderEvent.Source, now: datetime, **facts: int
) -> None:
    # Not through steps.note: the steps call us.
    OrderEvent.objects.create(order=order, kind=kind, source=source, at=now, facts=facts)
