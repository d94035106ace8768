"""`hordak_safe`: django-hordak, a double-entry library for Django, and the lock that keeps fans from overspending.

Hordak keeps no balance: it adds up the account's legs. Left alone two gifts at once both find the coins, so the fan's
account is locked first. The creator's account is not touched, which is why this scales over a few processes.
"""

from django.db import connection, transaction
from hordak.models import Account, AccountType, Leg, Transaction
from moneyed import Money

CURRENCY = "EUR"
PRICE = Money(10, CURRENCY)
COINS_EACH = 100_000
BANK, CREATOR, FIRST_FAN = 1, 2, 3

# Through the library's own save() ten thousand accounts take minutes: each one moves the tree.
ACCOUNTS = """
    INSERT INTO hordak_account
        (id, uuid, name, type, is_bank_account, currencies, lft, rght, tree_id, level)
    SELECT n, gen_random_uuid(), 'account ' || n, CASE n WHEN 1 THEN 'AS' ELSE 'LI' END, false, '["EUR"]', 1, 2, n, 0
    FROM generate_series(1, 2 + %s) AS n
"""


def prepare(fans: int) -> None:
    """This will make a bank, the creator and the fans, and lend each fan its coins."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(ACCOUNTS, [fans])
    with transaction.atomic():
        opening = Transaction.objects.create()
        legs = [Leg(transaction=opening, account_id=BANK, debit=Money(COINS_EACH * fans, CURRENCY))]
        legs += [
            Leg(transaction=opening, account_id=FIRST_FAN + n, credit=Money(COINS_EACH, CURRENCY))
            for n in range(fans)
        ]
        Leg.objects.bulk_create(legs)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def send(fan: int) -> None:
    """This will send one gift: both legs in one statement, which the library's `transfer_to` needs two for."""
    with transaction.atomic():
        payer = Account.objects.select_for_update(no_key=True).get(pk=FIRST_FAN + fan)
        (covered,) = payer.legs.sum_to_balance(account_type=AccountType.liability).monies()
        assert covered >= PRICE
        gift = Transaction.objects.create()
        Leg.objects.bulk_create(
            [
                Leg(transaction=gift, account=payer, debit=PRICE),
                Leg(transaction=gift, account_id=CREATOR, credit=PRICE),
            ]
        )


def prove(sent: int, fans: int) -> None:
    """This will see that what was measured happened."""
    assert Leg.objects.filter(account_id=CREATOR).count() == sent
    assert Leg.objects.count() == 2 * sent + fans + 1
