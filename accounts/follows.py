"""Who follows whom, as pages and lists show it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.errors import PersonNotFound
from accounts.models import Block, Follow, User, shown_to
from accounts.privacy import Viewer, id_of, settings_of


@dataclass(frozen=True)
class Standing:
    """What stands between a viewer and a person."""

    is_self: bool
    follows: bool
    is_followed: bool  # the person follows the viewer


@dataclass(frozen=True)
class Counts:
    """How many follow a person, and how many they follow."""

    followers: int
    following: int


def person_named(handle: str, *, viewer: Viewer) -> User:
    """Who is called `handle` and shows themselves to `viewer`.

    Raises:
        PersonNotFound: nobody is, or they do not.
    """
    person = User.objects.visible_to(viewer).filter(handle=handle.lower()).first()
    if person is None:
        raise PersonNotFound
    return person


def standing(viewer: Viewer, person: User) -> Standing:
    """How `viewer` stands to `person`. One query at most."""
    viewer_id = id_of(viewer)
    if viewer_id is None or viewer_id == person.pk:
        return Standing(is_self=viewer_id == person.pk, follows=False, is_followed=False)
    either = Q(follower=viewer_id, followed=person) | Q(follower=person, followed=viewer_id)
    between = set(Follow.objects.filter(either).values_list("follower_id", flat=True))
    return Standing(is_self=False, follows=viewer_id in between, is_followed=person.pk in between)


def counts(person: User, *, viewer: Viewer) -> Counts | None:
    """The person's counts, None where they keep them to themselves. Three queries."""
    if not _shows_activity(person, viewer):
        return None
    return Counts(followers=person.followers.count(), following=person.following.count())


def followers_of(person: User, *, viewer: Viewer) -> QuerySet[Follow]:
    """Who follows `person` and shows themselves to `viewer`, the newest first, as `follow.follower`."""
    return (
        Follow.objects.filter(shown_to(id_of(viewer), "follower_id"), followed=person)
        .filter(follower__is_active=True, follower__deactivated_at=None)
        .select_related("follower")
    )


def followed_by(person: User, *, viewer: Viewer) -> QuerySet[Follow]:
    """Whom `person` follows and who shows themselves to `viewer`, the newest first, as `follow.followed`."""
    return (
        Follow.objects.filter(shown_to(id_of(viewer), "followed_id"), follower=person)
        .filter(followed__is_active=True, followed__deactivated_at=None)
        .select_related("followed")
    )


def blocks_by(person: User) -> QuerySet[Block]:
    """Whom `person` blocked, the newest first."""
    return Block.objects.filter(blocker=person).select_related("blocked")


def require_activity_shown(person: User, *, viewer: Viewer) -> None:
    """Pass if `viewer` may read whom `person` follows, and who follows.

    Raises:
        PersonNotFound: the person keeps it to themselves.
    """
    if not _shows_activity(person, viewer):
        raise PersonNotFound


def _shows_activity(person: User, viewer: Viewer) -> bool:
    return id_of(viewer) == person.pk or settings_of(person).shows_activity
