"""What is refused about offers and codes, in words a person can act on."""

from ground.errors import DomainError


class OfferNotFound(DomainError):
    """No published offer or challenge has this address."""

    code = "offer_not_found"
    status = 404
    message = "There is no such offer."
    next_step = "Look at the offers that run now."


class UnknownCoupon(DomainError):
    """No code like this."""

    code = "coupon_unknown"
    status = 404
    message = "We do not know this code."
    next_step = "Check its letters and numbers. Spaces, dashes and capitals do not matter."


class CouponEnded(DomainError):
    """The code, or its offer, is over."""

    code = "coupon_expired"
    status = 409
    message = "This code has expired."
    next_step = "You can recharge without it."


class CouponNotYet(DomainError):
    """The code's offer has not begun."""

    code = "coupon_not_yet"
    status = 409
    message = "This code does not work yet."
    next_step = "Try it again when its offer has begun."


class CouponUsedUp(DomainError):
    """As many orders as it is good for have the code."""

    code = "coupon_used_up"
    status = 409
    message = "This code has been used as often as it may be."
    next_step = "You can recharge without it."


class CouponHeld(DomainError):
    """The person's own unpaid order holds the code."""

    code = "coupon_in_open_order"
    status = 409
    message = "An order of yours that is not paid yet has this code."
    next_step = "Pay that order, or cancel it to use the code for another one."


class CouponNotForPackage(DomainError):
    """The code is for other packages, or for larger recharges."""

    code = "coupon_not_for_package"
    status = 409
    message = "This code is not for this package."
    next_step = "Choose another package, or recharge without the code."


class CouponNotForYou(DomainError):
    """The code belongs to somebody else, or is sold in other countries."""

    code = "coupon_not_for_you"
    status = 409
    message = "This code is not for your account."
    next_step = "You can recharge without it."


class TooManyGuesses(DomainError):
    """Too many codes that do not exist."""

    code = "coupon_too_many_tries"
    status = 429
    message = "That were too many wrong codes."
    next_step = "Wait a quarter of an hour, then try again. You can recharge without a code meanwhile."


class CodeTaken(DomainError):
    """There is such a code already."""

    code = "code_taken"
    status = 409
    message = "There is such a code already."
    next_step = "Choose another word."
