"""`manage.py ledger_export`: a range of sealed blocks as JSON lines, to verify offline."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from ledger import exports
from ledger.models import Block


class Command(BaseCommand):
    help = "Write sealed blocks as JSON lines; examples/verify_ledger.py checks them with nothing but Python."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=int, default=1, dest="first", help="first block; default: 1")
        parser.add_argument("--to", type=int, dest="last", help="last block; default: the newest")
        parser.add_argument("--file", help="where to; default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        newest: int = Block.objects.aggregate(newest=Max("number"))["newest"] or 0
        first, last = options["first"], newest if options["last"] is None else options["last"]
        if not 1 <= first <= last <= newest:
            raise CommandError(f"No blocks {first} to {last}: sealed are 1 to {newest}.")
        if options["file"] is None:
            for line in exports.lines(first, last):
                self.stdout.write(line, ending="")
            return
        with open(options["file"], "w", encoding="utf-8", newline="\n") as file:
            file.writelines(exports.lines(first, last))
        self.stderr.write(f"Blocks {first} to {last} are in {options['file']}.")
