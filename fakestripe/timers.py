"""What happens when the virtual clock reaches a time that was set: each timer in a transaction of its own."""

from fakestripe import disputes, fraud_warnings, money, paying, payouts, refunds
from fakestripe.work import Timer

TIMERS: dict[str, Timer] = {
    "settle": money.settle,
    "balance_available": money.tell_available,
    "session_expires": paying.expire_due,
    "delayed_pays": paying.delayed_pays,
    "delayed_fails": paying.delayed_fails,
    "transfer_part": paying.transfer_part,
    "refund_succeeded": refunds.succeed_later,
    "refund_failed": refunds.fail_later,
    "refund_expires": refunds.expire,
    "dispute_fraudulent": disputes.opens("fraudulent"),
    "dispute_not_received": disputes.opens("product_not_received"),
    "dispute_inquiry": disputes.opens("inquiry"),
    "dispute_due": disputes.fall_due,
    "inquiry_answered": disputes.answer_inquiry,
    "early_fraud_warning": fraud_warnings.warn_soon,
    "payout_leaves": payouts.leave,
    "payout_arrives": payouts.arrive,
    "payout_returns": payouts.come_back,
}
