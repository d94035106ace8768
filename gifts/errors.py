"""What sending a gift refuses. In every case nothing was sent and no coins were taken."""

from ground.errors import DomainError, NotFound

NOTHING_TAKEN = "Nothing was sent and no coins were taken."


class UnknownGift(NotFound):
    code = "unknown_gift"
    message = f"There is no such gift. {NOTHING_TAKEN}"
    next_step = "Choose one from the catalogue."


class SentGiftNotFound(NotFound):
    message = "There is no such receipt, or it is not yours to see."
    next_step = "Open your gifts and choose one from the list."


class GiftRetired(DomainError):
    code = "gift_retired"
    status = 409
    message = f"This gift is not on offer any more. {NOTHING_TAKEN}"
    next_step = "Choose another gift."


class SelfGift(DomainError):
    code = "self_gift"
    status = 409
    message = f"This is your own room, and you cannot gift yourself. {NOTHING_TAKEN}"
    next_step = "Watch another creator to send a gift."


class GiftNotWelcome(DomainError):
    """The creator's rules do not let this person gift, whichever it is: a block must not be told from a rule."""

    code = "gift_not_welcome"
    status = 403
    message = f"This creator does not take gifts from everyone, and yours could not be given. {NOTHING_TAKEN}"
    next_step = "Watch another creator to send a gift."


class InvalidQuantity(DomainError):
    code = "invalid_quantity"
    status = 400
    message = f"Send between 1 and 999 of a gift at once. {NOTHING_TAKEN}"
    next_step = "Choose a number from 1 to 999."


class InvalidKey(DomainError):
    code = "invalid_idempotency_key"
    status = 400
    message = f"The Idempotency-Key header is missing or cannot be used. {NOTHING_TAKEN}"
    next_step = (
        "Make a UUID for each gift that a person decides to send, and repeat it only to repeat that request."
    )


class PriceChanged(DomainError):
    """`coins` in the problem document: the total now."""

    code = "price_changed"
    status = 409
    message = f"The price has changed since you saw it. {NOTHING_TAKEN}"
    next_step = "Look at the new price and send again if you agree."


class InsufficientCoins(DomainError):
    """`balance`, `coins` and `missing_coins` in the problem document."""

    code = "insufficient_coins"
    status = 409
    message = f"You have too few coins for this gift. {NOTHING_TAKEN}"
    next_step = "Recharge, then send it again."


class KeyReused(DomainError):
    code = "key_reused"
    status = 409
    message = "This key was already used for another gift. Nothing more was sent."
    next_step = "Send the new gift with a new key."


class AccountFrozen(DomainError):
    code = "account_frozen"
    status = 403
    message = f"Your coins are frozen. {NOTHING_TAKEN}"
    next_step = "Open Support: the case there says why, and what happens next."


class GiftMatured(DomainError):
    code = "gift_matured"
    status = 409
    message = "The creator's diamonds from this gift have matured, so it cannot be taken back."
    next_step = "Contact support if something is wrong with it."


class GiftDisputed(DomainError):
    code = "gift_disputed"
    status = 409
    message = "The payment behind this gift is disputed, so it cannot be taken back."
    next_step = "Wait until the bank has decided."


class DisputeDecided(DomainError):
    """The dispute was decided before, the other way."""

    code = "dispute_decided"
    status = 409
    message = "This dispute was already decided."
    next_step = "Look at the order's history."


class BudgetReached(DomainError):
    """`period`, `limit_coins`, `left_coins` and `ends_at` in the problem document."""

    code = "budget_exceeded"
    status = 409
    message = f"This gift would go over the budget you set yourself. {NOTHING_TAKEN}"
    next_step = "Send a smaller gift, or wait until the budget begins anew."


class CreatorBudgetReached(BudgetReached):
    code = "creator_budget_exceeded"
    message = f"This gift would go over the budget you set yourself for this creator. {NOTHING_TAKEN}"


class GiftLimitReached(DomainError):
    """`limit_coins` and `coins` in the problem document."""

    code = "gift_limit_exceeded"
    status = 409
    message = f"This gift costs more than you allow for one gift. {NOTHING_TAKEN}"
    next_step = "Send a smaller gift."


class InvalidBudget(DomainError):
    code = "invalid_budget"
    status = 400
    message = "A budget is a number of coins for a day, a week or a month. Nothing was changed."
    next_step = "Choose a number of coins, or take the budget away."


class BudgetChangeOver(DomainError):
    code = "budget_change_in_force"
    status = 409
    message = "This change has taken force already, so it cannot be taken back."
    next_step = "Set the budget you want; a lower one counts at once."
