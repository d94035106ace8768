"""Challenges: counted from the gifts that stand, awarded exactly once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import owe_mail
from events import log
from wallet import hooks
from wallet.models import Challenge, ChallengeAward
from wallet.offer_mails import CHALLENGE_WON
from wallet.services.coupons import give_coupon

PEOPLE_AT_ONCE = 500
LATEST_GIFT = timedelta(
    minutes=5
)  # after the end; by then every gift sent before it is committed and counted


@dataclass(frozen=True)
class Progress:
    """How far a person is in a challenge."""

    challenge: Challenge
    reached: int
    award: ChallengeAward | None

    @property
    def left(self) -> int:
        return max(0, self.challenge.goal - self.reached)

    @property
    def is_reached(self) -> bool:
        return self.award is not None or not self.left


def progress_of(user: User, challenges: Sequence[Challenge]) -> list[Progress]:
    """How far the person is in each; one query a challenge, so for the few that run at a time."""
    awards = {award.challenge_id: award for award in user.challenge_awards.filter(challenge__in=challenges)}
    found = []
    for challenge in challenges:
        award = awards.get(challenge.pk)
        counted = _counted(challenge, [user.pk]).get(user.pk, 0)
        found.append(Progress(challenge, max(counted, award.reached if award else 0), award))
    return found


def publish_challenge(*, challenge: Challenge, now: datetime) -> Challenge:
    """This will open a draft to everybody; from then on its terms stay. Opens its own transaction."""
    with transaction.atomic(durable=True):
        draft = Challenge.objects.select_for_update().get(pk=challenge.pk)
        if draft.published_at is None:
            draft.published_at = now
            draft.save(update_fields=["published_at"])
    return draft


def sweep_challenges(*, now: datetime) -> int:
    """This will award everybody who reached a goal since the last run; answers how many.

    Every gift is looked at in two runs: one whose number was handed out before the newest and committed after it is
    found by the second. Opens its own transactions.
    """
    awarded = 0
    begun = Challenge.objects.published().filter(starts_at__lte=now, closed_at=None)
    for challenge in begun.select_related("reward"):
        senders, newest = _givers_after(challenge.seen_up_to)
        for chunk in _chunks(senders):
            awarded += award_reached(challenge=challenge, user_ids=chunk, now=now)
        is_over = now >= challenge.ends_at + LATEST_GIFT
        Challenge.objects.filter(pk=challenge.pk).update(
            seen_up_to=challenge.seen_next, seen_next=newest, closed_at=now if is_over else None
        )
    return awarded


def award_reached(*, challenge: Challenge, user_ids: Sequence[int], now: datetime) -> int:
    """This will award those of these people who reached the goal and have no award yet; answers how many."""
    counted = _counted(challenge, user_ids)
    reached = [user_id for user_id, count in counted.items() if count >= challenge.goal]
    had = set(challenge.awards.filter(user__in=reached).values_list("user_id", flat=True))
    people = User.objects.filter(pk__in=set(reached) - had, is_active=True).order_by("pk")
    return sum(_award(challenge, user, counted[user.pk], now) for user in people)


def show_badge(*, award: ChallengeAward, is_shown: bool) -> None:
    """This will show the badge on its owner's page, or not."""
    ChallengeAward.objects.filter(pk=award.pk).update(is_shown=is_shown)


def _award(challenge: Challenge, user: User, reached: int, now: datetime) -> bool:
    """One person's award, reward, mail and event, in one transaction. False: somebody was faster."""
    try:
        with transaction.atomic(durable=True):
            award = ChallengeAward.objects.create(challenge=challenge, user=user, reached=reached, at=now)
            facts = {
                "name": challenge.name,
                "badge": challenge.badge_name,
                "slug": challenge.slug,
                "reward": "",
            }
            if challenge.reward is not None:
                until = now + timedelta(days=challenge.reward_days)
                award.coupon = give_coupon(offer=challenge.reward, user=user, now=now, expires_at=until)
                award.save(update_fields=["coupon"])
                facts["reward"] = f"{challenge.reward.summary} It is yours until {until:%-d %B %Y}."
            owe_mail(user=user, kind=CHALLENGE_WON, facts=facts, now=now)
            body = {"challenge": challenge.pk, "reached": reached, "reward": award.coupon is not None}
            log.publish(f"user:{user.pk}", "wallet.challenge_won", body)
    except IntegrityError:
        return False
    return True


def _counted(challenge: Challenge, user_ids: Sequence[int]) -> dict[int, int]:
    answers = hooks.given_between.call_all(user_ids, challenge.starts_at, challenge.ends_at)
    return {given.user_id: getattr(given, challenge.counts) for answer in answers for given in answer}


def _givers_after(number: int) -> tuple[list[int], int]:
    answers = hooks.givers_after.call_all(number)
    senders = sorted({sender for found, _ in answers for sender in found})
    return senders, max((newest for _, newest in answers), default=number)


def _chunks(user_ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(user_ids), PEOPLE_AT_ONCE):
        yield user_ids[start : start + PEOPLE_AT_ONCE]
