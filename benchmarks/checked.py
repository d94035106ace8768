"""A number counts only if the books are right after it."""

import time

from ledger import checks


def books() -> str:
    """This will run `ledger_check` on what the benchmark left, and say how much it looked at.

    Raises:
        AssertionError: something is wrong; the numbers must not be believed.
    """
    begun = time.perf_counter()
    report = checks.run()
    assert report.ok, f"the books are wrong after the benchmark: {report.findings[:10]}"
    took = time.perf_counter() - begun
    return f"ledger_check is green: {report.operations:,} operations, {report.transfers:,} transfers ({took:.1f} s)"
