"""What a gateway does with the nudges that are under way when it stops."""

import asyncio

import pytest

from gateway.app import Parts
from tests.fixtures.gateway import Loop

pytestmark = pytest.mark.django_db(transaction=True)


async def told_and_stopped() -> list[bool]:
    parts = Parts()
    parts.nudger.grown({"room:11111111-1111-1111-1111-111111111111"})
    await parts.stop()
    await asyncio.sleep(0.2)  # whatever was under way has ended by now
    return [connection.is_connected for connection in parts.valkey.connection_pool._available_connections]


def test_a_gateway_that_stops_leaves_no_connection_behind(gateway_loop: Loop) -> None:
    assert not any(gateway_loop.run(told_and_stopped()))
