"""What privacy, following and blocking hold about a person: for their export, and how it is erased."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.follows import blocks_by, followers_of
from accounts.hooks import ExportPart
from accounts.models import Block, Follow, PrivacySettings, User
from accounts.privacy import settings_of

SETTINGS = (
    "profile_seen_by", "comments_from", "gifts_from", "in_rankings", "shows_activity", "gifts_anonymously",
)  # fmt: skip
ROWS_AT_ONCE = 500


def export(person: User) -> Iterable[ExportPart]:
    """The parts of a person's export that are about others and what they may see."""
    settings = settings_of(person)
    yield ExportPart(
        "privacy",
        "What you let others see and do.",
        [{name: getattr(settings, name) for name in SETTINGS}],
    )
    yield ExportPart("following", "Whom you follow.", _followed(person))
    yield ExportPart("followers", "Who follows you, as far as they show it to you.", _followers(person))
    yield ExportPart("blocked", "Whom you blocked.", _blocked(person))


def erase(person: User) -> None:
    """Erase the settings, and every tie to and from the person."""
    PrivacySettings.objects.filter(user=person).delete()
    Follow.objects.filter(Q(follower=person) | Q(followed=person)).delete()
    Block.objects.filter(Q(blocker=person) | Q(blocked=person)).delete()


def _followed(person: User) -> Iterable[dict[str, object]]:
    ties = Follow.objects.filter(follower=person).select_related("followed").order_by("pk")
    for tie in ties.iterator(ROWS_AT_ONCE):
        yield {"handle": tie.followed.handle, "since": tie.since.isoformat()}


def _followers(person: User) -> Iterable[dict[str, object]]:
    for tie in followers_of(person, viewer=person).order_by("pk").iterator(ROWS_AT_ONCE):
        yield {"handle": tie.follower.handle, "since": tie.since.isoformat()}


def _blocked(person: User) -> Iterable[dict[str, object]]:
    for block in blocks_by(person).order_by("pk").iterator(ROWS_AT_ONCE):
        yield {"handle": block.blocked.handle, "since": block.since.isoformat()}
