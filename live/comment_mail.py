"""The optional mail about a comment: to the creator whose wall it is, and to whom it replies."""

from datetime import datetime, timedelta

from accounts import mails
from accounts.mails import Mail
from accounts.services.mail import owe_mails
from live.models import Comment

KIND = "live/comment_posted"
SHOWN_LENGTH = 200
WORDS = Mail(
    "{author} wrote on {wall}",
    "{author} wrote on {wall}",
    ("“{text}”",),
    ("Read it and reply", "{path}"),
    topic="comments",
    good_for=timedelta(days=2),
)


def register() -> None:
    """Add the words to the house's mails."""
    mails.register(KIND, WORDS)


def tell_of(comment: Comment, now: datetime) -> None:
    """Owe the mail to whoever asked for mails about comments; nobody is told of their own."""
    told = {comment.creator_id: comment.creator}
    if comment.parent is not None:
        told[comment.parent.author_id] = comment.parent.author
    told.pop(comment.author_id, None)
    facts = {
        "author": comment.author.name,
        "wall": f"{comment.creator.name}’s wall",
        "text": comment.text[:SHOWN_LENGTH],
        "path": f"/@{comment.creator.handle}#comment-{comment.pk}",
    }
    owe_mails(users=told.values(), kind=KIND, facts=facts, now=now)
