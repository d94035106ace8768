"""What the numbers were taken on."""

import os
import platform
import statistics
import time
from pathlib import Path
from typing import Any

import psycopg

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
ALSO_SHOWN = ("wal_sync_method", "shared_buffers", "max_wal_size", "data_checksums")
FDATASYNC_ROUNDS = 200


def facts(*, database_url: str | None = None, folder: Path) -> dict[str, Any]:
    """The machine, and, with an address, the PostgreSQL server as it describes itself."""
    found: dict[str, Any] = {
        "cpu": _cpu(),
        "cpus": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "fdatasync_us": round(fdatasync_us(folder)),
        "taken_on": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    if database_url is not None:
        found |= postgres_facts(database_url)
    return found


def postgres_facts(database_url: str) -> dict[str, str]:
    """What the server says of itself. A server that is not fully durable ends the benchmark.

    Raises:
        AssertionError: a setting of DURABLE is off.
    """
    with psycopg.connect(database_url) as connection:
        shown = {name: _shown(connection, name) for name in ("server_version", *DURABLE, *ALSO_SHOWN)}
    weak = {name: shown[name] for name, needed in DURABLE.items() if shown[name] != needed}
    assert not weak, f"not durable: {weak}; a number taken like this would say nothing"
    return {"postgresql": shown.pop("server_version"), **shown}


def fdatasync_us(folder: Path) -> float:
    """The median time the disk of `folder` takes to make 8 KiB durable, in µs."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "fdatasync-probe"
    block = os.urandom(8192)
    times = []
    try:
        with path.open("wb", buffering=0) as file:
            file.write(block * 64)
            os.fsync(file.fileno())
            for number in range(FDATASYNC_ROUNDS):
                file.seek(number % 64 * 8192)
                file.write(block)
                begun = time.perf_counter()
                os.fdatasync(file.fileno())
                times.append((time.perf_counter() - begun) * 1e6)
    finally:
        path.unlink(missing_ok=True)
    return statistics.median(times)


def lines(found: dict[str, Any]) -> str:
    """The facts for a terminal."""
    return "\n".join(f"  {name.replace('_', ' '):<20} {value}" for name, value in found.items())


def _shown(connection: "psycopg.Connection[tuple[Any, ...]]", name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
