"""The wallet's work in the background. Tasks carry ids only and may run twice."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings

from ground import clock
from ledger import books, seals
from provider.alerts import raise_alert
from wallet import rates
from wallet.first_recharge import forget_old_marks
from wallet.services import (
    challenges,
    exchange,
    offer_catalogue,
    pausing,
    receipts,
    refund_sweep,
    standing,
    sweep,
)
from wallet.units import MICRO_PER_MINOR

RECEIPT_GRACE = timedelta(minutes=1)
MOST_BLOCKS_AT_ONCE = 10  # when much has waited; the next run goes on


@shared_task(name="wallet.tasks.sweep_orders")
def sweep_orders() -> None:
    """Wake a check of every open order whose turn it is, unsent receipts, refunds, and settle known payers."""
    now = clock.now()
    for order_id in sweep.due_orders(now=now):
        check_order.delay(str(order_id))
    for order_id in receipts.unsent_receipts(credited_before=now - RECEIPT_GRACE):
        send_receipt.delay(str(order_id))
    for refund_id in refund_sweep.due_refunds(now=now):
        check_refund.delay(str(refund_id))
    standing.settle_known_payers(now=now)
    for user_id in pausing.paused_with_orders(now=now):
        close_paused_orders.delay(user_id)


@shared_task(name="wallet.tasks.check_order")
def check_order(order_id: str) -> None:
    """Bring one order up to date."""
    sweep.check_order(order_id=UUID(order_id), now=clock.now())


@shared_task(name="wallet.tasks.check_refund")
def check_refund(refund_id: str) -> None:
    """Bring one refund up to date."""
    refund_sweep.check_refund(refund_id=UUID(refund_id), now=clock.now())


@shared_task(name="wallet.tasks.close_paused_orders")
def close_paused_orders(user_id: int) -> None:
    """Cancel what a paused person could still pay."""
    pausing.close_paused_orders(user_id=user_id, now=clock.now())


@shared_task(name="wallet.tasks.send_receipt")
def send_receipt(order_id: str) -> None:
    """Mail one receipt."""
    receipts.send_receipt(order_id=UUID(order_id))


@shared_task(name="wallet.tasks.sweep_challenges")
def sweep_challenges() -> None:
    """Award who reached a challenge's goal."""
    challenges.sweep_challenges(now=clock.now())


@shared_task(name="wallet.tasks.tell_about_offers")
def tell_about_offers() -> None:
    """Mail the offers that have started, and forget the marks of people who left two years ago."""
    offer_catalogue.tell_about_offers(now=clock.now())
    forget_old_marks(now=clock.now())


@shared_task(name="wallet.tasks.keep_exchange_rates")
def keep_exchange_rates() -> None:
    """Fetch the exchange rates where a source is configured, and tell the operators when they are old."""
    now = clock.now()
    if settings.EXCHANGE_RATES_URL:
        exchange.fetch_rates(now=now)
    exchange.warn_of_old_rates(now=now)


@shared_task(name="wallet.tasks.fold")
def fold() -> None:
    """Book the money of the gifts sent since the last fold."""
    now = clock.now()
    in_force = rates.in_force(now)
    books.fold(
        currency=in_force.currency,
        coin_value_micro=in_force.coin_value_micro,
        diamond_value_micro=in_force.diamond_value_micro,
        now=now,
        micro_per_minor=MICRO_PER_MINOR,
    )


@shared_task(name="wallet.tasks.seal")
def seal() -> None:
    """Seal what has settled since the last block, and tell the operators when too much waits for too long."""
    now = clock.now()
    rate_version_id = rates.in_force(now).rate_version_id
    try:
        for _ in range(MOST_BLOCKS_AT_ONCE):
            sealed = seals.seal(now=now, rate_version_id=rate_version_id)
            if sealed is None or not sealed.is_more:
                break
    finally:  # a refusal to seal is a reason to be late
        lag = seals.lag()
        if lag.is_late:
            raise_alert(
                code="seal_late",
                key="ledger_seal",
                message=f"Sealing the books is {lag.seconds // 60} minutes behind: "
                "a transaction stays open, or sealing fails.",
                operations=lag.operations,
            )
