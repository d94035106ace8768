"""Challenges: counted from the gifts that stand, won exactly once, with a reward on the next recharge."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import set_topics
from events import log
from gifts.models import Gift, SentGift
from gifts.returns import return_gift
from gifts.services import send_gift
from ground import clock
from live.models import Room
from tests.fixtures.accounts import send_mails
from tests.fixtures.races import Race
from tests.wallet.offer_stage import HOUR, bonus
from wallet.models import Challenge, ChallengeAward, Coupon, Order
from wallet.services.challenges import award_reached, progress_of, publish_challenge, sweep_challenges
from wallet.services.create import create_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]

type Fund = Callable[[User, int], Order]


def challenge(**facts: Any) -> Challenge:
    """Five gifts, from an hour ago until tomorrow; no reward but the badge."""
    now = clock.now()
    given: dict[str, Any] = {
        "slug": "five-gifts",
        "name": "Five gifts",
        "summary": "Send five gifts.",
        "goal": 5,
        "badge_name": "Bouquet",
        "starts_at": now - HOUR,
        "ends_at": now + 24 * HOUR,
        "published_at": now - HOUR,
    }
    return Challenge.objects.create(**(given | facts))


def give(fan: User, room: Room, gift: Gift, quantity: int = 1, *, at: datetime | None = None) -> SentGift:
    answer = send_gift(
        sender=fan, room_id=room.pk, gift=gift.slug, quantity=quantity, coins=10 * quantity,
        key=str(uuid4()), now=at or clock.now(),
    )  # fmt: skip
    return SentGift.objects.get(pk=answer.id)


@pytest.fixture
def rich(fan: User, fund: Fund) -> User:
    fund(fan, 1_000)
    return fan


def test_the_gifts_that_stand_are_counted_between_the_dates(rich: User, room: Room, rose: Gift) -> None:
    now = clock.now()
    five = challenge(starts_at=now + HOUR, ends_at=now + 2 * HOUR)
    give(rich, room, rose, at=now + HOUR / 2)
    give(rich, room, rose, 2, at=now + HOUR)
    back = give(rich, room, rose, at=now + HOUR * 1.5)
    give(rich, room, rose, at=now + 2 * HOUR)
    assert [step.reached for step in progress_of(rich, [five])] == [3]
    with transaction.atomic():
        return_gift(back, now=now)
    (standing,) = progress_of(rich, [five])
    assert (standing.reached, standing.left, standing.is_reached) == (2, 3, False)


@pytest.mark.parametrize(("counts", "reached"), [("gifts", 3), ("coins", 30), ("creators", 1)])
def test_gifts_coins_or_creators_are_counted(
    rich: User, room: Room, rose: Gift, counts: str, reached: int
) -> None:
    of = challenge(counts=counts)
    give(rich, room, rose, 2)
    give(rich, room, rose)
    assert progress_of(rich, [of])[0].reached == reached


def test_the_goal_brings_the_badge_the_reward_the_event_and_the_mail_once(
    rich: User, room: Room, rose: Gift, mailoutbox: list[Any]
) -> None:
    set_topics(user=rich, topics={"offers"})
    reward = bonus(5, way="coupon", summary="5% more coins.")
    challenge(reward=reward)
    give(rich, room, rose, 4)
    assert sweep_challenges(now=clock.now()) == 0
    give(rich, room, rose)
    assert [sweep_challenges(now=clock.now()) for _ in range(3)] == [1, 0, 0]
    award = ChallengeAward.objects.get()
    assert (award.user, award.reached, award.coupon) == (rich, 5, Coupon.objects.get(for_user=rich))
    types = [event.type for event in log.since(f"user:{rich.pk}", 0, 100)]
    assert types.count("wallet.challenge_won") == 1
    mailoutbox.clear()
    assert send_mails() == 1
    assert "5% more coins." in mailoutbox[0].body
    assert "/unsubscribe/" in mailoutbox[0].body


@pytest.mark.usefixtures("fakestripe")
def test_the_reward_is_in_the_next_recharge_by_itself(rich: User, room: Room, rose: Gift) -> None:
    challenge(reward=bonus(5, way="coupon"))
    give(rich, room, rose, 5)
    sweep_challenges(now=clock.now())
    bought = [
        create_order(user=rich, key=str(uuid4()), package="coins-700", now=clock.now()) for _ in range(2)
    ]
    assert [order.bonus_coins for order in bought] == [35, 0]


def test_an_award_is_given_once_when_workers_race(rich: User, room: Room, rose: Gift, race: Race) -> None:
    five = challenge(reward=bonus(5, way="coupon"))
    give(rich, room, rose, 5)
    outcomes = race(8, lambda: award_reached(challenge=five, user_ids=[rich.pk], now=clock.now()))
    assert sum(outcomes) == 1
    assert (ChallengeAward.objects.count(), Coupon.objects.count()) == (1, 1)


def test_what_is_sent_after_the_end_wins_nothing_and_the_challenge_is_closed(
    rich: User, room: Room, rose: Gift
) -> None:
    five = challenge()
    give(rich, room, rose, 5, at=five.ends_at)
    assert sweep_challenges(now=five.ends_at + HOUR) == 0
    five.refresh_from_db()
    assert five.closed_at == five.ends_at + HOUR
    assert sweep_challenges(now=five.ends_at + 2 * HOUR) == 0


def test_a_gift_that_was_committed_late_is_found(rich: User, room: Room, rose: Gift) -> None:
    five = challenge()
    give(rich, room, rose, 5)
    newest = SentGift.objects.latest("id").pk
    Challenge.objects.filter(pk=five.pk).update(
        seen_up_to=0, seen_next=newest
    )  # a run saw later numbers only
    assert sweep_challenges(now=clock.now()) == 1


def test_a_published_challenge_keeps_its_terms() -> None:
    draft = challenge(published_at=None, starts_at=clock.now() - HOUR)
    draft.goal = 6
    draft.save()
    publish_challenge(challenge=draft, now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Challenge.objects.filter(pk=draft.pk).update(goal=1)
