"""What payouts refuse, in words for people and stable codes for programs."""

from ground.errors import DomainError


class CreatorRequired(DomainError):
    code = "creator_required"
    status = 403
    message = "Only creators have diamonds to cash out."
    next_step = "Become a creator first: it takes a minute."


class PayoutAccountNotReady(DomainError):
    code = "payout_account_not_ready"
    status = 409
    message = "Your payout account cannot receive money yet."
    next_step = "Finish the steps that the payment provider asks for, then try again."


class CountryRequired(DomainError):
    code = "country_required"
    status = 409
    message = "We need your country to open a payout account."
    next_step = "Set your country in your profile, then come back."


class BelowMinimum(DomainError):
    code = "below_minimum"
    status = 409
    message = "That is less than the least amount of a cash-out."
    next_step = "Choose a larger amount, or wait until more diamonds are available."


class OverDailyLimit(DomainError):
    code = "over_daily_limit"
    status = 409
    message = "That is more than you can cash out today."
    next_step = "Choose a smaller amount, or come back tomorrow (UTC)."


class InsufficientDiamonds(DomainError):
    code = "insufficient_diamonds"
    status = 409
    message = "You do not have that many diamonds available."
    next_step = "Choose a smaller amount; pending diamonds become available on the date shown beside them."


class QuoteExpired(DomainError):
    code = "quote_expired"
    status = 409
    message = "This quote has expired; nothing was reserved."
    next_step = "Ask for a new quote."


class QuoteUsed(DomainError):
    code = "quote_used"
    status = 409
    message = "This quote already stands for a cash-out."
    next_step = "Look at your cash-outs, or ask for a new quote."


class KeyMissing(DomainError):
    code = "idempotency_key_required"
    status = 400
    message = "This request moves money and needs an Idempotency-Key header."
    next_step = "Send up to 80 printable characters, new for each cash-out; repeat them when you repeat it."


class NotCancellable(DomainError):
    code = "not_cancellable"
    status = 409
    message = "This cash-out can no longer be cancelled."
    next_step = "Its page shows where it is."


class NotToReview(DomainError):
    code = "not_to_review"
    status = 409
    message = "This cash-out does not wait for a decision."
    next_step = "Reload the page: somebody may have decided, or its creator cancelled it."


class CreatorFrozen(DomainError):
    code = "creator_frozen"
    status = 409
    message = "The creator's account is frozen: somebody else may have asked for this cash-out."
    next_step = "Wait until support has lifted the freeze, or reject the cash-out."


class ReasonRequired(DomainError):
    code = "reason_required"
    status = 400
    message = "A decision needs a reason."
    next_step = "Write why in a few words; for a rejection the creator reads them."


class OwnPayout(DomainError):
    code = "own_payout"
    status = 403
    message = "Nobody decides about their own cash-out."
    next_step = "Ask another operator."


class MayNotDecide(DomainError):
    code = "may_not_decide"
    status = 403
    message = "Your role may not decide about cash-outs."
    next_step = "Ask an operator of the finance role."


class SecondFactorNotVerified(DomainError):
    code = "second_factor_not_verified"
    status = 403
    message = "This decision needs a session that was verified with a second factor."
    next_step = "Sign in again with your authenticator code."


class OtherDiamondsLeft(DomainError):
    """The diamonds to be given up are not those that are there; `diamond_units` says how many hundredths are."""

    code = "other_amount_left"
    status = 409
    message = "You have another number of diamonds than you typed."
    next_step = "Look at your studio and type exactly what is available. Nothing was given up."


class CashOutInstead(DomainError):
    """So many diamonds can be paid out, so they are not given up."""

    code = "cash_out_instead"
    status = 409
    message = "These diamonds are enough for a cash-out. Nothing was given up."
    next_step = "Cash them out: the money is yours."
