"""What operators put on sale: always a new version, never a changed one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from wallet.errors import InvalidPriceBook
from wallet.models import Package, PriceBook, RateVersion, RechargeCap, Storefront

AT_ONCE = timedelta(minutes=2)  # who types "now" is a little late when they press the button


@dataclass(frozen=True)
class Offered:
    """One package of a new version."""

    code: str
    coins: int
    price_minor: int  # as listed, in the storefront's currency
    is_preselected: bool = False


def announce_prices(
    *,
    storefront: Storefront,
    starts_at: datetime,
    base_price_micro: int,
    packages: Sequence[Offered],
    operator: User | None,
    reason: str,
    now: datetime,
) -> PriceBook:
    """This will make the storefront's next version, in force from `starts_at` on; what was sold keeps its own.

    Buyers see it announced until then. Works inside the admin's transaction.

    Raises:
        InvalidPriceBook: it begins in the past, at another version's moment, or its packages do not fit together.
    """
    with transaction.atomic():
        Storefront.objects.select_for_update().get(pk=storefront.pk)
        demand_possible(storefront=storefront, starts_at=starts_at, packages=packages, now=now)
        books = PriceBook.objects.filter(storefront=storefront)
        book = PriceBook.objects.create(
            storefront=storefront,
            number=(books.aggregate(last=Max("number"))["last"] or 0) + 1,
            starts_at=starts_at,
            base_price_micro=base_price_micro,
            reason=reason.strip()[:300],
            made_at=now,
            made_by=operator,
        )
        Package.objects.bulk_create(_package(book, offered) for offered in packages)
    return book


def demand_possible(
    *, storefront: Storefront, starts_at: datetime, packages: Sequence[Offered], now: datetime
) -> None:
    """This will pass if such a version can be announced.

    Raises:
        InvalidPriceBook: why not.
    """
    if starts_at < now - AT_ONCE:
        raise InvalidPriceBook("A version cannot begin in the past.")
    if storefront.price_books.announced().filter(starts_at=starts_at).exists():
        raise InvalidPriceBook("Another version begins at this very moment.")
    _demand_sound(packages)


def withdraw_prices(*, book: PriceBook, operator: User, now: datetime) -> PriceBook:
    """This will take an announced version back before its day. Works inside the admin's transaction.

    Raises:
        InvalidPriceBook: it is in force, or was withdrawn before.
    """
    with transaction.atomic():
        Storefront.objects.select_for_update().get(pk=book.storefront_id)
        book = PriceBook.objects.get(pk=book.pk)
        if book.withdrawn_at is not None or book.has_begun(now):
            raise InvalidPriceBook(
                "Only a version that has not begun can be withdrawn.",
                next_step="Announce another version that begins now.",
            )
        book.withdrawn_at, book.withdrawn_by = now, operator
        book.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return book


def begin_rate(*, version: RateVersion, operator: User) -> RateVersion:
    """This will save a rate version in the operator's name, for good. Works inside the admin's transaction."""
    version.created_by = operator
    version.save(force_insert=True)
    return version


def begin_caps(*, version: RechargeCap, operator: User) -> RechargeCap:
    """This will save a version of the caps in the operator's name, for good. Works inside the admin's transaction."""
    version.created_by = operator
    version.save(force_insert=True)
    return version


def _demand_sound(packages: Sequence[Offered]) -> None:
    if not packages:
        raise InvalidPriceBook("A version needs at least one package.")
    if len({one.code for one in packages}) < len(packages):
        raise InvalidPriceBook("Two packages have the same code.")
    if len({one.coins for one in packages}) < len(packages):
        raise InvalidPriceBook("Two packages have the same number of coins.")
    if sum(one.is_preselected for one in packages) > 1:
        raise InvalidPriceBook("At most one package can be preselected.")
    if any(one.coins < 1 or one.price_minor < 1 for one in packages):
        raise InvalidPriceBook("A package needs coins and a price.")


def _package(book: PriceBook, offered: Offered) -> Package:
    return Package(
        book=book,
        code=offered.code,
        coins=offered.coins,
        price_minor=offered.price_minor,
        is_preselected=offered.is_preselected,
    )
