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


class GatewayBusy(DomainError):
    code = "gateway_busy"
    status = 503
    message = (
        "More arrives right now than this server can settle. Your request was not taken on; nothing was done."
    )
    next_step = "Wait for as many seconds as `Retry-After` says, then send it again with the same key."


class GatewayStopping(DomainError):
    code = "gateway_stopping"
    status = 503
    message = "This server is being restarted. Your request was not taken on; nothing was done."
    next_step = "Send it again with the same key in a few seconds."


class GatewayUnavailable(DomainError):
    """The database stayed away. `NOT_BEGUN` replaces the words for requests that never reached it."""

    code = "gateway_unavailable"
    status = 503
    message = "The books do not answer right now, and it is not known whether this was done."
    next_step = (
        "Send the same request again with the same key. It counts once, and is answered as it then stands."
    )


NOT_BEGUN = "The books do not answer right now. Nothing was done."


class SettlingFailed(DomainError):
    code = "internal_error"
    status = 500
    message = "Something went wrong on our side while this was being settled."
    next_step = (
        "Send the same request again with the same key: it counts once. If it fails again, contact support."
    )


class NotSameSite(DomainError):
    """A cookie alone proves nothing: the page that sends must be ours. DRF's words and code for it."""

    code = "forbidden"
    status = 403
    message = "CSRF Failed."
    next_step = "Sign in with an account that may do this."


class TooManyRequests(DomainError):
    code = "too_many_requests"
    status = 429
    message = "You are faster than we let one person be. Nothing was done."
    next_step = "Wait for as many seconds as `Retry-After` says, then try again."


class BodyTooLarge(DomainError):
    code = "body_too_large"
    status = 413
    message = "This request is larger than anything this address takes."
    next_step = "Send less than 64 KB."


class BodyTooSlow(DomainError):
    code = "request_timeout"
    status = 408
    message = "The body of this request did not arrive. Nothing was done."
    next_step = "Send it again with the same key."


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    status = 415
    message = "Only JSON is taken here."
    next_step = "Send application/json."


class InvalidRequest(DomainError):
    """`errors` says what is wrong, by field."""

    code = "invalid_request"
    status = 400
    message = "Some fields are not right."
    next_step = "Correct the fields named in `errors` and send it again."


class ClientLeft(Exception):
    """Nobody waits for an answer any more, and nothing was begun."""
