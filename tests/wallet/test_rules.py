"""What the database refuses, whoever writes."""

from collections.abc import Callable
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from ground import clock as business_clock
from ledger import books
from tests.fixtures.time import Clock
from tests.fixtures.wallet import unpaid_order
from wallet import defaults, selectors
from wallet.models import Economy, Order, OrderEvent, Package, RateVersion, Storefront
from wallet.services.standing import settle_known_payers
from wallet.states import TRANSITIONS, OrderState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]


def refused(statement: str, *parameters: UUID) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_the_database_knows_the_same_steps_as_the_states(
    fan: User, superuser_connection: psycopg.Connection
) -> None:
    order = unpaid_order(fan, 100)
    facts = (
        "paid_at = now(), credited_at = CASE WHEN %s IN ('credited', 'refunded', 'disputed') THEN now() END"
    )
    for before in OrderState:
        for after in OrderState:
            with superuser_connection.transaction(force_rollback=True):
                superuser_connection.execute("SET LOCAL session_replication_role = replica")
                superuser_connection.execute(
                    f"UPDATE wallet_order SET state = %s, {facts}", [before.value, before.value]
                )
                superuser_connection.execute("SET LOCAL session_replication_role = origin")
                allowed = _is_allowed(
                    superuser_connection, f"UPDATE wallet_order SET state = %s, {facts}", after
                )
            assert allowed == (after == before or after in TRANSITIONS[before]), (before, after)
    assert order.state == "created"


def _is_allowed(database: psycopg.Connection, statement: LiteralString, state: OrderState) -> bool:
    try:
        with database.transaction():
            database.execute(statement, [state.value, state.value])
    except Exception:
        return False
    return True


def test_what_an_order_sold_does_not_change(fan: User) -> None:
    order = unpaid_order(fan, 100)
    for column in ("coins", "gross_minor", "settlement_gross_minor", "coin_value_micro"):
        refused(f"UPDATE wallet_order SET {column} = {column} + 1 WHERE id = %s", order.pk)
    refused("DELETE FROM wallet_order WHERE id = %s", order.pk)
    assert Order.objects.get().coins == 100


def test_an_order_begins_as_created(fan: User) -> None:
    order = unpaid_order(fan, 100)
    order.pk, order.client_key, order.state = None, "other", OrderState.CREDITED
    order.paid_at = order.credited_at = order.created_at
    order._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save(force_insert=True)


def test_a_timeline_only_grows(fund: Callable[[User, int], Order], fan: User) -> None:
    fund(fan, 100)
    refused("UPDATE wallet_orderevent SET code = 'x'")
    refused("DELETE FROM wallet_orderevent")
    assert OrderEvent.objects.filter(code="x").count() == 0


def test_rates_and_packages_are_versions() -> None:
    refused("UPDATE wallet_rateversion SET diamond_units_per_coin = 90")
    refused("DELETE FROM wallet_rateversion")
    refused("UPDATE wallet_package SET price_minor = 1")
    assert Package.objects.filter(price_minor=1).count() == 0
    assert RateVersion.objects.get().diamond_units_per_coin == 100


def test_a_diamonds_value_may_only_rise() -> None:
    refused("UPDATE wallet_economy SET diamond_value_micro = 6449")
    refused("UPDATE wallet_economy SET coin_value_micro = 13000")
    refused("DELETE FROM wallet_economy")
    Economy.objects.update(diamond_value_micro=6_500)
    assert Economy.objects.get().diamond_value_micro == 6_500


def test_the_defaults_installed_twice_are_there_once() -> None:
    before = (Storefront.objects.count(), Package.objects.count(), RateVersion.objects.count())
    defaults.install(business_clock.now())
    assert (
        (Storefront.objects.count(), Package.objects.count(), RateVersion.objects.count())
        == before
        == (2, 14, 1)
    )


def test_every_package_is_better_value_than_the_one_before() -> None:
    for storefront in Storefront.objects.all():
        packages = selectors.packages_on_sale(storefront, business_clock.now())
        per_coin = [package.price_minor / package.coins for package in packages]
        assert per_coin == sorted(per_coin, reverse=True)
        assert [package.coins for package in packages] == [70, 350, 700, 1400, 3500, 7000, 17500]


def test_a_funded_fan_has_coins_and_the_check_finds_nothing_wrong(
    fund: Callable[[User, int], Order], fan: User
) -> None:
    fund(fan, 700)
    assert books.balance(fan.ledger_id, "coins", "COIN") == 700
    assert selectors.orders_against_books() == []


@pytest.mark.tampers
def test_the_check_names_an_order_whose_operation_is_gone(
    fund: Callable[[User, int], Order], fan: User, superuser_connection: psycopg.Connection
) -> None:
    order = fund(fan, 700)
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("UPDATE ledger_operation SET key = 'order:gone'")
    (missing, orphan) = sorted(selectors.orders_against_books(), reverse=True)
    assert orphan.endswith("(order:gone) has no order")
    assert missing == f"order:{order.pk} is credited but has no operation"


def test_a_new_payers_gifts_wait_longer_for_thirty_days(
    fund: Callable[[User, int], Order], fan: User, clock: Clock
) -> None:
    fund(fan, 100)
    assert hold_days(fan) == 21
    clock.advance(days=29)
    assert settle_known_payers(now=business_clock.now()) == 0
    clock.advance(days=1, seconds=1)
    assert settle_known_payers(now=business_clock.now()) == 1
    assert hold_days(fan) == 7


def hold_days(fan: User) -> int | None:
    with transaction.atomic():
        (account,) = books.lock([books.Ref(fan.ledger_id, "coins")])
    return account.hold_days
