"""The stage of a proof: people, coins bought and booked as a recharge is, open rooms, sessions."""

from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import transaction
from django.test import RequestFactory, override_settings

from accounts.models import User
from accounts.services.people import create_person
from gifts.models import GiftPrice
from ground import clock
from ledger import books
from live import services as live_services
from prove.files import Fan, Room, Stage
from wallet import bookings
from wallet.models import Order, Storefront
from wallet.selectors import price_book
from wallet.services.create import at_base_price, new_order
from wallet.services.steps import Source, advance
from wallet.states import OrderState

ROOMS = 4
GIFTS = ("clap", "rose", "spark", "coffee")
RICH_COINS, TIGHT_COINS, POOR_COINS = 200_000, 300, 7
# So that the gifts of one room credit several accounts of its creator.
HOLD_DAYS = (None, 0, 21)
OWN_FILES = ["django.contrib.staticfiles.finders.FileSystemFinder"]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


def main(folder: Path, fans: str) -> None:
    """This will install the defaults and static files and set the stage for `fans` fans."""
    call_command("install_defaults", verbosity=0)
    with override_settings(STATICFILES_FINDERS=OWN_FILES):  # an event names the drawing of its gift
        call_command("collectstatic", interactive=False, verbosity=0)
    now = clock.now()
    with transaction.atomic():
        creators = [_person(f"creator{n}", now, creator=True) for n in range(ROOMS)]
        people = [_fan(n, _kind(n), now) for n in range(int(fans))]
        people += [_as_fan(creator, "creator", RICH_COINS, now) for creator in creators]
    rooms = [_room(creator, n, now) for n, creator in enumerate(creators)]
    Stage(people, rooms, _prices(now)).save(folder)


def _kind(n: int) -> str:
    """The first ones, who send most, are rich; then one frozen, one poor, and one in seven runs dry."""
    if n < 5:
        return "rich"
    return {5: "frozen", 6: "poor"}.get(n, "tight" if n % 7 == 0 else "rich")


def _fan(n: int, kind: str, now: datetime) -> Fan:
    coins = {"tight": TIGHT_COINS, "poor": POOR_COINS}.get(kind, RICH_COINS)
    person = _person(f"fan{n}", now)
    books.set_hold(person.ledger_id, HOLD_DAYS[n % len(HOLD_DAYS)])
    return _as_fan(person, kind, coins, now)


def _as_fan(person: User, kind: str, coins: int, now: datetime) -> Fan:
    _credit(person, coins, now)
    if kind == "frozen":
        books.freeze(person.ledger_id, frozen=True)
    return Fan(person.pk, person.ledger_id, session_of(person), coins, kind)


def _person(handle: str, now: datetime, *, creator: bool = False) -> User:
    return create_person(
        handle=handle,
        email=f"{handle}@proof.example",
        password=None,
        country="DE",
        birth_date=date(1990, 5, 17),
        display_name=handle.capitalize(),
        creator=creator,
        now=now,
    )


def open_room(creator: User, n: int, now: datetime) -> str:
    """This will open a room of the creator; its id."""
    room = live_services.start_room(
        creator=creator, title=f"Stage {n}", category="music", playback="placeholder", now=now
    )
    return str(room.pk)


def _room(creator: User, n: int, now: datetime) -> Room:
    return Room(open_room(creator, n, now), creator.pk, creator.ledger_id, session_of(creator))


def session_of(person: User) -> str:
    """This will save a session as a sign-in leaves it, and give its token."""
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    person.backend = BACKEND
    login(request, person)
    request.session.save()
    assert request.session.session_key
    return request.session.session_key


def _credit(person: User, coins: int, now: datetime) -> None:
    """An order that is paid and credited; only the provider is left out."""
    order = _order(person, coins, now)
    order.paid_at, order.fee_minor = now, 0
    advance(order, OrderState.PAID, source=Source.OPERATOR, now=now)
    books.post_one(bookings.recharge(order, person.ledger_id), now=now)
    order.credited_at = order.receipt_sent_at = now
    advance(order, OrderState.CREDITED, source=Source.OPERATOR, now=now)


def _order(person: User, coins: int, now: datetime) -> Order:
    storefront = Storefront.objects.get(is_default=True)
    sold_at = price_book(storefront, now)
    assert sold_at is not None
    order = new_order(person, storefront, at_base_price(coins, sold_at), now)
    order.client_key = f"proof:{uuid4()}"
    order.request_hash = books.request_hash(order.client_key)
    order.save(force_insert=True)
    return order


def _prices(now: datetime) -> dict[str, int]:
    in_force = GiftPrice.objects.in_force(now).filter(gift__slug__in=GIFTS).select_related("gift")
    return {price.gift.slug: price.coins for price in in_force}
