"""Speaking and liking in a room: POST /api/v1/rooms/{id}/messages/ and …/likes/."""

from typing import Annotated, Any

import msgspec

from gateway.body import Shape
from gateway.hot import Call, Route
from live import pace, services
from live.api.serializers import LikesIn, MessageIn
from live.batch import LIKE, MESSAGE, Like, Liked, Said, Say
from live.models import TEXT_MAX_LENGTH
from live.words import require_key, require_sayable


class Words(msgspec.Struct):
    """The ordinary body of a message; MessageIn reads every other."""

    text: Annotated[str, msgspec.Meta(max_length=10 * TEXT_MAX_LENGTH, pattern=r"^[^\x00]*\Z")]


class Taps(msgspec.Struct):
    """The ordinary body of likes; LikesIn reads every other."""

    count: int = 1


def messages() -> Route[Say, Said]:
    return Route(kind=MESSAGE, request=_say, reply=_said, pace=pace.MESSAGES)


def likes() -> Route[Like, Liked]:
    return Route(kind=LIKE, request=_like, reply=_liked, pace=pace.LIKES)


_WORDS: Shape[Words] = Shape(Words, MessageIn)
_TAPS: Shape[Taps] = Shape(Taps, LikesIn)
_encoder = msgspec.json.Encoder()


def _say(call: Call) -> Say:
    text = require_sayable(_WORDS.read(call.body).text)
    key = call.headers.get(b"idempotency-key", b"").decode("latin-1") or services.new_key()
    return Say(call.user_id, call.room_id, text, require_key(key))


def _said(answer: Said) -> bytes:
    return _encoder.encode(services.said_or_refused(answer))


def _like(call: Call) -> Like:
    return Like(call.user_id, call.room_id, services.require_countable(_TAPS.read(call.body).count))


def _liked(answer: Liked) -> bytes:
    total: dict[str, Any] = {"total": services.liked_or_refused(answer)}
    return _encoder.encode(total)
