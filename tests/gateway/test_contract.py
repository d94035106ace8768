"""The hot routes keep what docs/openapi.json promises, whatever is sent to them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from gifts.models import Gift
from live.models import Room
from tests.fixtures.gateway import Caller
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = json.loads((Path(__file__).resolve().parents[2] / "docs/openapi.json").read_text())
HOT = ["gifts", "messages", "likes"]
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
contract = schemathesis.openapi.from_dict(DOCUMENT)
quick = hypothesis.settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", HOT)
def test_every_answer_is_one_that_the_document_names(
    name: str,
    api_as: Callable[[User], Caller],
    fan: User,
    room: Room,
    rose: Gift,
    fund: Fund,
    settings: Any,
) -> None:
    settings.GIFTS_PER_S = 10_000.0
    fund(fan, 1000)
    caller = api_as(fan)
    operation = contract[f"/api/v1/rooms/{{room_id}}/{name}/"]["POST"]
    seen = set()

    @quick
    @given(case=operation.as_strategy(), in_the_room=st.booleans())
    def drive(case: Any, in_the_room: bool) -> None:
        if in_the_room:
            case.path_parameters["room_id"] = str(room.pk)
        sent = case.as_transport_kwargs(base_url="http://testserver")
        answer = caller.request(
            sent["method"],
            sent["url"],
            content=json.dumps(sent["json"]).encode() if "json" in sent else b"",
            headers={
                "Idempotency-Key": case.headers.get("Idempotency-Key", ""),
                "Content-Type": "application/json",
            },
        )
        case.validate_response(answer, checks=CHECKS)
        seen.add(answer.status_code)

    drive()
    assert seen
    assert seen <= {201, 400, 404, 409, 429}
