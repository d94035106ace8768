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
