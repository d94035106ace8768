"""What a wall refuses."""

from ground.errors import DomainError, Forbidden, NotFound


class CommentNotFound(NotFound):
    """There is none, it was removed, or it is not to be seen by whoever asks."""

    message = "This comment is not there any more."
    next_step = "Reload the page to see what is."


class NoWall(NotFound):
    """Only creators have a wall."""

    message = "Comments stand on creators' pages, and this is none."
    next_step = "Look around on the explore page."


class NotWelcome(Forbidden):
    code = "comments_closed"
    message = "This creator does not take comments from you."
    next_step = "Who may comment is the creator's choice; following them may be enough."


class NotYourComment(Forbidden):
    code = "not_your_comment"
    message = "Only its author, or the creator whose page this is, can remove a comment."
    next_step = "If it breaks our rules, tell support."


class InvalidComment(DomainError):
    """Nothing in it, too long, or characters that hide or turn the text."""

    code = "comment_invalid"
    status = 400
    message = "There is nothing in this comment."
    next_step = "Write something, then send it."


class NoSuchThread(DomainError):
    """A reply to a reply, to another wall's comment, or to one that was removed."""

    code = "comment_parent_invalid"
    status = 409
    message = "This cannot be replied to. Your reply was not posted."
    next_step = "Reply to the comment that opens the thread, or write a new one."


class ThreadFull(DomainError):
    code = "thread_full"
    status = 409
    message = "This thread has as many replies as it can take. Your reply was not posted."
    next_step = "Write a new comment instead."


class CommentKeyReused(DomainError):
    code = "key_reused"
    status = 409
    message = "This Idempotency-Key already stands for another comment. Nothing was posted."
    next_step = "Make a new key for a new comment."


class TooManyComments(DomainError):
    code = "too_many_comments"
    status = 429
    message = "You are writing faster than people can read."
    next_step = "Wait a minute, then send it again."


class TooManyHearts(DomainError):
    code = "too_many_likes"
    status = 429
    message = "So many likes at once cannot be counted."
    next_step = "Wait a minute, then go on."
