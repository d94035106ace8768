"""What `ledger_check` asks of offers: what was granted is in the books, and nothing else is."""

from django.db import connection


def bonuses_against_books() -> list[str]:
    """A finding for every order whose bonus and its operation disagree, and for counts that do not add up."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for sql in (BONUSES, COUNTS, COUPONS):
            cursor.execute(sql)
            found += [finding for (finding,) in cursor.fetchall()]
    return found


BONUSES = """
SELECT 'order ' || use.order_id || ': its bonus is ' || use.state || ' with ' || use.bonus_coins
       || ' coins, the books have ' || coalesce(booked.coins, 0)
FROM wallet_offeruse use
JOIN wallet_order orders ON orders.id = use.order_id
JOIN accounts_user people ON people.id = orders.user_id
LEFT JOIN LATERAL (
    SELECT sum(transfer.amount) AS coins FROM ledger_operation operation
    JOIN ledger_transfer transfer ON transfer.operation_id = operation.id AND transfer.unit = 'COIN'
    WHERE operation.holder = people.ledger_id AND operation.key = 'order:' || use.order_id || ':bonus'
) booked ON true
WHERE coalesce(booked.coins, 0) <> CASE use.state WHEN 'granted' THEN use.bonus_coins ELSE 0 END
   OR orders.bonus_coins <> use.bonus_coins OR orders.offer_id <> use.offer_id
"""

COUNTS = """
SELECT 'offer ' || offer.id || ' counts ' || offer.uses_taken || ' uses and ' || offer.coins_taken
       || ' coins, its orders have ' || count(use.*) || ' and ' || coalesce(sum(use.bonus_coins), 0)
FROM wallet_offer offer
LEFT JOIN wallet_offeruse use ON use.offer_id = offer.id AND use.state IN ('reserved', 'granted')
GROUP BY offer.id
HAVING count(use.*) <> offer.uses_taken OR coalesce(sum(use.bonus_coins), 0) <> offer.coins_taken
"""

COUPONS = """
SELECT 'coupon ' || coupon.id || ' counts ' || coupon.uses_taken || ' uses, its orders have ' || count(use.*)
FROM wallet_coupon coupon
LEFT JOIN wallet_offeruse use ON use.coupon_id = coupon.id AND use.state IN ('reserved', 'granted')
GROUP BY coupon.id HAVING count(use.*) <> coupon.uses_taken
"""
