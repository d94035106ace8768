"""The site that answers before what it answers is on disk: the gateway's commits do not wait for it."""

from config.asgi import application
from gateway import settler

HEALTHY, BROKEN = "synchronous_commit=on", "synchronous_commit=off"

_address = settler._address
assert HEALTHY in _address(), "there is nothing to break here any more"
settler._address = lambda: _address().replace(HEALTHY, BROKEN)

__all__ = ["application"]
