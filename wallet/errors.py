"""What the wallet refuses, in words a person can act on."""

from ground.errors import DomainError


class PackageUnavailable(DomainError):
    """The package is not sold now, or not where the buyer is."""

    code = "package_unavailable"
    status = 409
    message = "This package is not on sale at the moment."
    next_step = "Choose one of the packages on the recharge page."


class PriceChanged(DomainError):
    """A new price book came into force after the buyer looked; `price_book` is the one that counts now."""

    code = "price_changed"
    status = 409
    message = "Our prices have just changed."
    next_step = "Nothing was charged. Look at the new prices and choose again."


class InvalidPriceBook(DomainError):
    """A new version of a price book does not hold together."""

    code = "invalid_price_book"
    status = 400
    message = "This price book cannot be announced."
    next_step = "Correct it and announce it again."


class InvalidExchangeTable(DomainError):
    """A table of exchange rates cannot be read or believed."""

    code = "invalid_exchange_table"
    status = 400
    message = "These exchange rates cannot be used."
    next_step = "Give one rate per line, as in USD 1.0851."


class AmountOutOfRange(DomainError):
    """A custom amount costs less or more than one order may; `min_coins` and `max_coins` say what may be asked."""

    code = "amount_out_of_range"
    status = 400
    message = "One recharge cannot be this small or this large."
    next_step = "Choose an amount within the limits."


class TooManyOpenOrders(DomainError):
    """The buyer has as many unfinished orders as one person may have."""

    code = "too_many_open_orders"
    status = 429
    message = "You have several recharges that are not paid yet."
    next_step = "Finish or cancel one of them on the balance page, then start a new one."


class NotSold(DomainError):
    """No storefront sells here."""

    code = "not_sold_here"
    status = 409
    message = "Coins are not sold in your country yet."
    next_step = "Check the country in your settings."


class OrderNotPayable(DomainError):
    """The order is past the point where this can be done."""

    code = "order_not_open"
    status = 409
    message = "This order is closed already."
    next_step = "Look at its page to see how it ended."


class StillAtProvider(DomainError):
    """The provider did not confirm, so nothing was changed here."""

    code = "provider_unknown"
    status = 503
    message = "The payment provider did not answer, so the order was not cancelled."
    next_step = "Try again in a minute."


class PaymentMethodsUnavailable(DomainError):
    """The provider, who keeps what people saved, did not answer."""

    code = "payment_methods_unavailable"
    status = 503
    message = "The payment provider does not answer just now."
    next_step = "Your saved payment methods are safe. Try again in a minute."


class TooFewCoinsLeft(DomainError):
    """Fewer of the order's coins are unspent than were to be refunded; `coins` says how many are left."""

    code = "too_few_coins_left"
    status = 409
    message = "Only coins of this recharge that were not spent yet can be refunded."
    next_step = "Choose at most as many coins as are left of it."


class OtherAmountLeft(DomainError):
    """The coins to be given up are not the coins that are there; `coins` says how many are."""

    code = "other_amount_left"
    status = 409
    message = "You have another number of coins than you typed."
    next_step = "Look at your balance and type exactly that number. Nothing was given up."


class SpendingPaused(DomainError):
    """The person asked not to be able to spend. `kind` is cool_off or self_exclusion; `lifts_at` when it ends."""

    code = "spending_paused"
    status = 409
    message = "You asked us to let you spend nothing for now."
    next_step = "Settings, Budgets shows how long it holds. Everything else works as always."


class PauseStands(DomainError):
    """A running pause cannot be made shorter. `term_ends_at` says until when."""

    code = "pause_stands"
    status = 409
    message = "Your pause holds, and it cannot be shortened."
    next_step = "Wait until its term is over. A longer pause can begin at any time."


class NoSuchPause(DomainError):
    code = "unknown_pause"
    status = 400
    message = "There is no pause of that length. Nothing was changed."
    next_step = "Choose one of the lengths that are offered."


class RechargeCapReached(DomainError):
    """Over the operator's cap, or over what a guardian allows in a month.

    `period`, `most`, `left` in `unit` (a currency's minor units, or COIN), and `frees_at`: when this recharge fits.
    """

    code = "recharge_cap_reached"
    status = 409
    message = "This recharge is more than may be recharged at the moment."
    next_step = "Choose a smaller amount."


class WrongReturn(DomainError):
    code = "wrong_return"
    status = 400
    message = "A recharge can lead back to a live room of ours only. Nothing was charged."
    next_step = "Leave return_to out, or name a room's path."
