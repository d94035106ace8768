"""`python -m fakestripe --port P --data DIR`: start the simulated provider on loopback."""

import logging
import sys

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fakestripe.app import create_app
from fakestripe.settings import RefusedToStart, read_settings


class DroppableProtocol(HttpToolsProtocol):
    """Uvicorn's protocol that also hands the connection to the application, so that a fault can cut it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"fakestripe.transport": self.transport}  # type: ignore[dict-item]


def main() -> int:
    try:
        settings = read_settings()
    except RefusedToStart as refusal:
        sys.stderr.write(f"fakestripe: {refusal}\n")
        return 2
    logging.basicConfig(level=logging.WARNING, format="fakestripe %(levelname)s %(message)s")
    sys.stdout.write(f"fakestripe {settings.base_url}/?token={settings.control_token}\n")
    sys.stdout.flush()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        http=DroppableProtocol,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
