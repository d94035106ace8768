"""The hot routes as any program meets them: what they take, and how they refuse the rest."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.serializers import Serializer

from accounts.models import User
from gateway import hot_gifts, hot_room
from gateway.body import MOST_BYTES, Shape
from gateway.errors import InvalidRequest, TooManyRequests
from gateway.limits import Limit
from gifts.api.serializers import SendGiftIn
from gifts.models import Gift, SentGift
from live.api.serializers import LikesIn, MessageIn
from live.models import Room
from tests.fixtures.gateway import Caller
from tests.fixtures.gifts import Fund

ApiAs = Callable[[User], Caller]
ROSE = {"gift": "test-rose", "quantity": 1, "coins": 10}
committed = pytest.mark.django_db(transaction=True)


def gifts(room: Room) -> str:
    return f"/api/v1/rooms/{room.pk}/gifts/"


@committed
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_sending_is_possible(method: str, api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).request(method, gifts(room))

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["code"] == "method_not_allowed"


@committed
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
def test_only_json_is_taken(kind: str, api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).post(gifts(room), content=b"{}", headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@committed
def test_the_kind_of_json_may_be_said_in_full(
    api_as: ApiAs, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    headers = {"Content-Type": "Application/JSON; charset=utf-8", "Idempotency-Key": "k"}

    answer = api_as(fan).post(gifts(room), content=json.dumps(ROSE).encode(), headers=headers)

    assert answer.status_code == 201


@committed
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_has_an_end(announced: bool, api_as: ApiAs, fan: User, room: Room) -> None:
    body = json.dumps(ROSE | {"more": "x" * MOST_BYTES}).encode()

    async def unannounced() -> Any:
        for start in range(0, len(body), 8192):
            yield body[start : start + 8192]

    content = body if announced else unannounced()
    answer = api_as(fan).post(gifts(room), content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@committed
def test_a_body_that_does_not_arrive_is_not_waited_for(
    api_as: ApiAs, fan: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.body.PATIENCE_S", 0.2)

    async def slow() -> Any:
        yield b'{"gift":'
        await asyncio.sleep(5)

    answer = api_as(fan).post(gifts(room), content=slow(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")


@committed
@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b"", {"gift": ["This field is required."], "coins": ["This field is required."]}),
        (b"{}", {"gift": ["This field is required."], "coins": ["This field is required."]}),
        (b"[]", {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        (
            b'{"gift": "", "coins": "x", "quantity": null}',
            {
                "gift": ["This field may not be blank."],
                "coins": ["A valid integer is required."],
                "quantity": ["This field may not be null."],
            },
        ),
    ],
)
def test_what_is_wrong_is_said_by_field(
    body: bytes, errors: object, api_as: ApiAs, fan: User, room: Room
) -> None:
    answer = api_as(fan).post(gifts(room), content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert (answer.json()["title"], answer.json()["errors"]) == ("Some fields are not right.", errors)


@committed
@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"coins": NaN}', b"nothing"])
def test_what_is_no_json_is_said_so(body: bytes, api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).post(gifts(room), content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert answer.json()["title"].startswith("JSON parse error")


@committed
def test_answers_carry_the_headers_that_django_sends(anonymous: Caller, room: Room, client: Any) -> None:
    ours = anonymous.post(gifts(room), ROSE).headers
    djangos = client.get("/api/v1/me/").headers

    for name in (
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "x-frame-options",
    ):
        assert ours[name] == djangos[name]
    assert "default-src 'none'" in ours["content-security-policy"]
    assert ours["cache-control"] == "no-store"


@committed
def test_a_foreign_host_is_turned_away_by_django(api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).post(gifts(room), ROSE, headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert SentGift.objects.count() == 0


@committed
def test_plain_http_is_left_to_django_to_redirect(
    api_as: ApiAs, fan: User, room: Room, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    plain = api_as(fan).post(gifts(room), ROSE)
    secure = api_as(fan).post(gifts(room), ROSE, headers={"X-Forwarded-Proto": "https"})

    # Left to Django, whose middleware reads this setting once, when it is made: here before this test.
    assert plain.json()["code"] == "served_by_gateway"
    assert secure.json()["code"] == "invalid_idempotency_key"


@committed
@pytest.mark.parametrize(
    "address", ["/api/v1/rooms/x/gifts/", "/api/v1/rooms/{}/gifts", "/api/v1/rooms/{}/Gifts/"]
)
def test_an_address_next_to_ours_is_djangos(address: str, api_as: ApiAs, fan: User, room: Room) -> None:
    answer = api_as(fan).request("GET", address.format(room.pk))

    assert answer.status_code in (301, 404)


@committed
def test_one_person_has_a_limit(
    api_as: ApiAs, fan: User, stranger: User, room: Room, rose: Gift, fund: Fund, settings: Any
) -> None:
    settings.GIFTS_PER_S = 1.0
    fund(fan, 100)
    quick, other = api_as(fan), api_as(stranger)

    answers = [quick.post(gifts(room), ROSE, headers={"Idempotency-Key": str(n)}) for n in range(5)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    assert answers[3].json()["code"] == "too_many_requests"
    assert (answers[3].headers["retry-after"], answers[3].headers["ratelimit"]) == ("1", '"person";r=0;t=1')
    assert answers[3].headers["ratelimit-policy"] == '"person";q=3;w=3'
    assert other.post(gifts(room), ROSE, headers={"Idempotency-Key": "k"}).status_code == 409
    assert SentGift.objects.count() == 3


def test_a_bucket_fills_again_and_no_further_than_its_burst() -> None:
    limit = Limit(per_s=2.0, burst=4)

    def taken(now: float) -> int:
        for n in range(100):
            try:
                limit.require(7, now)
            except TooManyRequests:
                return n
        raise AssertionError

    assert [taken(0.0), taken(0.4), taken(0.5), taken(1.5), taken(100.0)] == [4, 0, 1, 2, 4]


def test_who_is_calm_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.limits.MOST_REMEMBERED", 10)
    limit = Limit(per_s=1.0, burst=1)

    for user_id in range(100):
        limit.require(user_id, float(2 * user_id))

    assert len(limit._full_at) <= 11


letters = st.text("aZ09-_ .\n\x00\u00e9\u200b\U0001f339\ud800", max_size=42)
texts = letters | st.sampled_from(["rose", " rose ", "rose\n", "", "x" * 40, "x" * 41, "10", " 10 ", "1.0"])
numbers = st.integers() | st.floats() | st.sampled_from([1.0, 10**30, True, -0.0, 1e30])
anything = texts | numbers | st.lists(st.integers(), max_size=2) | st.none() | st.booleans()


@given(
    body=st.dictionaries(st.sampled_from(["gift", "quantity", "coins", "text", "count"]), anything),
    pick=st.sampled_from(
        [(hot_gifts.Wish, SendGiftIn), (hot_room.Words, MessageIn), (hot_room.Taps, LikesIn)]
    ),
)
def test_the_quick_reading_takes_what_the_slow_one_takes(body: dict[str, Any], pick: Any) -> None:
    struct, serializer = pick
    quick: Shape[Any] = Shape(struct, serializer)
    written = json.dumps(body).encode()
    try:
        read: Any = quick._decoder.decode(written)
    except ValueError:
        return
    slow: Serializer[Any] = serializer(data=json.loads(written))

    assert slow.is_valid(), (body, slow.errors)
    assert struct(**slow.validated_data) == read


@given(body=st.binary(max_size=60) | st.text("{}[]:,\"'0.5egiftcoinsult \\", max_size=40).map(str.encode))
def test_no_body_breaks_a_reading(body: bytes) -> None:
    for struct, serializer in ((hot_gifts.Wish, SendGiftIn), (hot_room.Taps, LikesIn)):
        shape: Shape[Any] = Shape(struct, serializer)
        with suppress(InvalidRequest):
            shape.read(body)


@committed
def test_every_address_takes_the_key_of_another_one(
    api_as: ApiAs, fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    caller, key = api_as(fan), {"Idempotency-Key": str(uuid4())}

    gift = caller.post(gifts(room), ROSE, headers=key)
    message = caller.post(f"/api/v1/rooms/{room.pk}/messages/", {"text": "Bravo"}, headers=key)

    assert (gift.status_code, message.status_code) == (201, 201)
