"""What walls know about a person: for their export, and what goes when they are erased."""

from collections.abc import Iterable, Iterator

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from accounts.hooks import ExportPart
from accounts.models import User
from accounts.personal import streamed
from ground import clock
from live.models import Comment, CommentLike


def parts_of(person: User) -> Iterable[ExportPart]:
    """The person's comments and hearts."""
    return [
        ExportPart("comments", "What you wrote on creators' walls.", _written(person)),
        ExportPart("comment-likes", "The comments that you liked.", _liked(person)),
    ]


def erase(person: User) -> None:
    """Take the words out of what the person wrote, and their hearts back; what others wrote below stays."""
    liked = CommentLike.objects.filter(person=person)
    Comment.objects.filter(pk__in=liked.values("comment")).update(likes=F("likes") - 1)
    liked.delete()
    own = Comment.objects.filter(author=person)
    own.filter(removed_at=None).update(removed_at=clock.now(), removed_by=Comment.Remover.AUTHOR)
    own.update(text="", removed_because="", key=Concat(Value("erased:"), Cast("pk", CharField())))


def _written(person: User) -> Iterator[dict[str, object]]:
    written = Comment.objects.filter(author=person).select_related("creator").order_by("pk")
    for comment in streamed(written):
        yield {
            "wall": comment.creator.handle,
            "at": comment.at.isoformat(),
            "text": comment.text,
            "your_key": comment.key,
            "is_reply": comment.parent_id is not None,
            "likes": comment.likes,
            "removed_by": comment.removed_by,
        }


def _liked(person: User) -> Iterator[dict[str, object]]:
    liked = CommentLike.objects.filter(person=person).select_related("comment__creator").order_by("pk")
    for like in streamed(liked):
        yield {"comment": like.comment_id, "wall": like.comment.creator.handle, "at": like.at.isoformat()}
