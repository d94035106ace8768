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
CREATOR, FIRST_FAN = 2, 3  # the first account is the bank that lends the coins

# Through the library's own save() and triggers these take minutes: each account moves the tree, and each leg adds up
# its transaction. What is written is what they would have written.
TABLES = """
    INSERT INTO hordak_account
        (id, uuid, name, type, is_bank_account, currencies, lft, rght, tree_id, level)
    SELECT n, gen_random_uuid(), 'account ' || n, CASE n WHEN 1 THEN 'AS' ELSE 'LI' END, false, '["EUR"]', 1, 2, n, 0
    FROM generate_series(1, 2 + %(fans)s) AS n;

    INSERT INTO hordak_transaction (id, uuid, timestamp, date, description)
    SELECT n, gen_random_uuid(), now(), now(), '' FROM generate_series(1, %(fans)s) AS n;

    INSERT INTO hordak_leg (uuid, transaction_id, account_id, credit, debit, currency, description)
    SELECT gen_random_uuid(), n, side.account_id, side.credit, side.debit, 'EUR', ''
    FROM generate_series(1, %(fans)s) AS n
    CROSS JOIN LATERAL (VALUES (1, NULL, %(coins)s::numeric), (2 + n, %(coins)s::numeric, NULL))
        AS side(account_id, credit, debit);

    SELECT setval('hordak_transaction_id_seq', %(fans)s);
"""


def prepare(fans: int) -> None:
    """This will make a bank, the creator and the fans, and lend each fan its coins."""
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in TABLES.split(";"):
                if statement.strip():
                    cursor.execute(statement, {"fans": fans, "coins": COINS_EACH})
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
    assert Leg.objects.count() == 2 * (sent + fans)
