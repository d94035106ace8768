"""What the books do by themselves."""

import logging

from celery import shared_task

from ledger import checks

logger = logging.getLogger(__name__)


@shared_task
def nightly_check() -> bool:
    """Recompute the books; each finding is logged as an error."""
    report = checks.run()
    for finding in report.findings:
        logger.error("ledger_check: %s", finding)
    return report.ok
