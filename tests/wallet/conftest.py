"""What the wallet's tests share."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from ground import clock as business_clock
from ledger import books
from wallet import services
from wallet.models import Order


@pytest.fixture
def american(person: Callable[..., User]) -> User:
    """Ana buys in the default storefront: US dollars, no tax."""
    return person("ana", country="US", totp_secret=None)


def buy(fan: User, package: str = "coins-700", *, key: str = "", **wanted: Any) -> Order:
    """Start a recharge of a package, or of `coins=…`."""
    wanted = wanted if "coins" in wanted else {"package": package} | wanted
    return services.create_order(user=fan, key=key or f"test:{uuid4()}", now=business_clock.now(), **wanted)


def kinds(order: Order) -> list[str]:
    """The order's timeline as its kinds."""
    return list(order.events.values_list("kind", flat=True))


def coins(fan: User) -> int:
    """What the books say a person has."""
    return books.balance(fan.ledger_id, "coins", "COIN")


def now_of(order: Order) -> tuple[str, int]:
    """The order's state and its buyer's coins, as they are in the database."""
    order.refresh_from_db()
    return order.state, coins(order.user)
