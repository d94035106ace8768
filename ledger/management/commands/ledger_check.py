"""`manage.py ledger_check`: one JSON line; exit code 1 when something is wrong."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from ledger import checks


class Command(BaseCommand):
    help = "Recompute the books: hashes, sums, balances, references, folds. Prints one JSON line, exits 1 if wrong."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        report = checks.run()
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        if not report.ok:
            sys.exit(1)
