"""What upper floors do when the provider tells something."""

from collections.abc import Callable

from ground.hooks import Hook
from provider.models import InboxEvent

type Handler = Callable[[InboxEvent], InboxEvent.Status | None]

_handlers: dict[str, Handler] = {}

# Connected accounts whose event lists are worth reading now, for webhooks that got lost.
accounts_to_list: Hook[[], list[str]] = Hook()


def on_event(*types: str) -> Callable[[Handler], Handler]:
    """This will register a handler for event types, once each.

    The handler runs with no transaction open and may be called more than once for an event. It calls
    `event.settle(...)` inside the transaction of its work; or it returns the status to settle with (None: done).
    An exception leaves the event to be tried again.
    """

    def register(handler: Handler) -> Handler:
        for type_ in types:
            assert _handlers.get(type_, handler) is handler, f"{type_} has a handler already"
            _handlers[type_] = handler
        return handler

    return register


def handler_of(type_: str) -> Handler | None:
    """The handler for an event type, if any floor cares for it."""
    return _handlers.get(type_)
