"""A person's picture: uploaded, replaced, removed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.core.cache import cache
from django.db import transaction

from accounts import pictures
from accounts.models import User
from accounts.pictures import Crop
from accounts.profile_errors import TooManyPictures

MOST_UPLOADS = 20
WINDOW_S = 3600
STRAY_AFTER = timedelta(days=1)


def set_avatar(*, user: User, content: bytes, crop: Crop | None = None) -> User:
    """Make the square of `crop` (default: the largest, in the middle) the person's avatar.

    Opens its own transaction. Of two uploads at once the one that commits last stands; the other's files go.

    Raises:
        NotAPicture, PictureTooLarge, PictureTooSmall: see pictures.redraw.
        TooManyPictures: 20 in an hour are enough.
    """
    _require_calm(user)
    name = pictures.keep(pictures.redraw(content, crop or Crop()))
    try:
        _replace(user, name)
    except BaseException:
        pictures.remove(name)
        raise
    return user


def remove_avatar(*, user: User) -> User:
    """Go back to the drawn portrait; where it is already, nothing changes. Opens its own transaction."""
    _replace(user, "")
    return user


def forget_avatar(user: User) -> None:
    """Take the picture away in the caller's transaction; its files go after the commit."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _show(person, "")
    user.avatar = ""


def clear_strays(*, now: datetime) -> int:
    """Delete files that belong to nobody and are older than a day; answer how many avatars. `now` in wall time."""
    return pictures.remove_strays(now - STRAY_AFTER, _shown)


def _shown(names: Iterable[str]) -> set[str]:
    return set(User.objects.filter(avatar__in=list(names)).values_list("avatar", flat=True))


def _replace(user: User, name: str) -> None:
    with transaction.atomic(durable=True):
        _show(User.objects.select_for_update(no_key=True).get(pk=user.pk), name)
    user.avatar = name


def _show(person: User, name: str) -> None:
    former, person.avatar = person.avatar, name
    person.save(update_fields=["avatar"])
    if former:
        transaction.on_commit(partial(pictures.remove, former), robust=True)


def _require_calm(user: User) -> None:
    key = f"accounts:avatars:{user.pk}"
    cache.add(key, 0, WINDOW_S)
    if cache.incr(key) > MOST_UPLOADS:
        raise TooManyPictures(retry_after_s=WINDOW_S)
