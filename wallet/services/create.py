"""Starting a recharge: the order is committed first, then the provider is asked for a payment page."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import LegalDocument, User
from accounts.services import require_current_terms, require_may_buy
from ledger import books
from ledger.errors import KeyReused
from wallet import caps, hooks, prices, rates, returns, selectors
from wallet.deals import Quote, Wanted
from wallet.errors import AmountOutOfRange, NotSold, PackageUnavailable, PriceChanged, TooManyOpenOrders
from wallet.models import Order, Package, PriceBook, Storefront
from wallet.services import offers
from wallet.services.checkout import open_checkout
from wallet.services.pausing import require_may_spend
from wallet.services.steps import Kind, Source, note
from wallet.states import PAYABLE_STATES

BUYING_TERMS = (LegalDocument.Kind.TERMS, LegalDocument.Kind.COINS)
MAX_OPEN_ORDERS = 10
LIFETIME = timedelta(hours=24)  # as long as the provider's payment page can be used
FIRST_CHECK_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Chosen:
    """What the buyer wants: a package, or a number of coins at the base price."""

    book: PriceBook
    package: Package | None
    coins: int
    price_minor: int  # as listed


def create_order(
    *,
    user: User,
    key: str,
    now: datetime,
    package: str | None = None,
    coins: int | None = None,
    return_to: str = "",
    code: str = "",
    price_book: int | None = None,
    shown_minor: int | None = None,
    shown_bonus: int | None = None,
) -> Order:
    """This will start a recharge of a `package` (its code) or of exactly `coins`, once per `key`.

    `return_to`: the room that the buyer comes from, and goes back to with the gift they chose (wallet/returns.py).
    The best offer for the buyer is in it, with the coupon `code` they typed or without. What they were shown (the
    `price_book`, the price, the bonus) is what they get or are refused; None: they were shown none.

    If the provider does not answer, the order stands without a payment page and the sweep brings one. Opens its own
    transactions and must not run inside one.

    Raises:
        AgeRequired, GuardianRequired, TermsRequired: the buyer may not buy yet.
        NotSold, PackageUnavailable, AmountOutOfRange, PriceChanged, TooManyOpenOrders, what a floor above says
        (wallet/hooks.py): nothing was made.
        SpendingPaused, RechargeCapReached: the buyer asked for a pause, or it is over a cap; nothing was made.
        WrongReturn: `return_to` is no room of ours. Those of `coupons.find_coupon`: the code cannot be used.
        KeyReused: `key` stands for another recharge.
    """
    assert (package is None) != (coins is None), "a package or a number of coins"
    request_hash = books.request_hash("order", user.pk, package, coins, *([code] if code else []))
    order = _made_before(user, key, request_hash)
    if order is None:
        storefront = selectors.storefront_for(user)
        require_may_buy(user=user, today=now.date(), at_least=storefront and storefront.minimum_age)
        require_current_terms(user=user, kinds=BUYING_TERMS, now=now)
        if stop := hooks.buying_stop(user):
            raise stop
        if storefront is None:
            raise NotSold
        chosen = choose(storefront, package, coins, now, shown=price_book)
        quote = _quote(user, storefront, chosen, code, now)
        offers.require_as_shown(quote, shown_minor=shown_minor, shown_bonus=shown_bonus)
        order = _unsaved(user, storefront, replace(chosen, price_minor=quote.asked_minor), now)
        order.client_key, order.request_hash = key, request_hash
        order.return_to = returns.clean(return_to)
        offers.keep_in_order(order, quote)
        order = _make(order, quote, now)
    if order.session_id is None and order.state in PAYABLE_STATES:
        order = open_checkout(order_id=order.pk, source=Source.BUYER, now=now)
    return order


def quote_order(
    *, user: User, now: datetime, package: str | None = None, coins: int | None = None, code: str = ""
) -> Quote:
    """What `create_order` would make of this now; nothing is made.

    Raises:
        NotSold, PackageUnavailable, AmountOutOfRange; those of `coupons.find_coupon`.
    """
    storefront = selectors.storefront_for(user)
    if storefront is None:
        raise NotSold
    return _quote(user, storefront, choose(storefront, package, coins, now), code, now)


def at_base_price(coins: int, book: PriceBook) -> Chosen:
    """Exactly `coins`, at the base price."""
    return Chosen(book, None, coins, prices.base_price_minor(coins, book))


def new_order(user: User, storefront: Storefront, chosen: Chosen, now: datetime) -> Order:
    """An order at the prices and rates of `now`, not saved; its key and request hash are the caller's to set."""
    price = prices.price_of(chosen.price_minor, storefront)
    in_force = rates.in_force(now)
    return Order(
        user=user,
        storefront=storefront,
        package=chosen.package,
        price_book=chosen.book,
        coins=chosen.coins,
        price_minor=chosen.price_minor,
        tax_mode=storefront.tax_mode,
        tax_name=storefront.tax_name,
        tax_basis_points=0 if storefront.is_tax_automatic else storefront.tax_basis_points,
        is_tax_automatic=storefront.is_tax_automatic,
        buyer_country=user.country,
        gross_minor=price.gross_minor,
        tax_minor=price.tax_minor,
        net_minor=price.net_minor,
        currency=storefront.currency,
        settlement_currency=in_force.currency,
        settlement_rate_micro=storefront.settlement_rate_micro,
        settlement_gross_minor=price.settlement_gross_minor,
        settlement_tax_minor=price.settlement_tax_minor,
        coin_value_micro=in_force.coin_value_micro,
        withdrawal_days=storefront.withdrawal_days,
        created_at=now,
        expires_at=now + LIFETIME,
        next_check_at=now + FIRST_CHECK_AFTER,
    )


def _made_before(user: User, key: str, request_hash: bytes) -> Order | None:
    order = Order.objects.filter(user=user, client_key=key).first()
    if order is not None and bytes(order.request_hash) != request_hash:
        raise KeyReused
    return order


def choose(
    storefront: Storefront, package: str | None, coins: int | None, now: datetime, *, shown: int | None = None
) -> Chosen:
    """What `package` or `coins` costs at `now`, by the version in force; `shown` is the one the buyer saw.

    Raises:
        NotSold, PriceChanged, PackageUnavailable, AmountOutOfRange: it cannot be had, or not so.
    """
    book = selectors.price_book(storefront, now)
    if book is None:
        raise NotSold
    if shown is not None and shown != book.number:
        raise PriceChanged(price_book=book.number)
    if coins is not None:
        _demand_within_limits(coins, storefront, book)
        return at_base_price(coins, book)
    sold = book.packages.filter(code=package).first()
    if sold is None:
        raise PackageUnavailable
    return Chosen(book, sold, sold.coins, sold.price_minor)


def _quote(user: User, storefront: Storefront, chosen: Chosen, code: str, now: datetime) -> Quote:
    wanted = Wanted(chosen.coins, chosen.price_minor, chosen.package.code if chosen.package else "")
    return offers.quote_for(user=user, storefront=storefront, wanted=wanted, code=code, now=now)


def _unsaved(user: User, storefront: Storefront, chosen: Chosen, now: datetime) -> Order:
    """The order, unless the buyer has too many that wait."""
    if Order.objects.filter(user=user, state__in=PAYABLE_STATES).count() >= MAX_OPEN_ORDERS:
        raise TooManyOpenOrders(retry_after_s=3600)
    return new_order(user, storefront, chosen, now)


def _make(order: Order, quote: Quote, now: datetime) -> Order:
    """Save the order, its amount reserved under every cap. One recharge of a person at a time."""
    user = order.user
    try:
        with transaction.atomic(durable=True):
            User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
            made = _made_before(user, order.client_key, bytes(order.request_hash))
            if made is not None:
                return made
            require_may_spend(user, now)
            caps.reserve(order, now)
            order.save(force_insert=True)
            note(order, Kind.CREATED, source=Source.BUYER, now=now)
            offers.reserve(order, quote, now=now)
    except IntegrityError:  # the same key in this very moment
        made = _made_before(user, order.client_key, bytes(order.request_hash))
        if made is None:
            raise
        return made
    return order


def _demand_within_limits(coins: int, storefront: Storefront, book: PriceBook) -> None:
    least = prices.coins_for_at_least(storefront.min_minor, book)
    most = prices.coins_for_at_most(storefront.max_minor, book)
    if not least <= coins <= most:
        raise AmountOutOfRange(
            f"One recharge is {least:,} to {most:,} coins.", min_coins=least, max_coins=most
        )
