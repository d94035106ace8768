"""The beat's sealing: what it writes, and when it tells the operators."""

import time
from datetime import timedelta

import psycopg
import pytest

from accounts.models import User
from ground import clock
from ledger import seals
from ledger.models import Block
from provider.models import OperatorAlert
from tests.fixtures.gifts import Fund
from wallet import rates, tasks

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_beat_seals_under_the_rates_in_force(installed: None, fan: User, fund: Fund) -> None:
    fund(fan, 100)
    deadline = time.monotonic() + 60
    while not Block.objects.exists():  # the other test process may hold the watermark for a moment
        assert time.monotonic() < deadline, seals.lag()
        tasks.seal()
    block = Block.objects.get()
    assert block.rate_version == rates.in_force(clock.now()).rate_version_id
    assert not OperatorAlert.objects.exists()


def test_operators_are_told_when_a_transaction_stays_open(
    installed: None, fan: User, fund: Fund, superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "LATE_AFTER", timedelta(seconds=-1))
    with psycopg.connect(superuser_url) as other:
        other.execute("SELECT pg_current_xact_id()")
        fund(fan, 100)
        tasks.seal()
        tasks.seal()
    alert = OperatorAlert.objects.get()
    assert (alert.code, alert.times, alert.facts) == ("seal_late", 2, {"operations": 1})
    assert not Block.objects.exists()


def test_a_refusal_to_seal_is_told_too(
    installed: None, fan: User, fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("restored")

    monkeypatch.setattr(seals, "LATE_AFTER", timedelta(seconds=-1))
    monkeypatch.setattr(seals, "seal", refuse)
    fund(fan, 100)
    with pytest.raises(RuntimeError):
        tasks.seal()
    assert OperatorAlert.objects.get().code == "seal_late"
