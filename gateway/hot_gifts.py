"""Sending a gift: POST /api/v1/rooms/{id}/gifts/."""

from typing import Annotated, Any

import msgspec
from django.conf import settings

from gateway.body import Shape
from gateway.hot import Call, Route
from gateway.limits import Limit
from gifts.api.serializers import SendGiftIn
from gifts.batch import GIFT, Answer, Request
from gifts.services import require_well_formed, sent_or_refused
from ground import clock


class Wish(msgspec.Struct):
    """The ordinary body; SendGiftIn reads every other."""

    gift: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}\Z")]
    coins: int
    quantity: int = 1


def gifts() -> Route[Request, Answer]:
    """The address and its limit, as the settings have it."""
    per_s = settings.GIFTS_PER_S
    return Route(
        kind=GIFT,
        limit=Limit(per_s=per_s, burst=max(1, round(settings.BURST_S * per_s))),
        request=_request,
        reply=_reply,
        reads_database=_reads_database,
    )


_SHAPE = Shape(Wish, SendGiftIn)
_encoder = msgspec.json.Encoder()


def _request(call: Call) -> Request:
    wish = _SHAPE.read(call.body)
    key = call.headers.get(b"idempotency-key", b"").decode("latin-1")
    require_well_formed(quantity=wish.quantity, coins=wish.coins, key=key)
    return Request(call.user_id, call.room_id, wish.gift, wish.quantity, wish.coins, key)


def _reply(answer: Answer) -> bytes:
    if answer.status == "posted":  # by hand, for it is nearly every answer
        settled: tuple[Any, ...] = answer[1:5]
        return b'{"id":%d,"coins":%d,"diamond_units":%d,"balance":%d}' % settled
    return _encoder.encode(sent_or_refused(answer, now=clock.now()))


def _reads_database(answer: Answer) -> bool:
    return answer.status == "terms_required"
