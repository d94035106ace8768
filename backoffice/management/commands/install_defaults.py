"""`manage.py install_defaults`: what every installation starts with. Safe to run again: what is there stays."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import defaults as accounts_defaults
from backoffice import defaults as backoffice_defaults
from care import defaults as care_defaults
from gifts import defaults as gifts_defaults
from ground import clock
from payouts import defaults as payouts_defaults
from wallet import defaults as wallet_defaults


class Command(BaseCommand):
    help = (
        "Install legal documents, storefronts, packages, rates, gifts, cash-out terms and operators' roles."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        for part in (
            accounts_defaults,
            wallet_defaults,
            gifts_defaults,
            payouts_defaults,
            care_defaults,
            backoffice_defaults,
        ):
            part.install(now)
