"""What the books refuse."""

from ground.errors import DomainError


class KeyReused(DomainError):
    """The idempotency key already stands for another request."""

    code = "key_reused"
    status = 409
    message = "This key was already used for a different request."
    next_step = "Send the request again with a new key."


class Insufficient(DomainError):
    """An account would be overdrawn."""

    code = "insufficient_balance"
    status = 409
    message = "The balance is too low for this."
    next_step = "Add to the balance, or choose a smaller amount."


class OverCeiling(DomainError):
    """The amount would go over a limit that its owner set."""

    code = "over_ceiling"
    status = 409
    message = "This would go over the limit set for this account."
    next_step = "Wait for the next period, or change the limit."


class AccountFrozen(DomainError):
    """The payer's account is frozen."""

    code = "account_frozen"
    status = 403
    message = "This account is frozen: nothing can be spent from it."
    next_step = "Open Support: the case there says why, and what happens next."


class TryAgain(DomainError):
    """Two transactions got in each other's way; this one was rolled back whole and may be repeated."""

    code = "try_again"
    status = 503
    message = "The books were busy with the same accounts; nothing was changed."
    next_step = "Send the same request again with the same key."
