"""Every setting for every sort of visitor: what is seen, and what may be done, by every door alike."""

from collections.abc import Callable
from itertools import product

import pytest

from accounts import privacy, services
from accounts.models import Audience, Follow, User
from accounts.models.social import WATCHERS
from ground import clock

pytestmark = pytest.mark.django_db(transaction=True)

VISITORS = (
    "nobody signed in", "a stranger", "a follower", "a followed one", "both", "a blocked one", "a blocking one",
    "the person", "staff",
)  # fmt: skip
# Whom an audience lets in, in words of its own: the code under test decides in SQL and by a queryset.
FOLLOWING = {"a follower", "both"}
FOLLOWED = {"a followed one", "both"}
PARTED = {"a blocked one", "a blocking one"}
Cast = dict[str, User | None]


def lets_in(audience: str, visitor: str) -> bool:
    if visitor == "the person":
        return True
    if visitor in PARTED or audience == Audience.NOBODY:
        return False
    if audience == Audience.EVERYONE:
        return True
    return visitor in (FOLLOWING if audience == Audience.FOLLOWERS else FOLLOWED)


@pytest.fixture
def cast(person: Callable[..., User], creator: User, operator: User) -> Cast:
    """One visitor of each sort for Bob."""
    made: Cast = {"nobody signed in": None, "the person": creator, "staff": operator}
    for number, sort in enumerate(VISITORS):
        if sort in made:
            continue
        visitor = made[sort] = person(f"visitor{number}", totp_secret=None)
        if sort in FOLLOWING:
            services.follow(follower=visitor, followed=creator, now=clock.now())
        if sort in FOLLOWED:
            services.follow(follower=creator, followed=visitor, now=clock.now())
    blocked, blocking = made["a blocked one"], made["a blocking one"]
    assert blocked is not None
    assert blocking is not None
    services.block(blocker=creator, blocked=blocked, now=clock.now())
    services.block(blocker=blocking, blocked=creator, now=clock.now())
    assert Follow.objects.count() == 4
    return made


@pytest.mark.parametrize("seen_by", WATCHERS)
def test_who_is_seen(cast: Cast, creator: User, seen_by: Audience) -> None:
    services.update_privacy(person=creator, profile_seen_by=seen_by)

    for sort, visitor in cast.items():
        expected = lets_in(seen_by, sort)
        listed = set(User.objects.visible_to(visitor).filter(pk=creator.pk))
        assert privacy.can_see(visitor, creator) is expected, sort
        assert listed == ({creator} if expected else set()), sort


@pytest.mark.parametrize(("seen_by", "comments_from"), list(product(WATCHERS, WATCHERS)))
def test_who_may_comment(cast: Cast, creator: User, seen_by: Audience, comments_from: Audience) -> None:
    services.update_privacy(person=creator, profile_seen_by=seen_by, comments_from=comments_from)

    for sort, visitor in cast.items():
        expected = visitor is not None and lets_in(seen_by, sort) and lets_in(comments_from, sort)
        assert privacy.can_comment(visitor, creator) is expected, sort


@pytest.mark.parametrize(("seen_by", "gifts_from"), list(product(WATCHERS, Audience)))
def test_who_may_gift(cast: Cast, creator: User, seen_by: Audience, gifts_from: Audience) -> None:
    services.update_privacy(person=creator, profile_seen_by=seen_by, gifts_from=gifts_from)

    for sort, visitor in cast.items():
        expected = visitor is not None and lets_in(seen_by, sort) and lets_in(gifts_from, sort)
        assert privacy.can_gift(visitor, creator) is expected, sort


@pytest.mark.parametrize("deed", ["see", "comment", "gift"])
def test_a_batch_is_answered_as_one_by_one(cast: Cast, creator: User, stranger: User, deed: str) -> None:
    services.update_privacy(
        person=creator, profile_seen_by="followers", comments_from="nobody", gifts_from="followed"
    )
    ids = [privacy.NOBODY_SIGNED_IN if visitor is None else visitor.pk for visitor in cast.values()]
    pairs = [pair for visitor in ids for pair in ((visitor, creator.pk), (visitor, stranger.pk))] * 2

    together = privacy.turned_away(pairs, deed)

    assert together == [privacy.turned_away([pair], deed)[0] for pair in pairs]
    assert privacy.turned_away([(cast["staff"].pk, creator.pk)], deed) == ["unseen"]  # type: ignore[union-attr]


def test_without_any_rule_everybody_is_welcome(fan: User, creator: User) -> None:
    assert privacy.turned_away([(fan.pk, creator.pk), (0, creator.pk)], "gift") == [None, None]


def test_a_closed_account_is_seen_by_nobody(fan: User, creator: User) -> None:
    User.objects.filter(pk=creator.pk).update(is_active=False)

    assert not privacy.can_see(fan, creator)
