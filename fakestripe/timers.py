"""What happens when the virtual clock reaches a time that was set: each timer in a transaction of its own."""

from fakestripe import checkout, disputes, fraud_warnings, money, payouts, refunds
from fakestripe.work import Timer

TIMERS: dict[str, Timer] = {
    "settle": money.settle,
    "session_expires": checkout.expire_due,
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
