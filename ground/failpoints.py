"""Places where a test may kill the process, to see that a restart does nothing twice and loses nothing."""

import os
import signal

from django.conf import settings


def reach(name: str) -> None:
    """Die at once, as from SIGKILL, if the environment's OVATION_FAILPOINT names this place. Test mode only."""
    if settings.OVATION_MODE == "test" and os.environ.get("OVATION_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
