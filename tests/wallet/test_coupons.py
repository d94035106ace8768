"""Codes: typed in any way, refused in words, used as often as they may be and never more."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from ground import clock, valkey
from ground.errors import DomainError
from tests.fixtures.races import Race
from tests.wallet.conftest import buy
from tests.wallet.offer_stage import HOUR, bonus, offer, taken
from wallet import offer_errors as errors
from wallet.models import Coupon, Offer, Order
from wallet.services import cancel_order
from wallet.services.coupons import digest_of, give_coupon, make_batch, make_code
from wallet.services.create import create_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def fifth_off(**facts: Any) -> Offer:
    terms: dict[str, Any] = {"way": "coupon", "basis_points": 2000, "name": "Fifth off"}
    return offer(**terms | facts)


@pytest.mark.parametrize("typed", ["SPRING20", "spring20", " Spring-20 ", "s p r i n g – 20"])
def test_a_code_is_taken_however_it_is_typed(american: User, typed: str) -> None:
    spring = make_code(offer=fifth_off(), code="Spring 20", now=clock.now())
    order = buy(american, code=typed)
    assert (order.gross_minor, order.offer_use.coupon, order.offer_use.discount_minor) == (716, spring, 179)


def test_a_code_is_not_kept(american: User) -> None:
    (code,) = make_batch(offer=fifth_off(), batch="letter", count=1, now=clock.now())
    kept = Coupon.objects.get()
    assert (len(code), kept.hint, kept.batch, kept.total_limit) == (14, f"…{code[-4:]}", "letter", 1)
    assert bytes(kept.digest) == digest_of(code.lower())
    assert buy(american, code=code).gross_minor == 716


def refusal_of(user: User, code: str = "SPRING20") -> type[DomainError]:
    with pytest.raises(DomainError) as refused:
        buy(user, code=code)
    assert refused.value.next_step
    assert not Order.objects.filter(user=user, state="awaiting_payment", offer__isnull=True).exists()
    return type(refused.value)


@pytest.mark.parametrize(
    ("of_offer", "refusal"),
    [
        ({"ends_in": -HOUR / 2}, errors.CouponEnded),
        ({"begins_in": HOUR}, errors.CouponNotYet),
        ({"published_at": None}, errors.UnknownCoupon),
        ({"total_limit": 0}, errors.CouponUsedUp),
        ({"packages": ["coins-1400"]}, errors.CouponNotForPackage),
        ({"min_coins": 701}, errors.CouponNotForPackage),
        ({"storefronts": ["euro"]}, errors.CouponNotForYou),
    ],
)
def test_a_code_that_does_not_work_says_why(
    american: User, of_offer: dict[str, Any], refusal: type[DomainError]
) -> None:
    make_code(offer=fifth_off(**of_offer), code="SPRING20", now=clock.now())
    assert refusal_of(american) is refusal


def test_a_code_ends_by_its_own_day_and_belongs_to_its_person(american: User, fan: User) -> None:
    of = fifth_off()
    make_code(offer=of, code="SPRING20", now=clock.now(), expires_at=clock.now())
    assert refusal_of(american) is errors.CouponEnded
    coupon = make_code(offer=of, code="ALICE", now=clock.now())
    Coupon.objects.filter(pk=coupon.pk).update(for_user=fan)
    assert refusal_of(american, "ALICE") is errors.CouponNotForYou
    assert refusal_of(american, "NOSUCH") is errors.UnknownCoupon


def test_the_own_unpaid_order_holds_a_code_until_it_is_cancelled(american: User) -> None:
    make_code(offer=fifth_off(), code="SPRING20", now=clock.now())
    first = buy(american, code="SPRING20")
    assert refusal_of(american) is errors.CouponHeld
    cancel_order(order=first, now=clock.now())
    assert buy(american, code="SPRING20").gross_minor == 716


def test_ten_wrong_codes_close_the_door_for_one_person_alone(american: User, fan: User) -> None:
    make_code(offer=fifth_off(), code="SPRING20", now=clock.now())
    for number in range(10):
        assert refusal_of(american, f"WRONG{number}") is errors.UnknownCoupon
    assert refusal_of(american) is errors.TooManyGuesses
    assert buy(american).offer is None
    assert buy(fan, code="SPRING20").offer is not None
    valkey.client().delete(f"coupon-wrong:{american.pk}")
    assert buy(american, code="SPRING20").gross_minor == 716


def test_a_code_for_one_order_is_in_one_when_many_race(person: Callable[..., User], race: Race) -> None:
    of = fifth_off()
    (code,) = make_batch(offer=of, batch="", count=1, now=clock.now())
    waiting = [person(f"fan{number}", country="US", totp_secret=None) for number in range(16)]

    def order() -> int:
        fan = waiting.pop()
        made = create_order(user=fan, key=str(uuid4()), package="coins-700", code=code, now=clock.now())
        return made.gross_minor

    outcomes = race(16, order)
    assert outcomes.count(716) == 1
    assert outcomes.count(errors.CouponUsedUp) == 15
    assert taken(of) == (1, 0)


def test_a_better_offer_wins_over_the_code_and_leaves_the_code_unused(american: User) -> None:
    running = offer(basis_points=3000)
    coupon = make_code(offer=fifth_off(), code="SPRING20", now=clock.now())
    assert buy(american, code="SPRING20").offer == running
    coupon.refresh_from_db()
    assert coupon.uses_taken == 0


def test_a_reward_is_used_by_itself_once(american: User, fan: User) -> None:
    of = bonus(5, way="coupon")
    give_coupon(offer=of, user=american, now=clock.now(), expires_at=clock.now() + HOUR)
    assert buy(fan).offer is None
    assert buy(american).bonus_coins == 35
    assert buy(american).bonus_coins == 0


def test_the_same_key_with_another_code_is_another_request(american: User) -> None:
    make_code(offer=fifth_off(), code="SPRING20", now=clock.now())
    first = buy(american, code="SPRING20", key="one")
    assert buy(american, code="SPRING20", key="one") == first
    with pytest.raises(DomainError) as refused:
        buy(american, key="one")
    assert refused.value.code == "key_reused"
