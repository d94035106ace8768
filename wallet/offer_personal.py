"""What offers and challenges know about a person: for their export, and how it is erased."""

from collections.abc import Iterable, Iterator

from accounts.hooks import ExportPart
from accounts.models import User
from accounts.personal import streamed
from ground import clock
from wallet.first_recharge import keep_after_closing
from wallet.models import ChallengeAward, Coupon, FirstRechargeMark, OfferUse


def export(person: User) -> Iterator[ExportPart]:
    """The parts of a person's export about offers."""
    yield ExportPart("offers", "Every offer that a recharge of yours had.", _uses(person))
    yield ExportPart("challenges", "The challenges you won, and what they brought.", _awards(person))
    yield ExportPart(
        "first-recharge", "By what we know that you had the bonus of a first recharge.", _marks(person)
    )


def erase(person: User) -> None:
    """Rewards end, badges are shown no more, and the marks of the first recharge end in two years."""
    now = clock.now()
    Coupon.objects.filter(for_user=person, uses_taken=0).update(expires_at=now)
    ChallengeAward.objects.filter(user=person).update(is_shown=False)
    keep_after_closing(person, now=now)


def _uses(person: User) -> Iterable[dict[str, object]]:
    rows = OfferUse.objects.filter(user=person).select_related("offer", "coupon").order_by("reserved_at")
    for use in streamed(rows):
        yield {
            "order": use.order_id,
            "offer": use.offer.name,
            "code": use.coupon.hint if use.coupon else "",
            "discount_minor": use.discount_minor,
            "bonus_coins": use.bonus_coins,
            "state": use.state,
            "at": use.reserved_at,
        }


def _awards(person: User) -> Iterable[dict[str, object]]:
    rows = ChallengeAward.objects.filter(user=person).select_related("challenge", "coupon").order_by("at")
    for award in streamed(rows):
        yield {
            "challenge": award.challenge.name,
            "badge": award.challenge.badge_name,
            "reached": award.reached,
            "at": award.at,
            "is_shown": award.is_shown,
            "reward_until": award.coupon.expires_at if award.coupon else "",
        }


def _marks(person: User) -> Iterable[dict[str, object]]:
    for mark in FirstRechargeMark.objects.filter(first__user=person).order_by("kind", "digest"):
        yield {"of_your": mark.get_kind_display(), "keyed_hash": mark.digest}
