"""What a text gateway is. settings.SMS_GATEWAY names the one in use."""

from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class TextGateway(Protocol):
    """Sends one text to one number."""

    def send(self, *, number: str, text: str) -> str:
        """Hand `text` over for `number` (E.164) and return the gateway's name for it. One call, one try.

        Raises:
            NumberRefused: this number takes no texts; trying again is of no use.
            GatewayRefused: the gateway does not serve us; an operator must look.
            GatewayBusy: not now; `retry_after_s` says when.
            GatewaySilent: no answer, or one that says nothing: the text may be out or not.
        """
        ...


class TextNotSent(Exception):
    """The gateway did not take the text. `reason` is a short code without any secret."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NumberRefused(TextNotSent):
    """The number is wrong, unreachable or asked not to be texted."""


class GatewayRefused(TextNotSent):
    """Wrong credentials, no money, a sender that is not ours: the operator's to mend."""


class GatewayBusy(TextNotSent):
    """Too many texts at once, or the gateway is down."""

    def __init__(self, reason: str, *, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(reason)


class GatewaySilent(TextNotSent):
    """No answer in time, or none that we can read."""


def gateway_in_use() -> TextGateway:
    """The gateway of this installation."""
    options: dict[str, Any] = settings.SMS_GATEWAY_OPTIONS
    return _gateway(settings.SMS_GATEWAY, tuple(sorted(options.items())))


@lru_cache(maxsize=4)
def _gateway(path: str, options: tuple[tuple[str, Any], ...]) -> TextGateway:
    made: TextGateway = import_string(path)(**dict(options))
    return made
