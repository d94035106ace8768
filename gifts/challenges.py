"""What the wallet's challenges ask of gifts: who gave what between two moments, without what was taken back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max

from gifts.models import SentGift
from wallet.hooks import Given


def given_between(user_ids: Sequence[int], start: datetime, end: datetime) -> list[Given]:
    """What each of these people gave from `start` on and before `end`, by the gifts that stand now. One query."""
    if not user_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(GIVEN, [list(user_ids), start, end])
        return [Given(*row) for row in cursor.fetchall()]


def givers_after(number: int) -> tuple[list[int], int]:
    """Everybody who sent a gift after the one of this number, and the newest gift's number (`number` if none)."""
    newest = SentGift.objects.aggregate(newest=Max("id"))["newest"] or 0
    senders = SentGift.objects.filter(id__gt=number).order_by("sender_id").values_list("sender_id", flat=True)
    return list(senders.distinct()), max(newest, number)


GIVEN = """
    SELECT sent.sender_id, sum(sent.quantity)::bigint, sum(sent.coins)::bigint, count(DISTINCT sent.creator_id)
    FROM gifts_sentgift sent JOIN accounts_user people ON people.id = sent.sender_id
    WHERE sent.sender_id = ANY(%s) AND sent.at >= %s AND sent.at < %s
      AND NOT EXISTS (
          SELECT FROM ledger_operation returned
          WHERE returned.holder = people.ledger_id AND returned.key = 'gift_return:' || sent.id)
    GROUP BY sent.sender_id
"""
