"""The gateway's way to Django's own database connections: a few threads of its own, beside the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

_threads = ThreadPoolExecutor(2, thread_name_prefix="gateway")


async def in_thread[R](work: Callable[[], R]) -> R:
    """Run `work`, which may use the database, beside the loop. Its connection goes back to the pool afterwards."""

    def run() -> R:
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.get_running_loop().run_in_executor(_threads, run)
