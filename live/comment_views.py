"""Pages: what is sent from a creator's wall. Each leads back to where it was sent from."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.selectors import person_shown
from ground import clock
from ground.errors import DomainError
from live import comments
from live.models import Comment


@login_required
@require_POST
def post(request: HttpRequest, handle: str) -> HttpResponse:
    """Write on a wall, or reply there."""
    author, parent = _person(request), request.POST.get("parent", "")
    creator, _ = person_shown(handle, viewer=author, now=clock.now())
    try:
        comment = comments.post_comment(
            creator=creator,
            author=author,
            text=request.POST.get("text", ""),
            key=request.POST.get("key", ""),
            parent_id=int(parent) if parent.isdecimal() and len(parent) < 19 else None,
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
        return HttpResponseRedirect(_wall(creator))
    return HttpResponseRedirect(_place(creator, comment))


@login_required
@require_POST
def remove(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Take a comment off the wall."""
    comment = comments.remove_comment(comment_id=comment_id, by=_person(request), now=clock.now())
    messages.success(request, "The comment is gone.")
    return HttpResponseRedirect(_wall(comment.creator))


@login_required
@require_POST
def like(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Give one's heart, or take it back."""
    person = _person(request)
    if request.POST.get("take_back"):
        comment = comments.unlike_comment(comment_id=comment_id, person=person)
    else:
        comment = comments.like_comment(comment_id=comment_id, person=person, now=clock.now())
    return HttpResponseRedirect(_place(comment.creator, comment))


def _wall(creator: User) -> str:
    return reverse("accounts:profile", args=[creator.handle]) + "#wall"


def _place(creator: User, comment: Comment) -> str:
    """Where the comment stands: on the page that begins with its thread, so that old ones are found as well."""
    page = reverse("accounts:profile", args=[creator.handle])
    return f"{page}?before={(comment.parent_id or comment.pk) + 1}#comment-{comment.pk}"


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
