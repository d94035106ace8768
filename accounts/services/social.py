"""Following people, and parting from them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts import paces
from accounts.errors import AlreadyYourself, PersonNotFound
from accounts.models import Block, Follow, OwedMail, User
from accounts.privacy import can_see
from accounts.services.activity import record_security_event
from accounts.services.mail import owe_mail
from accounts.social_words import NEW_FOLLOWER
from accounts.streams import PRIVACY_STREAM, creator_stream
from events import log
from ground import clock
from ground.pace import require_calm


def follow(*, follower: User, followed: User, now: datetime) -> Follow:
    """Let `follower` hear of `followed` from now on; who follows already keeps the first date. Own transaction.

    Raises:
        AlreadyYourself: nobody follows themselves.
        PersonNotFound: the person does not show themselves to the follower; nothing was changed.
        TooManyChanges: sixty in a minute are enough.
    """
    if follower.pk == followed.pk:
        raise AlreadyYourself
    require_calm(paces.FOLLOWS, follower.pk)
    with transaction.atomic(durable=True):
        _lock(follower)
        if not can_see(follower, followed):
            raise PersonNotFound
        follow, is_new = Follow.objects.get_or_create(
            follower=follower, followed=followed, defaults={"since": now}
        )
        if is_new and can_see(followed, follower):
            _tell_followed(follower, followed, now)
    return follow


def unfollow(*, follower: User, followed: User) -> None:
    """Let `follower` hear of `followed` no more; a second time changes nothing. Own transaction.

    Raises:
        TooManyChanges: sixty in a minute are enough.
    """
    require_calm(paces.FOLLOWS, follower.pk)
    with transaction.atomic(durable=True):
        _lock(follower)
        deleted, _ = Follow.objects.filter(follower=follower, followed=followed).delete()
        if deleted:
            _tell([follower.pk, followed.pk])


def block(*, blocker: User, blocked: User, now: datetime) -> Block:
    """Part `blocker` from `blocked`: neither follows or sees the other from now on. Twice does no harm.

    Opens its own transaction.

    Raises:
        AlreadyYourself: nobody blocks themselves.
        TooManyChanges: thirty in a minute are enough.
    """
    if blocker.pk == blocked.pk:
        raise AlreadyYourself
    require_calm(paces.BLOCKS, blocker.pk)
    with transaction.atomic(durable=True):
        _lock(blocker, blocked)
        block, is_new = Block.objects.get_or_create(blocker=blocker, blocked=blocked, defaults={"since": now})
        if is_new:
            Follow.objects.filter(
                Q(follower=blocker, followed=blocked) | Q(follower=blocked, followed=blocker)
            ).delete()
            record_security_event(user=blocker, kind="person_blocked", now=clock.wall(), person=blocked.pk)
            _tell([blocker.pk, blocked.pk])
    return block


def unblock(*, blocker: User, blocked: User) -> None:
    """Take a block back; who followed whom before stays gone. A second time changes nothing. Own transaction.

    Raises:
        TooManyChanges: thirty in a minute are enough.
    """
    require_calm(paces.BLOCKS, blocker.pk)
    with transaction.atomic(durable=True):
        _lock(blocker, blocked)
        deleted, _ = Block.objects.filter(blocker=blocker, blocked=blocked).delete()
        if deleted:
            record_security_event(user=blocker, kind="person_unblocked", now=clock.wall(), person=blocked.pk)
            _tell([blocker.pk, blocked.pk])


def _tell_followed(follower: User, followed: User, now: datetime) -> None:
    """By mail once a day at most, and to a creator's own stream."""
    lately = OwedMail.objects.filter(user=followed, kind=NEW_FOLLOWER, owed_at__gt=now - timedelta(days=1))
    if not lately.exists():
        facts = {"name": follower.name, "handle": follower.handle}
        owe_mail(user=followed, kind=NEW_FOLLOWER, facts=facts, now=now)
    if followed.is_creator:
        log.publish(creator_stream(followed.pk), "person.followed", {"follower": follower.pk})


def _lock(*people: User) -> None:
    """Let what these people do about others come one after the other: a follow and a block cannot cross.

    A follow locks the follower alone, so that the many who follow one creator do not wait for each other; a block
    locks both, so it meets a follow either way.
    """
    ids = [person.pk for person in people]
    list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _tell(people: list[int]) -> None:
    log.publish(PRIVACY_STREAM, "privacy.changed", {"people": people})
