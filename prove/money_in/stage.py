"""The stage of the proof: buyers in two storefronts with their sessions, and one room to spend coins in."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

from accounts.models import User
from accounts.services.people import create_person
from ground import clock
from prove import files
from prove.money_in.people import Buyer, Stage
from prove.stage import OWN_FILES, open_room, session_of

EURO_EVERY = 4  # one buyer in so many pays in euro, where banks take days
GIFT = "clap"


def main(folder: Path, buyers: str) -> None:
    """This will install the defaults and static files and make `buyers` people who may buy."""
    call_command("install_defaults", verbosity=0)
    with override_settings(STATICFILES_FINDERS=OWN_FILES):  # what pages and events show
        call_command("collectstatic", interactive=False, verbosity=0)
    now = clock.now()
    with transaction.atomic():
        creator = _person("creator", "DE", now, creator=True)
        people = [_buyer(n, now) for n in range(int(buyers))]
    files.write(folder / "stage.json", asdict(Stage(people, open_room(creator, 0, now))))


def _buyer(n: int, now: datetime) -> Buyer:
    pays_euro = n % EURO_EVERY == 0
    person = _person(f"buyer{n}", "DE" if pays_euro else "US", now)
    return Buyer(person.pk, person.ledger_id, session_of(person), pays_euro)


def _person(handle: str, country: str, now: datetime, *, creator: bool = False) -> User:
    return create_person(
        handle=handle,
        email=f"{handle}@proof.example",
        password=None,
        country=country,
        birth_date=date(1990, 5, 17),
        display_name=handle.capitalize(),
        creator=creator,
        now=now,
    )
