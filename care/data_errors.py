"""What is refused about a person's own data and the closing of their account, in words for people."""

from ground.errors import DomainError


class ExportNotReady(DomainError):
    code = "export_not_ready"
    status = 409
    message = "This copy of your data is not there to be fetched."
    next_step = "If it is still being built, wait a moment. If its seven days are over, ask for a new one."


class TooManyExports(DomainError):
    code = "too_many_exports"
    status = 429
    message = "You asked for three copies of your data within a day."
    next_step = "Fetch one of those, or ask again tomorrow."


class ClosingHindered(DomainError):
    """Something must be settled first; `hindrances` lists each with `code`, `message` and `next_step`."""

    code = "closing_hindered"
    status = 409
    message = "Your account cannot be closed yet: something is still open."
    next_step = "Settle what is listed, then close it."


class OperatorsStay(DomainError):
    code = "operator_account"
    status = 409
    message = "This account works in the back office and cannot be closed by itself."
    next_step = "Ask another operator to take your role away, then close it."


class NotClosing(DomainError):
    code = "not_closing"
    status = 409
    message = "This account is not being closed."
    next_step = "There is nothing to take back."
