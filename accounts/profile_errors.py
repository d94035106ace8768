"""What a profile refuses: handles, pictures, and what only support can change."""

from ground.errors import DomainError


class InvalidHandle(DomainError):
    """Wrong characters, or a name of the house."""

    code = "handle_invalid"
    status = 400
    message = "This cannot be a handle."
    next_step = "Choose another handle."


class HandleTooAlike(DomainError):
    """A creator's or operator's handle looks the same at a glance (0 for o, 1 for l)."""

    code = "handle_too_alike"
    status = 409
    message = "This handle is too easily taken for somebody else's."
    next_step = "Choose one that nobody can confuse."


class HandleChangedLately(DomainError):
    """One new handle in thirty days. `next_change_at` says when the next one is possible."""

    code = "handle_changed_lately"
    status = 409
    message = "You changed your handle less than 30 days ago."
    next_step = "Keep this one for now: people still find you by your old one."


class BirthDateFixed(DomainError):
    """A birth date is set once: what people may do depends on it."""

    code = "birth_date_fixed"
    status = 409
    message = "Your birth date is set already."
    next_step = "If it is wrong, open a support case: somebody looks at it with you."


class CountryFixed(DomainError):
    """A creator's country belongs to their payout account."""

    code = "country_fixed"
    status = 409
    message = "You are paid out in this country, so it cannot simply change."
    next_step = "If you have moved, open a support case: payouts move with you."


class NotAPicture(DomainError):
    """Not a JPEG, PNG or WebP that can be drawn, or something else as well."""

    code = "picture_invalid"
    status = 400
    message = "This is not a picture that can be shown."
    next_step = "Choose a JPEG, PNG or WebP picture."


class PictureTooLarge(DomainError):
    """Over the limit of bytes or of pixels."""

    code = "picture_too_large"
    status = 413
    message = "This picture is too large."
    next_step = "Choose one of at most 5 MB and 40 megapixels."


class PictureTooSmall(DomainError):
    """Too few pixels to be seen."""

    code = "picture_too_small"
    status = 400
    message = "This picture is too small."
    next_step = "Choose one that is at least 64 pixels wide and high."


class TooManyPictures(DomainError):
    """More uploads than a person needs."""

    code = "too_many_pictures"
    status = 429
    message = "So many new pictures in an hour cannot be taken in."
    next_step = "Try again in an hour."
