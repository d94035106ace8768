"""Reading what a hot route was sent: JSON of at most 64 KB, checked by a typed struct, or slowly and in words."""

import asyncio
from io import BytesIO
from typing import Any

import msgspec
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.serializers import Serializer

from gateway.asgi import Receive
from gateway.callers import Headers
from gateway.errors import BodyTooLarge, BodyTooSlow, ClientLeft, InvalidRequest, UnsupportedMediaType

MOST_BYTES = 65_536
MEDIA_TYPE = b"application/json"
PATIENCE_S = 15.0  # for the rest of a body that has begun


async def read_body(headers: Headers, receive: Receive) -> bytes:
    """The whole body.

    Raises:
        UnsupportedMediaType, BodyTooLarge, BodyTooSlow: refused before more is read.
        ClientLeft: it went away.
    """
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise BodyTooLarge
    if headers.get(b"content-type") != MEDIA_TYPE:
        _require_json(headers, length)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return _within_limit(
            message.get("body", b"")
        )  # nearly always; a timer would cost more than the reading
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _rest_of_body(message, receive)
    except TimeoutError:
        raise BodyTooSlow from None


def _require_json(headers: Headers, length: bytes) -> None:
    media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media_type != MEDIA_TYPE and (media_type or length != b"0"):
        name = media_type.decode("latin-1")
        raise UnsupportedMediaType(f"Unsupported media type “{name}” in request.")


async def _rest_of_body(message: Any, receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        if message["type"] != "http.request":
            raise ClientLeft
        parts.append(message.get("body", b""))
        _within_limit(b"".join(parts))
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


def _within_limit(body: bytes) -> bytes:
    if len(body) > MOST_BYTES:
        raise BodyTooLarge
    return body


class Shape[S: msgspec.Struct]:
    """What a route takes: `struct` reads the ordinary request fast; whatever it does not take, `serializer` reads as
    the rest of the API does, and says what is wrong in the same words. Both must agree on what they take."""

    def __init__(self, struct: type[S], serializer: type[Serializer[Any]]) -> None:
        self._struct = struct
        self._decoder = msgspec.json.Decoder(struct)
        self._serializer = serializer

    def read(self, body: bytes) -> S:
        """The fields of `body`.

        Raises:
            InvalidRequest: `errors` says what is wrong, by field.
        """
        try:
            return self._decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._struct(**self._read_slowly(body))

    def _read_slowly(self, body: bytes) -> dict[str, Any]:
        try:
            wanted = self._serializer(data=JSONParser().parse(BytesIO(body)) if body else {})
            wanted.is_valid(raise_exception=True)
        except ParseError as error:
            raise InvalidRequest(str(error.detail)) from error
        except ValidationError as error:
            raise InvalidRequest(errors=error.detail) from error
        validated: dict[str, Any] = wanted.validated_data
        return validated
