"""`orm_service`: plain Django. Lock the fan's and the creator's rows, check, change both, write two entries."""

from uuid import uuid4

from django.db import transaction

from benchmarks.yardsticks.plain.models import Entry, Purse

CREATOR = 1
FIRST_FAN = 2
COINS = 10
COINS_EACH = 10**9


def prepare(fans: int) -> None:
    """This will make the purses; the creator's is the first."""
    Purse.objects.create(pk=CREATOR, balance=0)
    Purse.objects.bulk_create(
        [Purse(pk=FIRST_FAN + n, balance=COINS_EACH) for n in range(fans)], batch_size=2_000
    )


def send(fan: int) -> None:
    """This will send one gift from the fan's purse to the creator's."""
    with transaction.atomic():
        payer = Purse.objects.select_for_update().get(pk=FIRST_FAN + fan)
        payee = Purse.objects.select_for_update().get(pk=CREATOR)
        assert payer.balance >= COINS
        payer.balance -= COINS
        payee.balance += COINS
        payer.save(update_fields=["balance"])
        payee.save(update_fields=["balance"])
        gift = uuid4()
        Entry.objects.bulk_create(
            [Entry(purse=payer, change=-COINS, gift=gift), Entry(purse=payee, change=COINS, gift=gift)]
        )


def prove(sent: int, fans: int) -> None:
    """This will see that what was measured happened."""
    assert Purse.objects.get(pk=CREATOR).balance == sent * COINS
    assert Entry.objects.count() == 2 * sent
