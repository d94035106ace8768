"""What the gateway refuses by itself."""

from ground.errors import DomainError


class TicketInvalid(DomainError):
    code = "ticket_invalid"
    status = 401
    message = "This ticket is not for this stream, or it is too old."
    next_step = "Get the room again (GET /api/v1/rooms/{id}/): its events_url holds a fresh ticket."


class MethodNotAllowed(DomainError):
    code = "method_not_allowed"
    status = 405
    message = "An event stream is only read."
    next_step = "Use GET."


class InvalidCursor(DomainError):
    code = "invalid_cursor"
    status = 400
    message = "The cursor is the number of an event."
    next_step = "Send the last event's number as Last-Event-ID or ?after=, or neither to start now."


class TooManyListeners(DomainError):
    code = "too_many_listeners"
    status = 503
    message = "Too many people are listening to this server right now."
    next_step = "Wait for as many seconds as `Retry-After` says, then try again."


class LogUnavailable(DomainError):
    code = "log_unavailable"
    status = 503
    message = "The event log does not answer right now."
    next_step = "Wait for as many seconds as `Retry-After` says, then try again with the same cursor."
