"""`manage.py ledger_epoch`: what to do once after the books were restored into another cluster."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction

from ground import clock
from ledger.models import Epoch

OWNER_NEEDED = "This takes the tables' owner: OVATION_DB_ROLE=owner manage.py ledger_epoch --start …"


class Command(BaseCommand):
    help = "List the epochs of the books, or begin a new one after a restore into another cluster."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--start", metavar="REASON", help="begin a new epoch; stop all writers first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["start"] is not None:
            self._start(options["start"].strip())
        for epoch in Epoch.objects.order_by("number"):
            self.stdout.write(f"epoch {epoch.number} from {epoch.at:%Y-%m-%d %H:%M} UTC: {epoch.reason}")
        if not Epoch.objects.exists():
            self.stdout.write("The books are in their first epoch.")

    def _start(self, reason: str) -> None:
        if not reason:
            raise CommandError("Say why: it stays in the books.")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'ledger_journal'"
            )
            if cursor.fetchone() != (True,):
                raise CommandError(OWNER_NEEDED)
        try:
            with transaction.atomic(durable=True), connection.cursor() as cursor:
                cursor.execute("SELECT ledger_start_epoch(%s, %s)", [reason, clock.now()])
        except DatabaseError as error:
            raise CommandError(f"No new epoch: {error}") from error
