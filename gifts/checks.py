"""What `manage.py ledger_check` asks of gifts: every sent gift is its operation in the books, and the reverse."""

from django.db import connection

MOST_FINDINGS = 100  # of one kind: a broken table should not drown the rest of the report

# A gift's operation moves its coins from the sender's purse to the redeemed ones, and its diamonds from the issued
# ones to the creator: to what matures on the gift's date, or at once when that is its own day.
DIFFERENT = """
    SELECT sent.id, sent.coins, sent.diamond_units
    FROM gifts_sentgift sent
    LEFT JOIN accounts_user sender ON sender.id = sent.sender_id
    LEFT JOIN accounts_user creator ON creator.id = sent.creator_id
    LEFT JOIN live_room room ON room.id = sent.room_id AND room.creator_id = sent.creator_id
    LEFT JOIN gifts_gift gift ON gift.id = sent.gift_id
    LEFT JOIN wallet_rateversion rate ON rate.id = sent.rate_version_id
    LEFT JOIN ledger_operation operation
        ON operation.id = sent.id AND operation.kind = 'gift' AND operation.holder = sender.ledger_id
    WHERE operation.id IS NULL OR room.id IS NULL OR gift.id IS NULL
       OR sent.diamond_units IS DISTINCT FROM sent.coins * rate.diamond_units_per_coin
       OR (SELECT array_agg(
               transfer.unit || ' ' || transfer.amount || ' ' || payer.holder || ':' || payer.code
               || ' ' || payee.holder || ':' || payee.code ORDER BY transfer.position)
           FROM ledger_transfer transfer
           JOIN ledger_account payer ON payer.id = transfer.debit_id
           JOIN ledger_account payee ON payee.id = transfer.credit_id
           WHERE transfer.operation_id = sent.id)
          IS DISTINCT FROM array[
              'COIN ' || sent.coins || ' ' || sender.ledger_id || ':coins 0:coins.redeemed',
              'DIAMOND ' || sent.diamond_units || ' 0:diamonds.issued ' || creator.ledger_id || ':'
              || CASE WHEN sent.matures_on <= (sent.at AT TIME ZONE 'UTC')::date THEN 'diamonds.available'
                      ELSE 'diamonds.pending/' || to_char(sent.matures_on, 'YYYY-MM-DD') END]
    ORDER BY sent.id LIMIT %s
"""

UNKNOWN = """
    SELECT operation.id FROM ledger_operation operation
    LEFT JOIN gifts_sentgift sent ON sent.id = operation.id
    WHERE operation.kind = 'gift' AND sent.id IS NULL
    ORDER BY operation.id LIMIT %s
"""


def findings() -> list[str]:
    """One sentence for each sent gift that differs from the books, and each gift in the books that nobody sent."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT, [MOST_FINDINGS])
        different = [
            f"sent gift {id_}: {coins} coins and {units} diamond units, but its operation {id_} says otherwise"
            for id_, coins, units in cursor.fetchall()
        ]
        cursor.execute(UNKNOWN, [MOST_FINDINGS])
        unknown = [f"operation {id_} is a gift that no sent gift belongs to" for (id_,) in cursor.fetchall()]
    return different + unknown
