"""The shapes of ASGI that the gateway speaks."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

type Scope = dict[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
