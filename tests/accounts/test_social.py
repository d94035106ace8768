"""Following and blocking: once however often, and never crossing each other."""

from collections.abc import Callable

import pytest

from accounts import services
from accounts.errors import AlreadyYourself, InvalidPrivacy, PersonNotFound
from accounts.models import Block, Follow, PrivacySettings, SecurityEvent, User
from accounts.privacy import can_see, is_blocked_between, settings_of
from accounts.streams import PRIVACY_STREAM, creator_stream
from events import log
from ground import clock
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)


def test_following_twice_is_following_once(fan: User, creator: User) -> None:
    first = services.follow(follower=fan, followed=creator, now=clock.now())
    again = services.follow(follower=fan, followed=creator, now=clock.now())

    assert (again.pk, again.since) == (first.pk, first.since)
    assert Follow.objects.count() == 1
    (told,) = log.since(creator_stream(creator.pk), 0, 10)
    assert (told.type, told.body) == ("person.followed", {"follower": fan.pk})


def test_nobody_follows_or_blocks_themselves(fan: User) -> None:
    with pytest.raises(AlreadyYourself):
        services.follow(follower=fan, followed=fan, now=clock.now())
    with pytest.raises(AlreadyYourself):
        services.block(blocker=fan, blocked=fan, now=clock.now())

    assert (Follow.objects.count(), Block.objects.count()) == (0, 0)


def test_unfollowing_twice_is_unfollowing_once(fan: User, creator: User) -> None:
    services.follow(follower=fan, followed=creator, now=clock.now())

    services.unfollow(follower=fan, followed=creator)
    services.unfollow(follower=fan, followed=creator)

    assert Follow.objects.count() == 0
    assert log.last_numbers([PRIVACY_STREAM]) == {PRIVACY_STREAM: 1}


def test_a_block_parts_both_ways(fan: User, creator: User) -> None:
    services.follow(follower=fan, followed=creator, now=clock.now())
    services.follow(follower=creator, followed=fan, now=clock.now())

    services.block(blocker=creator, blocked=fan, now=clock.now())
    services.block(blocker=creator, blocked=fan, now=clock.now())

    assert (Follow.objects.count(), Block.objects.count()) == (0, 1)
    assert is_blocked_between(fan, creator)
    assert not can_see(fan, creator)
    assert not can_see(creator, fan)
    (event,) = SecurityEvent.objects.filter(kind="person_blocked")
    assert (event.user, event.facts) == (creator, {"person": fan.pk})


def test_who_is_blocked_cannot_follow(fan: User, creator: User) -> None:
    services.block(blocker=creator, blocked=fan, now=clock.now())

    with pytest.raises(PersonNotFound):
        services.follow(follower=fan, followed=creator, now=clock.now())
    assert Follow.objects.count() == 0


def test_an_unblocked_person_may_follow_again(fan: User, creator: User) -> None:
    services.block(blocker=creator, blocked=fan, now=clock.now())

    services.unblock(blocker=creator, blocked=fan)
    services.unblock(blocker=creator, blocked=fan)

    services.follow(follower=fan, followed=creator, now=clock.now())
    assert (Follow.objects.count(), Block.objects.count()) == (1, 0)
    assert SecurityEvent.objects.filter(kind="person_unblocked").count() == 1


def test_four_follows_at_once_are_one(fan: User, creator: User, race: Race) -> None:
    outcomes = race(4, lambda: services.follow(follower=fan, followed=creator, now=clock.now()).pk)

    assert outcomes == [Follow.objects.get().pk] * 4
    assert log.last_numbers([creator_stream(creator.pk)]) == {creator_stream(creator.pk): 1}


def test_a_follow_never_outlives_the_block_it_met(fan: User, creator: User, race: Race) -> None:
    turns = iter(range(100))

    def one() -> object:
        if next(turns) % 2:
            return services.block(blocker=creator, blocked=fan, now=clock.now()).pk
        return services.follow(follower=fan, followed=creator, now=clock.now()).pk

    for _ in range(5):
        Block.objects.all().delete()
        race(4, one)
        assert (Block.objects.count(), Follow.objects.count()) == (1, 0)


def test_two_who_block_each_other_at_once_do_not_wait_for_ever(fan: User, creator: User, race: Race) -> None:
    pairs = iter([(fan, creator), (creator, fan)] * 2)

    def one() -> int:
        blocker, blocked = next(pairs)
        return services.block(blocker=blocker, blocked=blocked, now=clock.now()).pk

    race(4, one)

    assert set(Block.objects.values_list("blocker_id", "blocked_id")) == {
        (fan.pk, creator.pk),
        (creator.pk, fan.pk),
    }


def test_settings_begin_open_and_change_one_by_one(fan: User) -> None:
    assert settings_of(fan).profile_seen_by == "everyone"

    services.update_privacy(person=fan, profile_seen_by="followers")
    services.update_privacy(person=fan, gifts_anonymously=True)
    services.update_privacy(person=fan, gifts_anonymously=True)

    settings = PrivacySettings.objects.get()
    assert (settings.profile_seen_by, settings.gifts_anonymously, settings.gifts_from) == (
        "followers", True, "everyone",
    )  # fmt: skip
    facts = [event.facts for event in SecurityEvent.objects.order_by("pk")]
    assert facts == [{"profile_seen_by": "followers"}, {"gifts_anonymously": True}]


@pytest.mark.parametrize(
    ("name", "value"),
    [("profile_seen_by", "followed"), ("gifts_from", "me"), ("is_staff", True), ("in_rankings", "yes")],
)
def test_a_wrong_setting_changes_nothing(fan: User, name: str, value: str | bool) -> None:
    with pytest.raises(InvalidPrivacy):
        services.update_privacy(person=fan, shows_activity=False, **{name: value})

    assert PrivacySettings.objects.count() == 0


def test_settings_changed_by_four_at_once_are_one_row(
    person: Callable[..., User], fan: User, race: Race
) -> None:
    race(4, lambda: services.update_privacy(person=fan, gifts_from="nobody").pk)

    assert PrivacySettings.objects.get().gifts_from == "nobody"
    assert SecurityEvent.objects.count() == 1
