"""What people do on a creator's wall: write, reply, like, remove."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.privacy import can_comment, can_see, is_blocked_between
from accounts.streams import creator_stream
from accounts.words import clean_lines
from events import log
from ground.pace import Pace, require_calm
from live import comment_errors as errors
from live import comment_mail
from live.models import COMMENT_MAX_GRAPHEMES, Comment, CommentLike
from live.words import require_key

MOST_LINES = 12
MOST_REPLIES = 100
COMMENTS = Pace("comments", 6, 60, errors.TooManyComments)
HEARTS = Pace("comment-likes", 60, 60, errors.TooManyHearts)
ONCE = "live_comment_once_per_key"


def post_comment(
    *, creator: User, author: User, text: str, key: str, now: datetime, parent_id: int | None = None
) -> Comment:
    """Write on the creator's wall, or below the comment `parent_id`, once per `key` of the author.

    Opens its own transaction.

    Raises:
        NoWall, NotWelcome: there is no wall, or none for this author.
        InvalidComment, InvalidKey: it cannot be shown; the key is none.
        NoSuchThread, ThreadFull: nothing can be written below that comment.
        CommentKeyReused: the key stands for another comment.
        TooManyComments: six in a minute are enough.
    """
    text, key = require_comment(text), require_key(key)
    _require_welcome(author, creator)
    comment = Comment(creator=creator, author=author, parent_id=parent_id, key=key, text=text, at=now)
    written = Comment.objects.filter(author=author, key=key).first()
    if written is not None:
        return _same(written, comment)
    require_calm(COMMENTS, author.pk)
    try:
        with transaction.atomic(durable=True):
            if parent_id is not None:
                _require_thread(comment)
            comment.save(force_insert=True)
            body = {"comment": comment.pk, "creator": creator.pk, "author": author.pk, "parent": parent_id}
            log.publish(creator_stream(creator.pk), "comment.posted", body)
            comment_mail.tell_of(comment, now)
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        return _same(Comment.objects.get(author=author, key=key), comment)
    return comment


def remove_comment(*, comment_id: int, by: User, now: datetime) -> Comment:
    """Take a comment off the wall; its replies stay. A second time changes nothing. Opens its own transaction.

    What its author removes loses its words at once; what the creator removes keeps them for the back office.

    Raises:
        CommentNotFound, NotYourComment: nothing was changed.
    """
    with transaction.atomic(durable=True):
        comment = _locked(comment_id)
        if by.pk not in (comment.author_id, comment.creator_id):
            raise errors.NotYourComment
        remover = Comment.Remover.AUTHOR if by.pk == comment.author_id else Comment.Remover.CREATOR
        _remove(comment, remover, now)
    return comment


def remove_as_operator(*, comment_id: int, reason: str, now: datetime) -> Comment:
    """Take a comment off the wall for breaking the rules, with a reason. Opens its own transaction.

    Raises:
        CommentNotFound: there is none.
    """
    with transaction.atomic(durable=True):
        comment = _locked(comment_id)
        comment.removed_because = reason
        _remove(comment, Comment.Remover.STAFF, now)
    return comment


def like_comment(*, comment_id: int, person: User, now: datetime) -> Comment:
    """Give a comment one's heart, once. Opens its own transaction.

    Raises:
        CommentNotFound: there is none for this person.
        TooManyHearts: sixty in a minute are enough.
    """
    require_calm(HEARTS, person.pk)
    with transaction.atomic(durable=True):
        comment = _locked(comment_id)
        _require_seen(comment, person)
        _, is_new = CommentLike.objects.get_or_create(comment=comment, person=person, defaults={"at": now})
        return _counted(comment, 1 if is_new else 0)


def unlike_comment(*, comment_id: int, person: User) -> Comment:
    """Take one's heart back; without one nothing changes. Opens its own transaction.

    Raises:
        CommentNotFound: there is none.
    """
    with transaction.atomic(durable=True):
        comment = _locked(comment_id)
        deleted, _ = CommentLike.objects.filter(comment=comment, person=person).delete()
        return _counted(comment, -1 if deleted else 0)


def require_comment(text: str) -> str:
    """A comment as it will stand on the wall. Raises InvalidComment."""
    try:
        clean = clean_lines(text, "comment", most_graphemes=COMMENT_MAX_GRAPHEMES, most_lines=MOST_LINES)
    except ValidationError as error:
        raise errors.InvalidComment(error.messages[0], next_step="Change it, then send it again.") from error
    if not clean:
        raise errors.InvalidComment
    return clean


def _require_welcome(author: User, creator: User) -> None:
    if not creator.is_creator or not can_see(author, creator):
        raise errors.NoWall
    if author.pk != creator.pk and not can_comment(author, creator):
        raise errors.NotWelcome


def _require_thread(comment: Comment) -> None:
    """Lock what is replied to, and see that it can be."""
    assert comment.parent_id is not None
    parent = Comment.objects.select_for_update(no_key=True).filter(pk=comment.parent_id).first()
    if parent is None or parent.is_removed or parent.parent_id or parent.creator_id != comment.creator_id:
        raise errors.NoSuchThread
    if is_blocked_between(comment.author, parent.author):
        raise errors.NoSuchThread
    if parent.replies.filter(removed_at=None).count() >= MOST_REPLIES:
        raise errors.ThreadFull


def _require_seen(comment: Comment, person: User) -> None:
    hidden = comment.is_removed or is_blocked_between(comment.author, person)
    if hidden or not can_see(person, comment.creator):
        raise errors.CommentNotFound


def _same(written: Comment, wanted: Comment) -> Comment:
    """The comment that stands under the key, if it is the one that is wanted; removed since, it stays removed."""
    of_one = (written.creator_id, written.parent_id) == (wanted.creator_id, wanted.parent_id)
    if not of_one or (written.text and written.text != wanted.text):
        raise errors.CommentKeyReused
    return written


def _locked(comment_id: int) -> Comment:
    comments = Comment.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "creator", "author"
    )
    comment = comments.filter(pk=comment_id).first()
    if comment is None:
        raise errors.CommentNotFound
    return comment


def _remove(comment: Comment, remover: Comment.Remover, now: datetime) -> None:
    if not comment.is_removed:
        comment.removed_at, comment.removed_by = now, remover
    if remover == Comment.Remover.AUTHOR:
        comment.text = ""
    comment.save(update_fields=["removed_at", "removed_by", "removed_because", "text"])


def _counted(comment: Comment, change: int) -> Comment:
    if change:
        Comment.objects.filter(pk=comment.pk).update(likes=F("likes") + change)
        comment.likes += change
    return comment
