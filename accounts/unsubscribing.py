"""The link in optional mails that ends them with one click (RFC 8058): signed, so that it needs no sign-in."""

from django.core import signing

from accounts import mails
from accounts.models import User
from ground.errors import NotFound

SALT = "accounts.unsubscribing"


def token_of(user: User, topic: str) -> str:
    """What stands in the link. It turns off this one topic of this one person and opens nothing else."""
    return signing.dumps([user.pk, topic], salt=SALT)


def read_token(token: str) -> tuple[int, str]:
    """(user id, topic) of a link.

    Raises:
        NotFound: we did not write it.
    """
    try:
        user_id, topic = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise NotFound() from error
    if topic not in mails.TOPICS:
        raise NotFound()
    return user_id, topic
