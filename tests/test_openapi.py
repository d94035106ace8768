"""The committed OpenAPI document is what the code serves. To make it anew:

python3 dev.py manage spectacular --format openapi-json --file docs/openapi.json
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

COMMITTED = Path(__file__).resolve().parent.parent / "docs/openapi.json"
PROBLEM = "application/problem+json"
# The contract that clients were promised first.
PROMISED = {
    "GET /me/",
    "GET /wallet/",
    "GET /packages/",
    "POST /orders/",
    "GET /orders/",
    "GET /orders/{order_id}/",
    "POST /orders/{order_id}/recheck/",
    "GET /gifts/",
    "GET /rooms/",
    "POST /rooms/",
    "GET /rooms/{room_id}/",
    "POST /rooms/{room_id}/gifts/",
    "POST /rooms/{room_id}/messages/",
    "GET /rooms/{room_id}/events/",
    "GET /creator/earnings/",
    "POST /payout-quotes/",
    "POST /payouts/",
    "GET /payouts/",
    "GET /payouts/{payout_id}/",
}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document as the code makes it: valid OpenAPI, without a warning on the way."""
    path = tmp_path_factory.mktemp("openapi") / "openapi.json"
    call_command("spectacular", format="openapi-json", file=str(path), validate=True, fail_on_warn=True)
    made: dict[str, Any] = json.loads(path.read_text())
    return made


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_the_committed_document_is_what_the_code_makes(document: dict[str, Any]) -> None:
    assert json.loads(COMMITTED.read_text()) == document


def test_the_server_serves_the_same(document: dict[str, Any], client: Client) -> None:
    assert client.get("/api/v1/openapi.json").json() == document


def test_every_promised_operation_is_in_it(document: dict[str, Any]) -> None:
    assert PROMISED - operations(document).keys() == set()


def test_a_room_is_listened_to_as_an_event_stream(document: dict[str, Any]) -> None:
    answers = operations(document)["GET /rooms/{room_id}/events/"]["responses"]
    assert list(answers["200"]["content"]) == ["text/event-stream"]


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        refusals = {
            status: answer for status, answer in operation["responses"].items() if status[0] not in "23"
        }
        assert "default" in refusals, name
        for status, answer in refusals.items():
            assert answer["content"] == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}, (
                name,
                status,
            )


def test_each_way_to_show_a_session_is_enough_alone(document: dict[str, Any]) -> None:
    security = operations(document)["GET /me/"]["security"]
    assert security == [{"sessionToken": []}, {"bearer": []}, {"cookieAuth": []}]


def test_money_moves_only_under_a_key(document: dict[str, Any]) -> None:
    for name in ("POST /rooms/{room_id}/gifts/", "POST /payouts/"):
        headers = {part["name"]: part for part in operations(document)[name]["parameters"]}
        assert headers["Idempotency-Key"]["required"] is True


@pytest.mark.django_db
def test_a_refusal_has_the_members_that_the_document_names(document: dict[str, Any], client: Client) -> None:
    answer = client.get("/api/v1/me/")
    problem = document["components"]["schemas"]["Problem"]
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert set(problem["required"]) <= answer.json().keys() <= problem["properties"].keys()
