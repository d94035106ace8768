"""`ledger_check` covers what stands beside the books too."""

import psycopg
import pytest
from django.db import transaction

from events import log
from ledger import checks


@pytest.mark.tampers
@pytest.mark.django_db(transaction=True)
def test_a_stream_that_lost_an_event_is_named(superuser_connection: psycopg.Connection) -> None:
    with transaction.atomic():
        log.publish_many([("room:1", "chat.message", {}), ("room:1", "chat.message", {})])
    assert checks.run().findings == []

    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("DELETE FROM events_event WHERE first_number = 1")

    assert checks.run().findings == ["stream room:1: events 2 to 2 follow on number 0 and have 1 bodies"]
