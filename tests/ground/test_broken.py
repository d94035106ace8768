"""What is answered when something fails that nobody foresaw, and what that may not take with it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.conf import settings as django_settings
from django.core.handlers.asgi import ASGIHandler
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from ground import broken

CONNECTIONS = 2
was_read: list[bool] = []


def reads(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    was_read.append(True)
    raise ZeroDivisionError


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the server has gone")


def gone_too(request: HttpRequest) -> HttpResponse:
    raise ValueError("the error page is broken as well")


urlpatterns = [
    path("reads/", reads),
    path("away/", away),
    path("api/v1/reads/", reads),
    path("api/v1/away/", away),
]
handler404 = broken.nothing_there
handler500 = broken.server_error


@pytest.fixture
def site(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "status", "code"), [("reads", 500, "internal_error"), ("away", 503, "unavailable")]
)
def test_a_program_gets_a_problem_document(site: Client, page: str, status: int, code: str) -> None:
    answer = site.get(f"/api/v1/{page}/")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (answer.json()["code"], "Try again" in answer.json()["next_step"]) == (code, True)


def test_a_person_whom_the_database_keeps_waiting_reads_when_to_come_again() -> None:
    request = HttpRequest()
    request.path = "/away/"
    try:
        away(request)
    except OperationalError:
        answer = broken.server_error(request)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The books do not answer right now." in answer.text


def test_where_the_page_itself_is_broken_there_are_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broken, "render", gone_too)
    answer = broken.server_error(HttpRequest())
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain")
    assert answer.text.startswith("Something broke on our side.")


@pytest.mark.django_db
def test_an_address_of_the_api_that_does_not_exist_is_a_problem_document(client: Client) -> None:
    answer = client.get("/api/v1/nowhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


@pytest.fixture
def small_pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every new connection comes from a pool of two, as in production from one of sixteen."""
    pool = {"pool": {"min_size": 0, "max_size": CONNECTIONS, "timeout": 2}}
    with monkeypatch.context() as patch:
        patch.setitem(django_settings.DATABASES["default"], "OPTIONS", pool)
        yield
        connection.close_pool()  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_pool")
def test_requests_that_end_without_an_answer_give_their_connections_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["ground.connections.GiveBackConnectionMiddleware"]
    monkeypatch.setitem(globals(), "handler500", gone_too)
    was_read.clear()

    async def ask() -> None:
        transport = httpx.ASGITransport(ASGIHandler(), raise_app_exceptions=False)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as web:
            for _ in range(3 * CONNECTIONS):
                await web.get("/reads/")

    with ThreadPoolExecutor(1) as thread:  # browser tests leave a running loop in this one
        thread.submit(asyncio.run, ask()).result()
    assert was_read == [True] * 3 * CONNECTIONS
