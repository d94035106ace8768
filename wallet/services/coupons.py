"""Codes: made by operators, found by what a person typed, guessed by nobody."""

import hashlib
import hmac
import logging
import secrets
from datetime import datetime

import redis
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from ground import valkey
from wallet.models import Coupon, Offer, OfferUse, Storefront
from wallet.offer_errors import (
    CodeTaken,
    CouponEnded,
    CouponHeld,
    CouponNotForYou,
    CouponNotYet,
    CouponUsedUp,
    TooManyGuesses,
    UnknownCoupon,
)

logger = logging.getLogger(__name__)

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
SECRET_LENGTH = 12  # 60 bits
GROUP = 4
MOST_AT_ONCE = 5_000
WRONG_TRIES_MAX = 10
WRONG_TRIES_WINDOW_S = 900
LONGEST = 40
BETWEEN_LETTERS = str.maketrans("", "", " -–_.\t\u00a0")
Taken = [OfferUse.State.RESERVED, OfferUse.State.GRANTED]


def normalised(code: str) -> str:
    """A code as it is compared: capitals, without what people put between letters."""
    return code.translate(BETWEEN_LETTERS).upper()[:LONGEST]


def digest_of(code: str) -> bytes:
    """The keyed hash under which a code is kept and looked up: how long a look-up takes tells nothing of a code."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"coupon:{normalised(code)}".encode(), hashlib.sha256
    ).digest()


def find_coupon(*, user: User, code: str, storefront: Storefront, now: datetime) -> Coupon:
    """The coupon that a person typed, if they may use it now.

    Raises:
        TooManyGuesses: ten codes in a quarter of an hour did not exist.
        UnknownCoupon, CouponEnded, CouponNotYet, CouponUsedUp, CouponHeld, CouponNotForYou: why not.
    """
    _require_few_wrong(user)
    coupon = Coupon.objects.select_related("offer").filter(digest=digest_of(code)).first()
    if coupon is None or coupon.offer.published_at is None:
        _count_wrong(user)
        raise UnknownCoupon
    require_usable(coupon, user=user, storefront=storefront, now=now)
    return coupon


def require_usable(coupon: Coupon, *, user: User, storefront: Storefront, now: datetime) -> None:
    """Raises as `find_coupon` says if this person may not use the coupon at `now`."""
    offer = coupon.offer
    if coupon.for_user_id not in (None, user.pk):
        raise CouponNotForYou
    if offer.storefronts and storefront.code not in offer.storefronts:
        raise CouponNotForYou("This code is not for your country.")
    if offer.starts_at > now:
        raise CouponNotYet
    if (offer.ends_at and offer.ends_at <= now) or (coupon.expires_at and coupon.expires_at <= now):
        raise CouponEnded
    own = OfferUse.objects.filter(user=user, coupon=coupon, state__in=Taken)
    own_states = list(own.values_list("state", flat=True))
    if len(own_states) >= coupon.per_user_limit:
        raise CouponHeld if OfferUse.State.RESERVED in own_states else CouponUsedUp
    if offer.is_used_up or (coupon.total_limit is not None and coupon.uses_taken >= coupon.total_limit):
        raise CouponUsedUp


def make_code(
    *, offer: Offer, code: str, now: datetime, total_limit: int | None = None, per_user_limit: int = 1,
    expires_at: datetime | None = None,
) -> Coupon:  # fmt: skip
    """This will make one public code that many may use.

    Raises:
        CodeTaken: there is such a code already.
    """
    assert offer.way == Offer.Way.COUPON
    assert len(normalised(code)) >= GROUP
    try:
        with transaction.atomic():
            return Coupon.objects.create(
                offer=offer, digest=digest_of(code), hint=normalised(code), total_limit=total_limit,
                per_user_limit=per_user_limit, expires_at=expires_at, created_at=now,
            )  # fmt: skip
    except IntegrityError as taken:
        raise CodeTaken from taken


def make_batch(
    *, offer: Offer, batch: str, count: int, now: datetime, expires_at: datetime | None = None
) -> list[str]:
    """This will make `count` codes for one order each and answer them: the only time that anybody sees them whole."""
    assert offer.way == Offer.Way.COUPON
    assert 0 < count <= MOST_AT_ONCE
    codes = [_random_code() for _ in range(count)]
    coupons = [
        Coupon(
            offer=offer, digest=digest_of(code), hint=f"…{code[-GROUP:]}", batch=batch, total_limit=1,
            expires_at=expires_at, created_at=now,
        )
        for code in codes
    ]  # fmt: skip
    Coupon.objects.bulk_create(coupons, batch_size=500)
    return codes


def give_coupon(*, offer: Offer, user: User, now: datetime, expires_at: datetime | None) -> Coupon:
    """This will give a person a right to one order with the offer; it is used without typing anything."""
    return Coupon.objects.create(
        offer=offer, digest=secrets.token_bytes(32), hint="reward", total_limit=1, for_user=user,
        expires_at=expires_at, created_at=now,
    )  # fmt: skip


def stop_coupon(*, coupon: Coupon, now: datetime) -> None:
    """This will end a code now. Orders that have it keep it."""
    Coupon.objects.filter(pk=coupon.pk).exclude(expires_at__lte=now).update(expires_at=now)


def _random_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(SECRET_LENGTH))
    return "-".join(letters[place : place + GROUP] for place in range(0, SECRET_LENGTH, GROUP))


def _wrong_key(user: User) -> str:
    return f"coupon-wrong:{user.pk}"


def _require_few_wrong(user: User) -> None:
    """With Valkey down nobody is refused: sixty bits are not guessed in that time."""
    try:
        tries = valkey.client().get(_wrong_key(user))
    except redis.RedisError:
        logger.warning("wrong codes are not counted: Valkey does not answer")
        return
    if int(tries or 0) >= WRONG_TRIES_MAX:  # type: ignore[arg-type]
        raise TooManyGuesses(retry_after_s=WRONG_TRIES_WINDOW_S)


def _count_wrong(user: User) -> None:
    try:
        with valkey.client().pipeline() as pipe:
            pipe.incr(_wrong_key(user))
            pipe.expire(_wrong_key(user), WRONG_TRIES_WINDOW_S, nx=True)
            pipe.execute()
    except redis.RedisError:
        logger.warning("a wrong code was not counted: Valkey does not answer")
