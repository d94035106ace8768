"""What refunds refuse, in words a person can act on."""

from ground.errors import DomainError


class NotRefundable(DomainError):
    """The order has no payment that could go back: it is not credited, or it went back already."""

    code = "not_refundable"
    status = 409
    message = "There is no payment of this order to give back."
    next_step = "Look at the order's page to see how it stands."


class WithdrawalOff(DomainError):
    """The order was sold without a window for giving coins back."""

    code = "withdrawal_off"
    status = 409
    message = "Coins of this purchase are not changed back into money."
    next_step = "If something is wrong with it, write to us from the order's page."


class WithdrawalOver(DomainError):
    """The days for giving coins back are over; `until` says since when."""

    code = "withdrawal_over"
    status = 409
    message = "The days for giving coins of this purchase back are over."
    next_step = "If something is wrong with it, write to us from the order's page."


class TooManyRefunds(DomainError):
    """The buyer gave coins of this order back in as many parts as one may."""

    code = "too_many_refunds"
    status = 429
    message = "You gave coins of this purchase back many times already."
    next_step = "Write to us from the order's page if you want the rest back."


class RefundDuringDispute(DomainError):
    """The buyer's bank decides about this payment (stripe.md, R17): both ways at once would pay twice."""

    code = "refund_during_dispute"
    status = 409
    message = "Your bank is looking into this payment, so it cannot be refunded now."
    next_step = "Wait until the bank has decided; the order's page says so."


class RefundTooSmall(DomainError):
    """So few coins are worth less than the smallest amount of money."""

    code = "refund_too_small"
    status = 409
    message = "That would give nothing back: it is worth less than the smallest coin of your currency."
    next_step = "Choose more coins."


class MayNotRefund(DomainError):
    """This operator has not the right, or has used no second factor."""

    code = "may_not_refund"
    status = 403
    message = "You may not refund orders, or signed in without a second factor."
    next_step = "Ask an administrator for the right, and sign in with your second factor."


class OwnOrder(DomainError):
    """Nobody decides about their own money."""

    code = "own_order"
    status = 403
    message = "This is your own order: somebody else must refund it."
    next_step = "Ask a colleague."


class ReasonRequired(DomainError):
    """An operator's refund says why."""

    code = "reason_required"
    status = 400
    message = "Say why."
    next_step = "Write a reason; it is kept with the refund."


class NotProposed(DomainError):
    """The refund does not wait for a second operator."""

    code = "refund_not_proposed"
    status = 409
    message = "This refund does not wait for a decision."
    next_step = "Look at it again: somebody decided."


class SecondOperatorNeeded(DomainError):
    """Who proposed a refund above the limit cannot agree to it too."""

    code = "second_operator_needed"
    status = 403
    message = "You proposed this refund: a second operator must agree to it."
    next_step = "Ask a colleague."


class RefundUnderWay(DomainError):
    """Another refund of the same money is not decided yet."""

    code = "refund_under_way"
    status = 409
    message = "Another refund of this order is still on its way."
    next_step = "Wait until it is decided; the order's page says so."
