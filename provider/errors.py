"""What the payment provider's answers mean to us."""

from ground.errors import DomainError


class ProviderError(DomainError):
    """Talking to the payment provider did not end well."""

    code = "provider_error"
    status = 502
    message = "The payment provider could not be asked."
    next_step = "Try again in a minute; nothing is lost."


class ProviderUnknown(ProviderError):
    """No answer that settles the matter: it may have happened. Keep what is reserved, ask again with the same key.

    `replayed` says that the provider answered from its memory of an earlier failure with this key: the same key
    will never bring anything else.
    """

    code = "provider_unknown"
    status = 503
    message = "The payment provider did not answer."
    next_step = "We ask again by ourselves; look again in a minute."

    def __init__(self, message: str = "", *, replayed: bool = False) -> None:
        super().__init__(message)
        self.replayed = replayed


class ProviderMisconfigured(ProviderUnknown):
    """Our key or our rights were refused: an operator's task, not the customer's fault."""

    code = "provider_misconfigured"


class ProviderKeyTooOld(ProviderUnknown):
    """The provider may have forgotten this idempotency key: look up what happened before asking again."""

    code = "provider_key_too_old"


class ProviderRefused(ProviderError):
    """The provider understood and said no; nothing happened there."""

    code = "provider_refused"
    message = "The payment provider refused this."
    next_step = "Look at the reason, correct it and try again."

    def __init__(
        self, message: str = "", *, provider_code: str = "", param: str = "", http_status: int = 400
    ) -> None:
        super().__init__(message, provider_code=provider_code, param=param)
        self.provider_code = provider_code
        self.param = param
        self.http_status = http_status


class RequestChanged(ProviderError):
    """A call whose outcome is open may only be repeated exactly as it was."""

    code = "provider_request_changed"
    status = 409
    message = "This call was made with other content, and its outcome is still open."
    next_step = "Wait until its outcome is known."


class WebhookRefused(DomainError):
    """A delivery that is not what the provider sends, or not from the provider. Nothing of it is kept."""

    code = "webhook_refused"
    status = 400
    message = "This delivery was refused."
    next_step = "Check the endpoint's secret and the clock."


class TooManyForgeries(WebhookRefused):
    """This sender's deliveries had a false signature too often. A genuine one still gets in."""

    status = 429
    message = "Too many deliveries with a false signature."


class AlertAlreadyResolved(DomainError):
    code = "alert_already_resolved"
    message = "Somebody resolved this alert already."
    next_step = "Nothing is left to do."
