"""What operators do that no single app below owns."""

import time

from accounts.models import User
from backoffice.models import BooksCheck
from ground import clock
from ledger import checks
from provider.alerts import raise_alert


def check_books(*, asked_by: User | None) -> BooksCheck:
    """Recompute the books and keep the answer; an alert is raised when something is wrong."""
    started, ran_at = time.monotonic(), clock.wall()
    report = checks.run()
    kept = BooksCheck.objects.create(
        ran_at=ran_at,
        took_ms=int((time.monotonic() - started) * 1000),
        ok=report.ok,
        operations=report.operations,
        transfers=report.transfers,
        accounts=report.accounts,
        findings=report.findings,
        asked_by=asked_by,
    )
    if not report.ok:
        raise_alert(code="books_wrong", key="ledger_check", message=report.findings[0])
    return kept
