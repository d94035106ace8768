"""Every list of the accounts', care's and live's sections costs as many queries with 1,000 rows as with 10."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts import defaults as accounts_defaults
from accounts.guardian_links import management_token
from accounts.services.people import create_person
from backoffice import defaults as backoffice_defaults
from care import defaults as care_defaults
from care.models import SupportCase
from ground import clock
from payouts import defaults as payouts_defaults
from tests import cleaning
from tests.fixtures.accounts import PASSWORD, new_totp_secret, token_of
from tests.fixtures.guardians import allow_guardians, ask, born, consent
from tests.lists.filling import Stage
from tests.lists.rows import (
    LISTED,
    NO_LIST,
    ONE_ROW,
    ROWS_OF,
    SECTIONS,
    Listed,
    models_of_sections,
    of_back_office,
)
from tests.matrix import objects
from tests.matrix.routes import every_route, path_of
from tests.matrix.test_matrix import ROWS
from tests.undone import undone
from wallet import defaults as wallet_defaults

FEW, MANY = 10, 1_000
CHANGING = re.compile(rb'data-now="[^"]*"|[0-9T:+-]{19,}[.][0-9]+')  # times, whose lengths differ


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, _cleaner: psycopg.Connection
) -> Iterator[Stage]:
    """The owner with one of everything, and a young person whose guardian consented."""
    with django_db_blocker.unblock():
        try:
            yield _made()
        finally:
            cleaning.restore(_cleaner)


def test_every_address_that_is_read_is_a_list_or_says_that_it_is_none() -> None:
    read = {row.route for row in ROWS if "GET" in row.methods.split() and _is_ours(row.route)}
    named = {listed.route for listed in LISTED} | NO_LIST
    assert read - named == set(), "say in tests/lists/rows.py what fills it, or that it is no list"
    assert named - read == set(), "these rows name nothing that is read"
    assert {listed.route for listed in LISTED} & NO_LIST == set()
    assert models_of_sections() == ROWS_OF.keys() | ONE_ROW


@pytest.mark.parametrize(
    "listed", [*LISTED, *of_back_office()], ids=lambda listed: f"/{listed.route}{listed.query}"
)
def test_a_list_costs_the_same_however_long_it_is(
    listed: Listed, stage: Stage, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), undone():
        client = _guardian(stage) if listed.by_guardian else _owner(stage)
        empty, _ = _read(client, listed, stage)
        _fill(listed, stage, range(FEW))
        few, queries = _read(client, listed, stage)
        _fill(listed, stage, range(FEW, MANY))
        _, queries_of_many = _read(client, listed, stage)
    assert few != empty, "what fills this list is not shown there"
    assert _differences(queries, queries_of_many) == []


def _made() -> Stage:
    for app in (accounts_defaults, wallet_defaults, payouts_defaults, backoffice_defaults, care_defaults):
        app.install(clock.now())
    allow_guardians()
    facts: dict[str, Any] = {"password": PASSWORD, "country": "DE", "now": clock.now()}
    owner = create_person(
        handle="olga",
        email="olga@example.com",
        birth_date=date(1990, 5, 17),
        totp_secret=new_totp_secret(),
        creator=True,
        superuser=True,
        staff=True,
        **facts,
    )
    minor = create_person(handle="mia", email="mia@example.com", birth_date=born(15, days=40), **facts)
    erin = create_person(
        handle="erin", email="erin@example.com", birth_date=date(1990, 5, 17), creator=True, **facts
    )
    things = objects.things_of(owner, objects.stage_of(erin), objects.rose())
    return Stage(
        owner=owner,
        token=token_of(owner, second_factor_age_s=0),
        things=things,
        case=SupportCase.objects.get(reference=things["reference"]),
        key=Authenticator.objects.get(pk=things["key"]),
        guardianship=consent(ask(minor)),
    )


def _is_ours(route: str) -> bool:
    view = every_route()[route]
    view = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    is_a_models = hasattr(view, "model_admin")  # the back office's, of which only the first is a list
    return view.__module__.startswith(SECTIONS) and not is_a_models


def _owner(stage: Stage) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = stage.token
    return client


def _guardian(stage: Stage) -> Client:
    client = Client()
    client.post("/guardian/", {"token": management_token(stage.guardianship)})
    return client


def _read(client: Client, listed: Listed, stage: Stage) -> tuple[int, list[str]]:
    """How long the answer is, and what it asked the database."""
    values = dict(stage.things) | {"case_id": stage.case.pk, "kind": "coins"}
    headers = {"X-Session-Token": stage.token} if listed.route.startswith(("api/", "_allauth/")) else {}
    cache.clear()
    with CaptureQueriesContext(connection) as spent:
        answer = client.get(path_of(listed.route, values) + listed.query, headers=headers)
    assert answer.status_code == 200, answer.content
    return len(CHANGING.sub(b"", answer.getvalue())), [query["sql"] for query in spent]


def _fill(listed: Listed, stage: Stage, numbers: range) -> None:
    for fill in listed.fills:
        fill(stage, numbers)


def _differences(few: list[str], many: list[str]) -> list[str]:
    """The queries that many rows cost and few do not, by what they begin with."""
    return [] if len(few) == len(many) else [sql[:300] for sql in many[len(few) :]] or ["fewer queries"]
