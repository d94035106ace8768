"""What one person may see of another, and do with them. Lists ask `User.objects.visible_to(viewer)`.

A block parts two people, whoever made it: neither sees the other.
"""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q

from accounts.models import Block, PrivacySettings, User

type Viewer = User | AnonymousUser | None  # None, like Django's stand-in: somebody who is not signed in

NOBODY_SIGNED_IN = 0  # as accounts_turned_away knows it

TURNED_AWAY = "SELECT accounts_turned_away(%s::bigint[], %s::bigint[], %s)"


def can_see(viewer: Viewer, person: User) -> bool:
    """Whether `person` shows their profile and room to `viewer`."""
    return User.objects.visible_to(viewer).filter(pk=person.pk).exists()


def can_comment(viewer: Viewer, person: User) -> bool:
    """Whether `viewer` may speak in the room of `person`. Nobody may who is not signed in."""
    return _may(viewer, person, "comment")


def can_gift(viewer: Viewer, person: User) -> bool:
    """Whether `viewer` may give to `person`. Nobody may who is not signed in."""
    return _may(viewer, person, "gift")


def is_blocked_between(one: User, other: User) -> bool:
    """Whether one of the two has blocked the other."""
    return Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)).exists()


def parted_from(viewer: Viewer) -> frozenset[int]:
    """The ids of everybody whom `viewer` has blocked, or who has blocked them."""
    viewer_id = id_of(viewer)
    return frozenset() if viewer_id is None else parted_pairs([viewer_id]).get(viewer_id, frozenset())


def parted_pairs(viewer_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """For each of `viewer_ids` that a block concerns, whom they do not see. One query."""
    found: dict[int, set[int]] = {}
    blocks = Block.objects.filter(Q(blocker__in=viewer_ids) | Q(blocked__in=viewer_ids))
    for blocker, blocked in blocks.values_list("blocker_id", "blocked_id"):
        found.setdefault(blocker, set()).add(blocked)
        found.setdefault(blocked, set()).add(blocker)
    return {viewer_id: frozenset(found[viewer_id]) for viewer_id in viewer_ids if viewer_id in found}


def turned_away(pairs: Sequence[tuple[int, int]], deed: str) -> list[str | None]:
    """Why each (visitor id, host id) may not do `deed` ("see", "comment", "gift"): "unseen", "unwelcome" or None.

    A visitor who is not signed in is NOBODY_SIGNED_IN. One query; accounts/sql/privacy.sql has the rules.
    """
    visitors, hosts = [visitor for visitor, _ in pairs], [host for _, host in pairs]
    with connection.cursor() as cursor:
        cursor.execute(TURNED_AWAY, [visitors, hosts, deed])
        (answers,) = cursor.fetchone() or (None,)
    return [None] * len(pairs) if answers is None else list(answers)


def settings_of(person: User) -> PrivacySettings:
    """The person's settings; as everybody begins if they never changed any."""
    return PrivacySettings.objects.filter(pk=person.pk).first() or PrivacySettings(user=person)


def id_of(viewer: Viewer) -> int | None:
    """The viewer's id, None if nobody is signed in."""
    return None if viewer is None else viewer.pk


def _may(viewer: Viewer, person: User, deed: str) -> bool:
    viewer_id = id_of(viewer)
    return viewer_id is not None and turned_away([(viewer_id, person.pk)], deed) == [None]
