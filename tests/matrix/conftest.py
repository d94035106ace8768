"""One set of people and things for the whole matrix, and each test of it in a transaction that is taken back.

No transaction lasts longer than a test: it would keep the fold of the other test process's books waiting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from accounts import defaults as accounts_defaults
from backoffice import defaults as backoffice_defaults
from care import defaults as care_defaults
from ground import clock
from payouts import defaults as payouts_defaults
from tests import cleaning
from tests.matrix.objects import Things, rose, stage_of, things_of, wear_picture
from tests.matrix.people import Cast, make_cast
from tests.undone import undone
from wallet import defaults as wallet_defaults
from wallet.services.exchange import Quoted, record_rates


@dataclass
class World:
    """The people, the own things of each role, and Zoe's, which are the others'."""

    cast: Cast
    own: dict[str, Things]
    zoes: Things
    picture: str


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, _cleaner: psycopg.Connection
) -> Iterator[World]:
    """Everybody with one of everything."""
    with django_db_blocker.unblock():
        try:
            yield _made()
        finally:
            cleaning.restore(_cleaner)


@pytest.fixture
def answers(world: World) -> Iterator[None]:
    """Whatever the test asks for leaves nothing behind."""
    with undone():
        yield


def _made() -> World:
    for app in (accounts_defaults, wallet_defaults, payouts_defaults, backoffice_defaults, care_defaults):
        app.install(clock.now())
    record_rates(
        quoted=Quoted(clock.now().date(), "EUR", {"USD": Decimal("1.0851")}),
        source="A test",
        operator=None,
        now=clock.now(),
    )
    cast = make_cast()
    stage, gift = stage_of(cast.erin, "A stage"), rose()
    own = {role: things_of(person, stage, gift) for role, person in cast.people.items()}
    return World(cast, own, things_of(cast.zoe, stage, gift), wear_picture(cast.zoe))
