"""What happens when the virtual clock reaches a time that was set: each timer in a transaction of its own."""

from fakestripe import checkout, money, payouts, refunds
from fakestripe.work import Timer

TIMERS: dict[str, Timer] = {
    "settle": money.settle,
    "session_expires": checkout.expire_due,
    "refund_succeeded": refunds.succeed_later,
    "refund_failed": refunds.fail_later,
    "payout_leaves": payouts.leave,
    "payout_arrives": payouts.arrive,
    "payout_returns": payouts.come_back,
}
