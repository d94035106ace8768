"""`manage.py seed_demo`: fill an empty demo database with three weeks of an economy, once."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from demo.models import DemoMark
from demo.seed.activity import look_after_accounts
from demo.seed.budgets import allow_a_month
from demo.seed.cast import gather
from demo.seed.consent import show_consent
from demo.seed.history import DAYS, History
from demo.seed.offers import open_offers
from demo.seed.provider import DAY_S, Provider
from demo.seed.shop import announce_changes, open_shop
from demo.seed.ties import tie
from demo.seed.walls import give_faces, write_walls
from ground import clock

SEED = 20_261_122  # the same evenings on every machine


class Command(BaseCommand):
    help = "Fill an empty demo database with three weeks of an economy, once."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.OVATION_MODE != "demo":
            raise CommandError("seed_demo runs in demo mode only: its people's passwords are printed.")
        mark = DemoMark.objects.first()
        if mark is None:
            self._fill()
        elif mark.finished_at is None:
            raise CommandError(
                "An earlier filling of this demo was broken off. Delete the data folder and start again."
            )

    def _fill(self) -> None:
        mark = DemoMark.objects.create()
        with connection.cursor() as cursor:  # a demo that is broken off starts again from nothing
            cursor.execute("SET synchronous_commit TO off")
        provider = Provider()
        provider.set_clock(-DAYS * DAY_S)
        call_command("install_defaults", verbosity=0)
        open_shop()
        cast = gather(clock.now())
        _keep("logins.json", {name: asdict(login) for name, login in cast.logins.items()})
        tie(cast, clock.now())
        History(cast, provider, Random(SEED)).live_through()  # noqa: S311 (evenings, not secrets)
        open_offers(cast, provider, clock.now())
        allow_a_month(cast, clock.now())
        give_faces(cast)
        write_walls(cast, clock.now(), Random(SEED))  # noqa: S311
        look_after_accounts(cast)
        announce_changes(cast.operators[0], clock.now())
        guardian = show_consent(cast.operators[0], cast.logins["minor"], clock.now())
        _keep("pages.json", {"guardian": guardian})
        mark.finished_at = timezone.now()
        mark.save()


def _keep(name: str, facts: dict[str, Any]) -> None:
    """For `dev.py up`, which prints it; in the data folder, for its owner's eyes."""
    path = Path(os.environ["OVATION_DATA"]) / name
    path.touch(mode=0o600)
    path.write_text(json.dumps(facts, indent=2))
